package io.elasticjupyter.kubernetes;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Objects;

/** What the API server said when it did not do something. */
public final class ApiFailure {

    private ApiFailure() {}

    /** The API server's own words where it has some, and else the client's. */
    public static String reason(KubernetesClientException e) {
        return e.getStatus() != null && e.getStatus().getMessage() != null
                ? e.getStatus().getMessage()
                : Objects.requireNonNullElse(e.getMessage(), "The request to it failed.");
    }
}
