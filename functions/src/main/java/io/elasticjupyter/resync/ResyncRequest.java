package io.elasticjupyter.resync;

import io.cloudevents.CloudEvent;
import io.elasticjupyter.event.BadEventException;
import io.elasticjupyter.event.PingEvent;
import io.elasticjupyter.event.ResourceEvent;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.util.List;
import java.util.Optional;

/**
 * The resources that an event asks to reconcile.
 *
 * @param namespace their namespace; empty for all namespaces
 * @param kind their kind; empty for all kinds
 * @param name the name of one resource of that kind in that namespace; empty for all resources
 */
record ResyncRequest(Optional<String> namespace, Optional<String> kind, Optional<String> name) {

    private static final String EXAMPLE = "{\"namespace\": \"default\", \"kind\": \"JupyterNotebook\", \"name\": \"ada\"}";

    /**
     * Reads a PingSource's event, or an ApiServerSource's event about a Deployment: the source's own adapter has started, and
     * changes before that have sent no event.
     *
     * @param kinds the kinds that can be reconciled
     * @throws BadEventException when the event is neither or its data is invalid
     */
    static ResyncRequest of(CloudEvent event, List<String> kinds) {
        if (event.getType().startsWith(ResourceEvent.TYPE_PREFIX)
                && ResourceEvent.of(event).subject().isA(Deployment.class)) {
            return new ResyncRequest(Optional.empty(), Optional.empty(), Optional.empty());
        }
        PingEvent ping = PingEvent.of(event, List.of("namespace", "kind", "name"), EXAMPLE);
        ResyncRequest request = new ResyncRequest(ping.namespace("namespace"), ping.oneOf("kind", kinds),
                ping.name("name"));
        if (request.name().isPresent() && (request.kind().isEmpty() || request.namespace().isEmpty())) {
            throw new BadEventException("The event names '" + request.name().get()
                    + "' without kind and namespace. Send data such as " + EXAMPLE + ".");
        }
        return request;
    }
}
