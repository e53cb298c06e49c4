package io.elasticjupyter.kubernetes;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Objects;

/** Explains a failed request to the API server. */
public final class ApiFailure {

    private ApiFailure() {}

    /** Returns the message of the API server if there is one, and otherwise that of the client. */
    public static String reason(KubernetesClientException e) {
        return e.getStatus() != null && e.getStatus().getMessage() != null
                ? e.getStatus().getMessage()
                : Objects.requireNonNullElse(e.getMessage(), "The request failed.");
    }
}
