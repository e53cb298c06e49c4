package io.elasticjupyter.workload;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImagePullPoliciesTest {

    @ParameterizedTest
    @ValueSource(strings = {"notebook", "jupyter/notebook", "host:5000/notebook", "notebook:latest",
            "host:5000/a/notebook:latest", "notebook:latest@sha256:0123"})
    void anImageWithAFloatingTagIsAlwaysPulled(String image) {
        assertThat(ImagePullPolicies.defaultFor(image)).isEqualTo("Always");
    }

    @ParameterizedTest
    @ValueSource(strings = {"notebook:1", "host:5000/notebook:1.2", "notebook@sha256:0123", "notebook:1@sha256:0123"})
    void anImageWithAFixedTagIsPulledOnce(String image) {
        assertThat(ImagePullPolicies.defaultFor(image)).isEqualTo("IfNotPresent");
    }

    @Test
    void anExistingPolicyIsKept() {
        assertThat(ImagePullPolicies.setDefaults(List.of(container("notebook", "Never"), container("notebook:1", null),
                container(null, null))))
                .extracting(Container::getImagePullPolicy).containsExactly("Never", "IfNotPresent", null);
    }

    private static Container container(String image, String policy) {
        return new ContainerBuilder().withImage(image).withImagePullPolicy(policy).build();
    }
}
