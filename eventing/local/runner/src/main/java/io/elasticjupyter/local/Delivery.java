package io.elasticjupyter.local;

import io.cloudevents.CloudEvent;
import java.time.Duration;
import java.util.Optional;

/** What became of an event at a function. */
sealed interface Delivery {

    /** The event. */
    CloudEvent event();

    /** The function's path. */
    String path();

    /** The function took it, and maybe answered with an event of its own. */
    record Taken(CloudEvent event, String path, Optional<CloudEvent> reply) implements Delivery {}

    /** It did not; the Broker will try again. */
    record Postponed(CloudEvent event, String path, String reason, Duration pause) implements Delivery {}

    /** It did not, and will not be asked again. */
    record DeadLetter(CloudEvent event, String path, String reason) implements Delivery {}
}
