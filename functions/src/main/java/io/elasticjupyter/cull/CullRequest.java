package io.elasticjupyter.cull;

import io.cloudevents.CloudEvent;
import io.elasticjupyter.event.BadEventException;
import io.elasticjupyter.event.PingEvent;
import io.elasticjupyter.event.ResourceEvent;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.Optional;

/**
 * What an event asks the cull function to look at.
 *
 * @param namespace where; empty: everywhere
 * @param gateway which gateway; empty: all of them
 * @param dryRun report what would be deleted, and change nothing
 */
record CullRequest(Optional<String> namespace, Optional<String> gateway, boolean dryRun) {

    private static final String EXAMPLE = "{\"gateway\": \"g\", \"namespace\": \"default\"}";

    /**
     * Reads a PingSource's event, whose data may name a gateway and its namespace, or an ApiServerSource's event about a
     * kernel's pod, which asks for a look at the gateways of its namespace.
     *
     * @throws BadEventException when it is neither
     */
    static CullRequest of(CloudEvent event) {
        if (event.getType().startsWith(ResourceEvent.TYPE_PREFIX)) {
            ResourceEvent resource = ResourceEvent.of(event);
            if (!resource.subject().isA(Pod.class)) {
                throw new BadEventException("The event is about a " + resource.subject().kind()
                        + ". Send events about a kernel's Pod, or of type " + PingEvent.TYPE + ".");
            }
            return new CullRequest(Optional.of(resource.subject().namespace()), Optional.empty(), false);
        }
        PingEvent ping = PingEvent.of(event, List.of("gateway", "namespace", "dryRun"), EXAMPLE);
        Optional<String> gateway = ping.name("gateway");
        Optional<String> namespace = ping.name("namespace")
                .or(() -> gateway.flatMap(named -> ping.sourceNamespace()));
        if (gateway.isPresent() && namespace.isEmpty()) {
            throw new BadEventException("The event names the gateway '" + gateway.get()
                    + "' and not its namespace. Send data such as " + EXAMPLE + ".");
        }
        return new CullRequest(namespace, gateway, ping.flag("dryRun"));
    }
}
