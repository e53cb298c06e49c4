package io.elasticjupyter.event;

import io.cloudevents.CloudEvent;

/** A function that is called with a CloudEvent and reports what it did. It keeps no state between calls. */
public interface EventFunction {

    /** Returns the name under which the function is called: the last part of its URL. */
    String name();

    /**
     * Handles an event.
     *
     * @throws BadEventException if the function cannot act on the event; answered with status 400
     * @throws io.fabric8.kubernetes.client.KubernetesClientException if the API server is away, slow, or reports a conflict;
     *     answered with status 503, so that the sender tries again
     */
    FunctionResult apply(CloudEvent event);
}
