package io.elasticjupyter.reclaim;

import io.cloudevents.CloudEvent;
import io.elasticjupyter.event.BadEventException;
import io.elasticjupyter.event.PingEvent;
import io.elasticjupyter.event.ResourceEvent;
import io.elasticjupyter.event.ResourceId;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.util.List;
import java.util.Optional;

/**
 * The pod that an event is about.
 *
 * @param pod the pod; empty for all pods that wait
 * @param deleted whether it was deleted
 * @param forAll whether the other pods that wait are meant if it does not wait
 */
record ReclaimRequest(Optional<ResourceId> pod, boolean deleted, boolean forAll) {

    private static final String EXAMPLE = "{\"namespace\": \"default\", \"pod\": \"training\"}";

    /**
     * Reads an event. It is one of
     * <ul>
     * <li>an ApiServerSource's about a pod,
     * <li>an ApiServerSource's about a Deployment, for all pods that wait: the source's own adapter has started, and events can have
     * been missed,
     * <li>a PingSource's, whose data may name a pod and its namespace.
     * </ul>
     *
     * @throws BadEventException when it is none of them
     */
    static ReclaimRequest of(CloudEvent event) {
        if (event.getType().startsWith(ResourceEvent.TYPE_PREFIX)) {
            ResourceEvent resource = ResourceEvent.of(event);
            if (resource.subject().isA(Deployment.class)) {
                return new ReclaimRequest(Optional.empty(), false, true);
            }
            if (!resource.subject().isA(Pod.class)) {
                throw new BadEventException("The event is about a " + resource.subject().kind()
                        + ". Send events about a Pod, or of type " + PingEvent.TYPE + ".");
            }
            boolean deleted = resource.change() == ResourceEvent.Change.DELETE;
            return new ReclaimRequest(Optional.of(resource.subject()), deleted, deleted);
        }
        PingEvent ping = PingEvent.of(event, List.of("namespace", "pod"), EXAMPLE);
        Optional<String> pod = ping.name("pod");
        Optional<String> namespace = ping.namespace("namespace");
        if (pod.isPresent() != namespace.isPresent()) {
            throw new BadEventException(
                    "The event names " + (pod.isPresent() ? "a pod and not its namespace" : "no pod")
                            + ". Send data such as " + EXAMPLE + ", or {} for all pods that wait.");
        }
        return new ReclaimRequest(pod.map(name -> ResourceId.of(Pod.class, namespace.orElseThrow(), name)), false,
                true);
    }
}
