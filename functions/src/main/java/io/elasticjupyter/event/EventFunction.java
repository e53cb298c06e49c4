package io.elasticjupyter.event;

import io.cloudevents.CloudEvent;
import java.util.Optional;

/** A function that handles CloudEvents and returns a result. It keeps no state between calls. */
public interface EventFunction {

    /** Returns the name under which the function is called: the last part of its URL. */
    String name();

    /**
     * Returns the resource that an event affects, if it affects only that one and its result reveals nothing about others: the
     * event may be sent with the derived key of the resource. Empty if it needs the key of the installation.
     *
     * @throws BadEventException if the function cannot act on the event
     */
    default Optional<ResourceId> soleResource(CloudEvent event) {
        return Optional.empty();
    }

    /**
     * Returns whether the function authenticates the sender itself. Otherwise, the event needs the key of the installation, or that of
     * its sole resource.
     */
    default boolean authenticatesSender() {
        return false;
    }

    /**
     * Handles an event.
     *
     * @throws BadEventException if the function cannot act on the event; answered with status 400
     * @throws io.fabric8.kubernetes.client.KubernetesClientException if the API server is unavailable, slow, or reports a
     *     conflict; answered with status 503, so that the sender retries
     */
    FunctionResult apply(CloudEvent event);
}
