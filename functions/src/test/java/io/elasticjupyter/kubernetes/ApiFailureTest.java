package io.elasticjupyter.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import org.junit.jupiter.api.Test;

class ApiFailureTest {

    @Test
    void theMessageOfTheApiServerTakesPrecedence() {
        assertThat(ApiFailure.reason(new KubernetesClientException("Failure executing: GET at ...", 409,
                new StatusBuilder().withMessage("the object has been modified").build())))
                .isEqualTo("the object has been modified");
        assertThat(ApiFailure.reason(new KubernetesClientException("no route to host")))
                .isEqualTo("no route to host");
    }

    @Test
    void aFailureWithoutAMessageHasADefault() {
        assertThat(ApiFailure.reason(new KubernetesClientException(null, new IllegalStateException())))
                .isEqualTo("The request failed.");
    }
}
