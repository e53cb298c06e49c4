package io.elasticjupyter.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;

/** Shows in the test report whether the suite ran on a real API server. */
@OnEachCluster
class ClusterTest {

    private final Site site;

    ClusterTest(Site site) {
        this.site = site;
    }

    @Test
    void isReal() {
        assumeTrue(site.cluster().isReal() || RealCluster.find(System.getenv()).isPresent(), RealCluster.NONE);
        assertThat(site.client().getKubernetesVersion().getMajor()).isEqualTo("1");
    }
}
