package io.elasticjupyter.deadletter;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.cloudevents.CloudEvent;
import io.elasticjupyter.event.BadEventException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/**
 * The last attempt to deliver an event, as recorded in the
 * <a href="https://knative.dev/docs/eventing/event-delivery/#dead-letter-sinks">attributes</a> that Knative adds before it sends
 * the event to the dead letter sink.
 *
 * @param function the last segment of the subscriber's URL
 * @param code the subscriber's last status code; empty or negative when it did not answer
 * @param detail the subscriber's explanation, in one line; empty when there is none
 */
record DeadLetter(String function, Optional<Integer> code, Optional<String> detail) {

    /** The detail is shown by {@code kubectl describe} and comes from an untrusted sender. */
    private static final int MAX_DETAIL_LENGTH = 300;

    /**
     * Reads the attributes.
     *
     * @throws BadEventException when the event has none, because it did not come from a dead letter sink
     */
    static DeadLetter of(CloudEvent event) {
        String address = text(event, "knativeerrordest").orElseThrow(() -> new BadEventException(
                "The event has no attribute 'ce-knativeerrordest'. Send events that a Broker could not deliver, which have it."));
        return new DeadLetter(function(address), text(event, "knativeerrorcode").flatMap(DeadLetter::number),
                text(event, "knativeerrordata").map(DeadLetter::decoded).map(DeadLetter::detail)
                        .map(DeadLetter::oneLine).filter(line -> !line.isEmpty()));
    }

    /** Returns the predicate of a sentence whose subject is the function. */
    String failure() {
        return code.filter(status -> status > 0).map(status -> "answered " + status).orElse("did not answer")
                + detail.map(text -> ": " + text.replaceFirst("[.]$", "")).orElse("");
    }

    private static Optional<String> text(CloudEvent event, String attribute) {
        return Optional.ofNullable(event.getExtension(attribute)).map(Object::toString).filter(s -> !s.isBlank());
    }

    private static String function(String address) {
        return oneLine(address.substring(address.replaceFirst("[/?#]+$", "").lastIndexOf('/') + 1));
    }

    private static Optional<Integer> number(String code) {
        return code.matches("-?\\d{1,9}") ? Optional.of(Integer.valueOf(code)) : Optional.empty();
    }

    /** Decodes a body. Knative may truncate the encoded body at any character. */
    private static String decoded(String data) {
        try {
            return new String(Base64.getDecoder().decode(data.substring(0, data.length() / 4 * 4)),
                    StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return data;
        }
    }

    /** Returns the detail of a problem (RFC 9457), even when the rest is truncated, or any other body whole. */
    private static String detail(String body) {
        try (JsonParser json = new JsonFactory().createParser(body)) {
            while (json.nextToken() != null) {
                if (json.currentToken() == JsonToken.FIELD_NAME && json.currentName().equals("detail")) {
                    return Optional.ofNullable(json.nextTextValue()).orElse("");
                }
            }
        } catch (IOException e) {
            // Not a problem, or truncated before its detail: the body is all that is known.
        }
        return body;
    }

    private static String oneLine(String text) {
        String line = text.replaceAll("\\p{Cntrl}+", " ").strip();
        return line.length() > MAX_DETAIL_LENGTH ? line.substring(0, MAX_DETAIL_LENGTH) + "…" : line;
    }
}
