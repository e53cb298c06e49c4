package io.elasticjupyter.http;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.sun.net.httpserver.HttpExchange;
import io.cloudevents.CloudEvent;
import io.cloudevents.core.message.MessageReader;
import io.cloudevents.http.HttpMessageFactory;
import io.elasticjupyter.event.BadEventException;
import io.elasticjupyter.event.ResourceEvent;
import io.elasticjupyter.http.Problems.EventTooLargeException;
import io.elasticjupyter.http.Problems.UnknownFunctionException;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.springframework.cloud.function.context.FunctionCatalog;

/**
 * Every function of the catalog at {@code POST /<its name>}, from CloudEvent to CloudEvent, by the
 * <a href="https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md">HTTP binding</a>:
 * binary and structured mode in, binary mode out.
 *
 * <p>Spring Cloud Function's own web adapter is not used: it copies the request's headers into the reply, where a Knative
 * Broker would take them for attributes of a new event, and it fails on structured mode.
 */
final class FunctionEndpoint {

    /** Kubernetes objects have 1.5 MiB at most, and an event carries one of them. */
    static final int MOST_BYTES = 3 * 1024 * 1024;

    private final FunctionCatalog catalog;
    private final Set<String> offered;
    private final MeterRegistry meters;

    /**
     * The functions of that catalog.
     *
     * @param offered the names of those that may be called here; none: all
     */
    FunctionEndpoint(FunctionCatalog catalog, Set<String> offered, MeterRegistry meters) {
        this.catalog = catalog;
        this.offered = offered;
        this.meters = meters;
    }

    /** The answer of the function that the path names. */
    Reply call(HttpExchange exchange) throws IOException {
        String name = exchange.getRequestURI().getPath().substring(1);
        CloudEvent answer = timed(name, function(name), event(exchange));
        Map<String, String> headers = new HashMap<>();
        byte[][] content = new byte[1][];
        HttpMessageFactory.createWriter(headers::put, body -> content[0] = body).writeBinary(answer);
        return new Reply(HttpURLConnection.HTTP_OK, headers, content[0] == null ? new byte[0] : content[0]);
    }

    private CloudEvent timed(String name, Function<CloudEvent, CloudEvent> function, CloudEvent event) {
        Timer.Sample run = Timer.start(meters);
        Object outcome = "failed";
        try {
            CloudEvent answer = function.apply(event);
            outcome = answer.getExtension("outcome");
            return answer;
        } finally {
            run.stop(Timer.builder("elastic.jupyter.function").description("Runs of a function, by how they ended")
                    .tag("function", name).tag("outcome", String.valueOf(outcome)).register(meters));
        }
    }

    private Function<CloudEvent, CloudEvent> function(String name) {
        Set<String> names = new TreeSet<>(catalog.getNames(Function.class));
        if (!offered.isEmpty()) {
            names.retainAll(offered);
        }
        if (!names.contains(name)) {
            throw new UnknownFunctionException(
                    "There is no function '" + name + "'. There are: " + String.join(", ", names) + ".");
        }
        return catalog.lookup(Function.class, name);
    }

    private static CloudEvent event(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readNBytes(MOST_BYTES + 1);
        if (body.length > MOST_BYTES) {
            throw new EventTooLargeException("The request's body is over " + MOST_BYTES
                    + " bytes. Send a reference (type " + ResourceEvent.TYPE_PREFIX + "ref.*) instead of the object.");
        }
        try {
            MessageReader reader = HttpMessageFactory.createReader(
                    each -> exchange.getRequestHeaders()
                            .forEach((header, values) -> each.accept(header, values.getFirst())),
                    body);
            return reader.toEvent();
        } catch (RuntimeException e) {
            // The SDK throws many kinds, and whatever it stumbles over here came from the sender.
            throw new BadEventException("The request is not a CloudEvent: " + reason(e)
                    + " Send the attributes as 'ce-' headers, or the whole event as 'application/cloudevents+json'.");
        }
    }

    /** Without the names of classes and the position in a buffer, which say nothing to a sender. */
    private static String reason(RuntimeException e) {
        if (e.getCause() instanceof MismatchedInputException) {
            return "its JSON is not an object with the attributes of an event.";
        }
        if (e.getCause() instanceof JacksonException json) {
            return "its JSON is broken: " + firstLine(json.getOriginalMessage());
        }
        // One that only wraps another says the other's class before its words.
        Throwable said = e.getCause() != null && e.getCause().toString().equals(e.getMessage()) ? e.getCause() : e;
        return firstLine(said.getMessage());
    }

    private static String firstLine(String message) {
        return Optional.ofNullable(message).flatMap(text -> text.lines().findFirst()).orElse("it cannot be parsed")
                .replaceFirst("[.]?$", ".");
    }
}
