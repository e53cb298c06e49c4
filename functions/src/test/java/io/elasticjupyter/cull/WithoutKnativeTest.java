package io.elasticjupyter.cull;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elasticjupyter.kubernetes.OnAnEmbeddedApi;
import io.fabric8.kubernetes.client.KubernetesClientException;
import org.junit.jupiter.api.Test;

/** A cluster without Knative, such as that of somebody who tries the functions with curl. */
class WithoutKnativeTest extends OnAnEmbeddedApi {

    @Test
    void thereAreNoPingSources() {
        assertThat(CullPingSource.list(client, "default")).isEmpty();
    }

    @Test
    void anotherFailureIsNotTakenForTheAbsenceOfPingSources() {
        api.failNext(request -> request.path().endsWith("/pingsources"), 403);

        assertThatThrownBy(() -> CullPingSource.list(client, "default")).isInstanceOf(KubernetesClientException.class);
    }
}
