package io.elasticjupyter.kubernetes;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.Objects;

/** Explains a failed request to the API server. */
public final class ApiFailure {

    /** The cause in the status of a request to create an object in a namespace that is being deleted. */
    private static final String NAMESPACE_TERMINATING = "NamespaceTerminating";

    private static final int TOO_MANY_REQUESTS = 429;

    private ApiFailure() {}

    /**
     * Returns whether the same request may succeed later: the API server did not answer, was unavailable or overloaded, did not know
     * the token or the type yet, or the object was changed meanwhile. Another refusal stays until somebody changes the cluster or the
     * request.
     */
    public static boolean isTransient(KubernetesClientException e) {
        return switch (e.getCode()) {
            case HttpURLConnection.HTTP_UNAUTHORIZED, HttpURLConnection.HTTP_NOT_FOUND,
                    HttpURLConnection.HTTP_CLIENT_TIMEOUT, HttpURLConnection.HTTP_CONFLICT,
                    HttpURLConnection.HTTP_GONE, TOO_MANY_REQUESTS ->
                true;
            // Without a response, the code is 0.
            default -> e.getCode() < HttpURLConnection.HTTP_BAD_REQUEST
                    || e.getCode() >= HttpURLConnection.HTTP_INTERNAL_ERROR || isQuota(e);
        };
    }

    /**
     * Returns whether a ResourceQuota has no room for an object, which is a 403 like a missing right. The texts are those of the
     * admission plugin ResourceQuota.
     */
    public static boolean isQuota(KubernetesClientException e) {
        return e.getCode() == HttpURLConnection.HTTP_FORBIDDEN
                && (reason(e).contains("exceeded quota: ") || reason(e).contains("status unknown for quota: "));
    }

    /** Returns whether the API server does not serve the type of an object. Otherwise, a 404 names what it did not find. */
    public static boolean isUnknownType(KubernetesClientException e) {
        return e.getCode() == HttpURLConnection.HTTP_NOT_FOUND && (e.getStatus() == null
                || e.getStatus().getDetails() == null || e.getStatus().getDetails().getName() == null);
    }

    /** Returns whether the request would have created an object in a namespace that is being deleted. */
    public static boolean isNamespaceTerminating(KubernetesClientException e) {
        return e.getStatus() != null && e.getStatus().getDetails() != null && e.getStatus().getDetails().getCauses()
                .stream().anyMatch(cause -> NAMESPACE_TERMINATING.equals(cause.getReason()));
    }

    /** Returns the message of the API server if there is one, and otherwise that of the client. */
    public static String reason(KubernetesClientException e) {
        return e.getStatus() != null && e.getStatus().getMessage() != null
                ? e.getStatus().getMessage()
                : Objects.requireNonNullElse(e.getMessage(), "The request failed.");
    }
}
