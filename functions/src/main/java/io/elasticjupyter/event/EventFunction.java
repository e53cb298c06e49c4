package io.elasticjupyter.event;

import io.cloudevents.CloudEvent;
import java.util.function.Function;

/**
 * A function from event to event.
 *
 * @param name under which it is called
 * @param function what is called
 */
public record EventFunction(String name, Function<CloudEvent, CloudEvent> function) {}
