package io.elasticjupyter.console.policy;

import io.fabric8.kubernetes.api.model.Event;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.stream.Stream;

/**
 * An Event that a function has written: a kernel that was culled, or an event that could not be delivered.
 *
 * @param time when it was last written (RFC 3339)
 * @param warning whether it is a Warning
 * @param reason its reason
 * @param namespace the namespace of the object
 * @param kind the kind of the object
 * @param name the name of the object
 * @param message its message
 */
public record EventFacts(String time, boolean warning, String reason, String namespace, String kind, String name,
        String message) {

    /** Returns the facts about an Event. */
    public static EventFacts of(Event event) {
        return new EventFacts(
                Stream.of(event.getLastTimestamp(), event.getFirstTimestamp(),
                        event.getMetadata().getCreationTimestamp())
                        .filter(EventFacts::isTime).findFirst().orElse(Instant.EPOCH.toString()),
                "Warning".equals(event.getType()), String.valueOf(event.getReason()),
                event.getMetadata().getNamespace(), String.valueOf(event.getInvolvedObject().getKind()),
                String.valueOf(event.getInvolvedObject().getName()), String.valueOf(event.getMessage()));
    }

    private static boolean isTime(String text) {
        try {
            return text != null && Instant.parse(text) != null;
        } catch (DateTimeParseException e) {
            return false;
        }
    }
}
