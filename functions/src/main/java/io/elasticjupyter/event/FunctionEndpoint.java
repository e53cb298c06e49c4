package io.elasticjupyter.event;

import com.fasterxml.jackson.core.JacksonException;
import io.cloudevents.CloudEvent;
import io.cloudevents.core.message.MessageReader;
import io.cloudevents.http.HttpMessageFactory;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.cloud.function.context.FunctionCatalog;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Every function of the catalog at {@code POST /<its name>}, from CloudEvent to CloudEvent, by the
 * <a href="https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md">HTTP binding</a>:
 * binary and structured mode in, binary mode out.
 *
 * <p>Spring Cloud Function's own web adapter is not used: it copies the request's headers into the reply, where a Knative
 * Broker would take them for attributes of a new event, and it fails on structured mode.
 */
@RestController
class FunctionEndpoint {

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
    FunctionEndpoint(FunctionCatalog catalog, @Value("${elastic-jupyter.functions:}") Set<String> offered,
            MeterRegistry meters) {
        this.catalog = catalog;
        this.offered = offered;
        this.meters = meters;
    }

    @PostMapping("/{name}")
    void call(@PathVariable String name, HttpServletRequest request, HttpServletResponse response) throws IOException {
        CloudEvent answer = timed(name, function(name), event(request));
        HttpMessageFactory.createWriter(response::setHeader, body -> send(response, body)).writeBinary(answer);
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
        names.remove("functionRouter");
        if (!offered.isEmpty()) {
            names.retainAll(offered);
        }
        if (!names.contains(name)) {
            throw new UnknownFunctionException(
                    "There is no function '" + name + "'. There are: " + String.join(", ", names) + ".");
        }
        return catalog.lookup(Function.class, name);
    }

    private static CloudEvent event(HttpServletRequest request) throws IOException {
        if (request.getContentLengthLong() > MOST_BYTES) {
            throw new EventTooLargeException();
        }
        byte[] body = request.getInputStream().readNBytes(MOST_BYTES + 1);
        if (body.length > MOST_BYTES) {
            throw new EventTooLargeException();
        }
        try {
            MessageReader reader = HttpMessageFactory.createReader(
                    each -> request.getHeaderNames().asIterator()
                            .forEachRemaining(header -> each.accept(header, request.getHeader(header))),
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
        String reason = e.getCause() instanceof JacksonException json
                ? "its JSON is broken: " + json.getOriginalMessage()
                : e.getMessage();
        return reason.lines().findFirst().orElse("it cannot be parsed").replaceFirst("[.]?$", ".");
    }

    private static void send(HttpServletResponse response, byte[] body) {
        try {
            response.getOutputStream().write(body);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    static final class UnknownFunctionException extends RuntimeException {
        UnknownFunctionException(String message) {
            super(message);
        }
    }

    static final class EventTooLargeException extends RuntimeException {
        EventTooLargeException() {
            super("The request's body is over " + MOST_BYTES + " bytes. Send a reference (type "
                    + ResourceEvent.TYPE_PREFIX + "ref.*) instead of the object.");
        }
    }
}
