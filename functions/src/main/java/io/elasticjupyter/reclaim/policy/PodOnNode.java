package io.elasticjupyter.reclaim.policy;

import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodAffinityTerm;
import io.fabric8.kubernetes.api.model.PodAntiAffinity;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * A pod that takes resources of a node, or for which they are reserved.
 *
 * @param name the pod
 * @param node the node
 * @param nominated whether the pod is not bound yet, and the node is its {@code status.nominatedNodeName}
 * @param requests what it requests, and one of {@link ResourceList#PODS}
 * @param priority its priority
 * @param deletionTimestamp when it ends at the latest, if it terminates
 * @param labels its labels
 * @param hostPorts the ports of the node that it takes
 * @param antiAffinity its required terms of pod anti-affinity, which hold for pods that come later, too
 */
public record PodOnNode(PodName name, String node, boolean nominated, ResourceList requests, int priority,
        Optional<Instant> deletionTimestamp, Map<String, String> labels, Set<HostPort> hostPorts,
        List<PodAffinityTerm> antiAffinity) {

    /** How long after its deletion timestamp a pod is still expected to end. A pod on a lost node remains for ever. */
    private static final Duration OVERDUE = Duration.ofSeconds(60);

    public PodOnNode {
        labels = Map.copyOf(labels);
        hostPorts = Set.copyOf(hostPorts);
        antiAffinity = List.copyOf(antiAffinity);
    }

    /** Returns a pod that is bound or nominated; empty if it is neither, or has ended, and takes no resources. */
    public static Optional<PodOnNode> of(Pod pod) {
        String phase = pod.getStatus() == null ? null : pod.getStatus().getPhase();
        String bound = pod.getSpec().getNodeName();
        String nominated = pod.getStatus() == null ? null : pod.getStatus().getNominatedNodeName();
        String node = isSet(bound) ? bound : nominated;
        return !isSet(node) || "Succeeded".equals(phase) || "Failed".equals(phase)
                ? Optional.empty()
                : Optional.of(new PodOnNode(PodName.of(pod), node, !isSet(bound), PodRequests.of(pod), priority(pod),
                        Optional.ofNullable(pod.getMetadata().getDeletionTimestamp()).map(Instant::parse),
                        Objects.requireNonNullElse(pod.getMetadata().getLabels(), Map.of()), HostPort.of(pod),
                        antiAffinity(pod)));
    }

    /** Returns this pod as one that terminates, and ends by an instant. */
    public PodOnNode terminating(Instant end) {
        return new PodOnNode(name, node, nominated, requests, priority, Optional.of(end), labels, hostPorts,
                antiAffinity);
    }

    /** Returns this pod with resources that are not among the requests of its containers. */
    public PodOnNode withMore(ResourceList more) {
        return new PodOnNode(name, node, nominated, requests.plus(more), priority, deletionTimestamp, labels, hostPorts,
                antiAffinity);
    }

    /** Returns whether its resources will soon be free. */
    boolean isEnding(Instant now) {
        return deletionTimestamp.filter(end -> end.plus(OVERDUE).isAfter(now)).isPresent();
    }

    static int priority(Pod pod) {
        return pod.getSpec().getPriority() == null ? 0 : pod.getSpec().getPriority().intValue();
    }

    static List<PodAffinityTerm> antiAffinity(Pod pod) {
        return Optional.ofNullable(pod.getSpec().getAffinity()).map(Affinity::getPodAntiAffinity)
                .map(PodAntiAffinity::getRequiredDuringSchedulingIgnoredDuringExecution).orElseGet(List::of);
    }

    private static boolean isSet(String value) {
        return value != null && !value.isEmpty();
    }
}
