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
 * Brings events to one function over HTTP, in binary mode.
 *
 * @param http the client
 * @param uri the function's
 * @param namespace the Trigger's, which Knative sends along
 */
record FunctionCall(HttpClient http, URI uri, String namespace) {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Of a detail: a line is there to be read. */
    private static final int LONGEST = 200;

    /** What came of a call. */
    sealed interface Result {

        /** The function took the event, and maybe answered with another. */
        record Taken(Optional<CloudEvent> reply) implements Result {}

        /** It did not. The status and the body are what it answered, {@link #NO_ANSWER} and nothing when it did not. */
        record Failed(String reason, boolean mayWorkLater, int status, byte[] body) implements Result {}

        /** Knative's code for it. */
        int NO_ANSWER = -1;
    }

    /** A client for any number of calls. */
    static HttpClient client() {
        return HttpClient.newBuilder()
                // Knative speaks it too; and the offer to upgrade to HTTP/2 would be one more header.
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
            return new Result.Taken(Optional.of(HttpMessageFactory.createReader(
                    each -> response.headers().map().forEach((name, values) -> each.accept(name, values.getFirst())),
                    response.body()).toEvent()));
        } catch (CloudEventRWException e) {
            boolean noEvent = e.getKind() == CloudEventRWException.CloudEventRWExceptionKind.UNKNOWN_ENCODING;
            return noEvent && response.body().length == 0
                    ? new Result.Taken(Optional.empty())
                    : notAnEvent(e.getMessage(), response);
        } catch (IllegalArgumentException | IllegalStateException e) {
            return notAnEvent(e.getMessage(), response);
        }
    }

    /** The sentence that a problem (RFC 9457) gives for people. */
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

    /** Knative's Broker makes a 502 of such an answer, and so tries again. */
    private static Result notAnEvent(String why, HttpResponse<byte[]> response) {
        return new Result.Failed("answered something that is no CloudEvent: " + why, true, 502, response.body());
    }
}
