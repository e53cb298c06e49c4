package io.elasticjupyter.local;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.cloudevents.CloudEvent;
import io.cloudevents.http.HttpMessageFactory;
import io.cloudevents.rw.CloudEventRWException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;

/**
 * Delivers events to one function over HTTP, in binary mode.
 *
 * @param http the client
 * @param uri the function's URI
 * @param namespace the Trigger's namespace, which Knative sends as a header
 */
record FunctionCall(HttpClient http, URI uri, String namespace) {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Longest detail that is printed. */
    private static final int LONGEST = 200;

    /** The result of a call. */
    sealed interface Result {

        /** The function accepted the event; its response may contain another event. */
        record Accepted(Optional<CloudEvent> reply) implements Result {}

        /**
         * The call failed, with the status and body of the response; without a response, {@link #NO_ANSWER} and an empty body.
         */
        record Failed(String reason, boolean mayWorkLater, int status, byte[] body) implements Result {}

        /** Knative's code for a call without a response. */
        int NO_ANSWER = -1;
    }

    /** Returns a client for any number of calls. */
    static HttpClient client() {
        return HttpClient.newBuilder()
                // Knative uses HTTP/1.1 too, and an offer to upgrade to HTTP/2 would add a header.
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(5))
                .build();
    }

    String path() {
        return uri.getPath();
    }

    Result call(CloudEvent event) throws InterruptedException {
        try {
            return result(http.send(request(event), HttpResponse.BodyHandlers.ofByteArray()));
        } catch (IOException e) {
            return new Result.Failed("no answer: " + ApiServer.reason(e), true, Result.NO_ANSWER, new byte[0]);
        }
    }

    private HttpRequest request(CloudEvent event) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri).timeout(PATIENCE).header("Kn-Namespace", namespace);
        HttpMessageFactory.createWriter(request::header,
                body -> request.POST(body == null
                        ? HttpRequest.BodyPublishers.noBody()
                        : HttpRequest.BodyPublishers.ofByteArray(body)))
                .writeBinary(event);
        return request.build();
    }

    private static Result result(HttpResponse<byte[]> response) {
        int status = response.statusCode();
        if (status >= 300) {
            return new Result.Failed("answered " + status + detail(response), RetryPolicy.mayHelp(status), status,
                    response.body());
        }
        try {
            return new Result.Accepted(Optional.of(HttpMessageFactory.createReader(
                    each -> response.headers().map().forEach((name, values) -> each.accept(name, values.getFirst())),
                    response.body()).toEvent()));
        } catch (CloudEventRWException e) {
            boolean noEvent = e.getKind() == CloudEventRWException.CloudEventRWExceptionKind.UNKNOWN_ENCODING;
            return noEvent && response.body().length == 0
                    ? new Result.Accepted(Optional.empty())
                    : notAnEvent(e.getMessage(), response);
        } catch (IllegalArgumentException | IllegalStateException e) {
            return notAnEvent(e.getMessage(), response);
        }
    }

    /** Returns the {@code detail} of a problem (RFC 9457). */
    private static String detail(HttpResponse<byte[]> response) {
        if (!response.headers().firstValue("content-type").orElse("").startsWith("application/problem+json")) {
            return "";
        }
        try {
            String detail = JSON.readTree(response.body()).path("detail").asText().replace('\n', ' ');
            return ": " + (detail.length() > LONGEST ? detail.substring(0, LONGEST) + "…" : detail);
        } catch (IOException e) {
            return "";
        }
    }

    /** Reports status 502 for such a response, as Knative's Broker does, so that the event is retried. */
    private static Result notAnEvent(String why, HttpResponse<byte[]> response) {
        return new Result.Failed("the response is not a CloudEvent: " + why, true, 502, response.body());
    }
}
