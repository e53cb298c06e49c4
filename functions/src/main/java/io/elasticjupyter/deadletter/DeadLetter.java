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
 * What Knative says, in the
 * <a href="https://knative.dev/docs/eventing/event-delivery/#dead-letter-sinks">attributes</a> that it adds to an event before
 * it gives it up, of the last attempt to deliver it.
 *
 * @param function the last part of the address that did not take it
 * @param code the status that it answered last; empty or negative: it did not answer
 * @param detail what it said, in one line; empty: nothing
 */
record DeadLetter(String function, Optional<Integer> code, Optional<String> detail) {

    /** Of a detail: it is for a line of {@code kubectl describe}, and comes from whoever sent the event. */
    private static final int LONGEST = 300;

    /**
     * Reads the attributes.
     *
     * @throws BadEventException when the event is not one that was given up
     */
    static DeadLetter of(CloudEvent event) {
        String address = text(event, "knativeerrordest").orElseThrow(() -> new BadEventException(
                "The event has no attribute 'ce-knativeerrordest', so nobody gave it up. A Broker sends what it gave up."));
        return new DeadLetter(function(address), text(event, "knativeerrorcode").flatMap(DeadLetter::number),
                text(event, "knativeerrordata").map(DeadLetter::decoded).map(DeadLetter::detail)
                        .map(DeadLetter::oneLine).filter(line -> !line.isEmpty()));
    }

    /** As the end of a sentence that begins with the function's name. */
    String failure() {
        return code.filter(status -> status > 0).map(status -> "answered " + status).orElse("did not answer")
                + detail.map(said -> ": " + said.replaceFirst("[.]$", "")).orElse("");
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

    /** Knative cuts the encoded body off, wherever that is. */
    private static String decoded(String data) {
        try {
            return new String(Base64.getDecoder().decode(data.substring(0, data.length() / 4 * 4)),
                    StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return data;
        }
    }

    /** Of a problem (RFC 9457) its detail, also when the rest is cut off; of anything else all. */
    private static String detail(String body) {
        try (JsonParser json = new JsonFactory().createParser(body)) {
            while (json.nextToken() != null) {
                if (json.currentToken() == JsonToken.FIELD_NAME && json.currentName().equals("detail")) {
                    return Optional.ofNullable(json.nextTextValue()).orElse("");
                }
            }
        } catch (IOException e) {
            // No problem: whatever it is, it is all that is known.
        }
        return body;
    }

    private static String oneLine(String text) {
        String line = text.replaceAll("\\p{Cntrl}+", " ").strip();
        return line.length() > LONGEST ? line.substring(0, LONGEST) + "…" : line;
    }
}
