package io.elasticjupyter.kubernetes;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Objects;

/** Explains a failed request to the API server. */
public final class ApiFailure {

    /** The HTTP status of an object that the API server rejects. */
    public static final int UNPROCESSABLE = 422;

    private ApiFailure() {}

    /** Returns the message of the API server if there is one, and otherwise that of the client. */
    public static String reason(KubernetesClientException e) {
        return e.getStatus() != null && e.getStatus().getMessage() != null
                ? e.getStatus().getMessage()
                : Objects.requireNonNullElse(e.getMessage(), "The request failed.");
    }

    /** Returns whether a patch was rejected because the object with its name has another UID than the patch. */
    public static boolean isOfAnotherObject(KubernetesClientException e) {
        return e.getCode() == UNPROCESSABLE && e.getStatus() != null && e.getStatus().getDetails() != null
                && e.getStatus().getDetails().getCauses().stream()
                        .anyMatch(cause -> "metadata.uid".equals(cause.getField()));
    }
}
