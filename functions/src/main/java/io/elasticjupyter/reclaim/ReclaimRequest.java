package io.elasticjupyter.reclaim;

import io.cloudevents.CloudEvent;
import io.elasticjupyter.event.BadEventException;
import io.elasticjupyter.event.PingEvent;
import io.elasticjupyter.event.ResourceEvent;
import io.elasticjupyter.event.ResourceId;
import io.elasticjupyter.reclaim.policy.kueue.Workload;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.util.List;
import java.util.Optional;

/**
 * The pod or the Workload that an event is about.
 *
 * @param waiting the pod or the Workload; empty for all that wait
 * @param deleted whether it was deleted
 * @param forAll whether the others that wait are meant if it does not wait
 */
record ReclaimRequest(Optional<ResourceId> waiting, boolean deleted, boolean forAll) {

    private static final String EXAMPLE = "{\"namespace\": \"default\", \"pod\": \"training\"}";

    /**
     * Reads an event. It is one of
     * <ul>
     * <li>an ApiServerSource's about a pod or a Workload,
     * <li>an ApiServerSource's about a Deployment, for all that wait: the source's own adapter has started, and events can have
     * been missed,
     * <li>a PingSource's, whose data may name a pod or a Workload, and its namespace.
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
            if (!resource.subject().isA(Pod.class) && !resource.subject().isA(Workload.class)) {
                throw new BadEventException("The event is about a " + resource.subject().kind()
                        + ". Send events about a Pod or a Workload of Kueue, or of type " + PingEvent.TYPE + ".");
            }
            boolean deleted = resource.change() == ResourceEvent.Change.DELETE;
            return new ReclaimRequest(Optional.of(resource.subject()), deleted, deleted);
        }
        PingEvent ping = PingEvent.of(event, List.of("namespace", "pod", "workload"), EXAMPLE);
        Optional<String> pod = ping.name("pod");
        Optional<String> workload = ping.name("workload");
        Optional<String> namespace = ping.namespace("namespace");
        if (pod.isPresent() && workload.isPresent()) {
            throw new BadEventException("The event names a pod and a workload. Send data such as " + EXAMPLE + ".");
        }
        Optional<String> name = pod.or(() -> workload);
        if (name.isPresent() != namespace.isPresent()) {
            throw new BadEventException("The event names "
                    + (name.isPresent() ? "a pod or workload and not its namespace" : "no pod or workload")
                    + ". Send data such as " + EXAMPLE + ", or {} for all that wait.");
        }
        return new ReclaimRequest(name.map(each -> ResourceId.of(pod.isPresent() ? Pod.class : Workload.class,
                namespace.orElseThrow(), each)), false, true);
    }
}
