package io.elasticjupyter.http;

import io.elasticjupyter.event.BadEventException;
import io.elasticjupyter.kubernetes.ApiFailure;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The reply to a call that went wrong. A Knative Broker tries again on 503 and gives up on other codes, so only what a retry
 * may cure is a 503.
 */
final class Problems {

    private static final Logger log = LoggerFactory.getLogger(Problems.class);

    private static final int CONTENT_TOO_LARGE = 413;

    /** Seconds after which the API server may be back. */
    private static final String RETRY_AFTER = "2";

    private Problems() {}

    static Reply reply(Throwable failure, String path) {
        return switch (failure) {
            case BadEventException e -> {
                log.warn("answered 400: {}", oneLine(e.getMessage()));
                yield new Problem("Not an event for this function", HttpURLConnection.HTTP_BAD_REQUEST,
                        e.getMessage(), path).reply(Map.of());
            }
            case UnknownFunctionException e -> new Problem("No such function", HttpURLConnection.HTTP_NOT_FOUND,
                    e.getMessage(), path).reply(Map.of());
            case EventTooLargeException e -> new Problem("Event too large", CONTENT_TOO_LARGE, e.getMessage(), path)
                    .reply(Map.of());
            case KubernetesClientException e -> {
                String reason = ApiFailure.reason(e);
                log.warn("answered 503: {}", oneLine(reason));
                yield new Problem("The Kubernetes API server did not do it", HttpURLConnection.HTTP_UNAVAILABLE,
                        reason.replaceFirst("[.]?$", ".") + " Send the event again.", path)
                        .reply(Map.of("Retry-After", RETRY_AFTER));
            }
            default -> {
                log.error("answered 500", failure);
                yield new Problem("A bug", HttpURLConnection.HTTP_INTERNAL_ERROR,
                        "This is a bug in the function; its log says more.", path).reply(Map.of());
            }
        };
    }

    static Reply noSuchPath(String path) {
        return new Problem("No such path", HttpURLConnection.HTTP_NOT_FOUND,
                "Functions are called by POST at /<function>.", path).reply(Map.of());
    }

    static Reply onlyBy(String method, String path) {
        return new Problem("Method not allowed", HttpURLConnection.HTTP_BAD_METHOD,
                "Send the " + (method.equals("POST") ? "event" : "request") + " by " + method + ".", path)
                .reply(Map.of("Allow", method));
    }

    /** What a sender wrote may hold line breaks; an event is one line of the log. */
    private static String oneLine(String message) {
        return message.replaceAll("\\p{Cntrl}", " ");
    }

    static final class UnknownFunctionException extends RuntimeException {
        UnknownFunctionException(String message) {
            super(message);
        }
    }

    static final class EventTooLargeException extends RuntimeException {
        EventTooLargeException(String message) {
            super(message);
        }
    }
}
