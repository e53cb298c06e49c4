package io.elasticjupyter.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ApiFailureTest {

    @Test
    void theMessageOfTheApiServerTakesPrecedence() {
        assertThat(ApiFailure.reason(new KubernetesClientException("Failure executing: GET at ...", 409,
                new StatusBuilder().withMessage("the object has been modified").build())))
                .isEqualTo("the object has been modified");
        assertThat(ApiFailure.reason(new KubernetesClientException("no route to host")))
                .isEqualTo("no route to host");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 401, 404, 408, 409, 410, 429, 500, 502, 503, 504})
    void aFailureThatMayPassIsTransient(int code) {
        assertThat(ApiFailure.isTransient(failure(code, "m"))).isTrue();
        assertThat(ApiFailure.isTransient(new KubernetesClientException("no route to host"))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 403, 405, 413, 415, 422})
    void aRefusalIsNotTransient(int code) {
        assertThat(ApiFailure.isTransient(failure(code, "m"))).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "403 | pods \"p\" is forbidden: exceeded quota: gpu, requested: pods=1, used: pods=2, limited: pods=2 | true",
            "403 | pods \"p\" is forbidden: status unknown for quota: gpu, resources: pods                      | true",
            "403 | pods \"p\" is forbidden: failed quota: gpu: must specify limits.cpu                          | false",
            "403 | pods is forbidden: User \"r\" cannot create resource \"pods\"                                | false",
            "422 | exceeded quota: gpu                                                                          | false"})
    void aQuotaWithoutRoomIsTransient(int code, String message, boolean quota) {
        assertThat(ApiFailure.isQuota(failure(code, message))).isEqualTo(quota);
        assertThat(ApiFailure.isTransient(failure(code, message))).isEqualTo(quota);
    }

    private static KubernetesClientException failure(int code, String message) {
        return new KubernetesClientException("Failure executing", code,
                new StatusBuilder().withMessage(message).build());
    }

    @Test
    void aFailureWithoutAMessageHasADefault() {
        assertThat(ApiFailure.reason(new KubernetesClientException(null, new IllegalStateException())))
                .isEqualTo("The request failed.");
    }
}
