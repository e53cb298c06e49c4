package io.elasticjupyter.local;

import io.cloudevents.CloudEvent;
import java.time.Duration;
import java.util.Optional;

/** The result of an attempt to deliver an event to a function. */
sealed interface Delivery {

    /** Returns the event. */
    CloudEvent event();

    /** Returns the path of the function. */
    String path();

    /** The function accepted the event; its response may contain another event. */
    record Accepted(CloudEvent event, String path, Optional<CloudEvent> reply) implements Delivery {}

    /** The attempt failed; the Broker will retry after the pause. */
    record Postponed(CloudEvent event, String path, String reason, Duration pause) implements Delivery {}

    /** The attempt failed and will not be retried. */
    record DeadLetter(CloudEvent event, String path, String reason) implements Delivery {}
}
