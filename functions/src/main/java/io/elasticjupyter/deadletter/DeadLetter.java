package io.elasticjupyter.deadletter;

import io.cloudevents.CloudEvent;
import io.elasticjupyter.event.BadEventException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The last attempt to deliver an event, as recorded in the
 * <a href="https://knative.dev/docs/eventing/event-delivery/#dead-letter-sinks">attributes</a> that Knative adds before it sends
 * the event to the dead letter sink. The body of the subscriber's reply is among them, and is not used: users read the record, and
 * it must not contain text that somebody else wrote.
 *
 * @param function the function that was called; empty if the subscriber's URL does not end with the name of one
 * @param code the subscriber's last status code; empty if it did not answer
 */
record DeadLetter(Optional<String> function, Optional<Integer> code) {

    /** The last segment of the path, before a query. */
    private static final Pattern FUNCTION = Pattern
            .compile("https?://[^/?#]+/(cullKernels|deadLetter|resync|reconcile[A-Z][A-Za-z]{1,30})/?([?#].*)?");

    private static final String RECONCILE = "reconcile";

    private static final Pattern STATUS = Pattern.compile("[1-5]\\d\\d");

    /**
     * Reads the attributes.
     *
     * @throws BadEventException when the event has none, because it did not come from a dead letter sink
     */
    static DeadLetter of(CloudEvent event) {
        String address = text(event, "knativeerrordest").orElseThrow(() -> new BadEventException(
                "The event has no attribute 'ce-knativeerrordest'. Send events that a Broker could not deliver, which have it."));
        return new DeadLetter(Optional.of(FUNCTION.matcher(address)).filter(Matcher::matches).map(it -> it.group(1)),
                text(event, "knativeerrorcode").filter(code -> STATUS.matcher(code).matches()).map(Integer::valueOf));
    }

    /** Returns the kind that the function reconciles; empty if it is another function. */
    Optional<String> kind() {
        return function.filter(name -> name.startsWith(RECONCILE))
                .map(name -> "Jupyter" + name.substring(RECONCILE.length()));
    }

    /** Returns a sentence that says which function failed and how, without the final stop. */
    String failure() {
        return function.map(name -> "The function " + name).orElse("A function")
                + " did not handle an event about this resource: it "
                + code.map(status -> "answered " + status).orElse("did not answer");
    }

    private static Optional<String> text(CloudEvent event, String attribute) {
        return Optional.ofNullable(event.getExtension(attribute)).map(Object::toString).filter(s -> !s.isBlank());
    }
}
