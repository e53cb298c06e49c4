package io.elasticjupyter.reclaim.policy;

import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.NodeAffinity;
import io.fabric8.kubernetes.api.model.NodeSelector;
import io.fabric8.kubernetes.api.model.NodeSelectorTerm;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodAffinity;
import io.fabric8.kubernetes.api.model.PodAffinityTerm;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.Volume;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A pod that no node has room for.
 *
 * @param name the pod
 * @param asks whether it asks for the resources of idle kernels; the others are pods that may take what is freed for it
 * @param requests what it requests, and one of {@link ResourceList#PODS}
 * @param priority its priority
 * @param created when it was created
 * @param labels its labels
 * @param nodeSelector the labels that its node must have
 * @param nodeAffinities of each list, its node must match one term: the required node affinity of the pod and of its volumes
 * @param tolerations its tolerations
 * @param hostPorts the ports of the node that it needs
 * @param antiAffinity its required terms of pod anti-affinity
 * @param unjudged the constraints that the policy cannot evaluate, as phrases such as "required pod affinity". Nothing is freed for a
 *         pod that has any.
 */
public record PendingPod(PodName name, boolean asks, ResourceList requests, int priority, Instant created,
        Map<String, String> labels, Map<String, String> nodeSelector, List<List<NodeSelectorTerm>> nodeAffinities,
        List<Toleration> tolerations, Set<HostPort> hostPorts, List<PodAffinityTerm> antiAffinity,
        List<String> unjudged) {

    /**
     * The order of the scheduler's queue, <a href=
     * "https://github.com/kubernetes/kubernetes/blob/v1.36.0/pkg/scheduler/framework/plugins/queuesort/priority_sort.go">
     * PrioritySort</a>, with the time of creation instead of the time in the queue, which only the scheduler knows.
     */
    static final Comparator<PendingPod> QUEUE = Comparator.comparingInt(PendingPod::priority).reversed()
            .thenComparing(PendingPod::created).thenComparing(PendingPod::name);

    private static final String VOLUMES = "volume claims";
    private static final String DEVICES = "resource claims";

    public PendingPod {
        labels = Map.copyOf(labels);
        nodeSelector = Map.copyOf(nodeSelector);
        nodeAffinities = List.copyOf(nodeAffinities);
        tolerations = List.copyOf(tolerations);
        hostPorts = Set.copyOf(hostPorts);
        antiAffinity = List.copyOf(antiAffinity);
        unjudged = List.copyOf(unjudged);
    }

    /**
     * Returns a pod. If it has volume claims, they are unjudged until {@link #withVolumes} is called, and if it has resource claims,
     * they are until {@link #withDevices} is.
     *
     * @param asks whether it asks for the resources of idle kernels
     */
    public static PendingPod of(Pod pod, boolean asks) {
        PodSpec spec = pod.getSpec();
        List<List<NodeSelectorTerm>> affinity = Optional.ofNullable(spec.getAffinity()).map(Affinity::getNodeAffinity)
                .map(NodeAffinity::getRequiredDuringSchedulingIgnoredDuringExecution)
                .map(NodeSelector::getNodeSelectorTerms).map(List::of).orElseGet(List::of);
        return new PendingPod(PodName.of(pod), asks, PodRequests.of(pod), PodOnNode.priority(pod),
                Instant.parse(pod.getMetadata().getCreationTimestamp()),
                Objects.requireNonNullElse(pod.getMetadata().getLabels(), Map.of()),
                Objects.requireNonNullElse(spec.getNodeSelector(), Map.of()), affinity, spec.getTolerations(),
                HostPort.of(pod), PodOnNode.antiAffinity(pod), unjudged(pod));
    }

    /** Returns this pod with the rules of all its volume claims. */
    public PendingPod withVolumes(List<VolumeRules> claims) {
        List<List<NodeSelectorTerm>> affinities = new ArrayList<>(nodeAffinities);
        claims.forEach(each -> affinities.addAll(each.nodeAffinities()));
        List<String> left = Stream.concat(unjudged.stream().filter(each -> !each.equals(VOLUMES)),
                claims.stream().flatMap(each -> each.unjudged().stream())).distinct().toList();
        return new PendingPod(name, asks, requests, priority, created, labels, nodeSelector, affinities, tolerations,
                hostPorts, antiAffinity, left);
    }

    /**
     * Returns this pod with the devices of all its resource claims.
     *
     * @param devices how many devices it requests, by the names of their resources
     * @param phrase what the policy cannot evaluate
     */
    public PendingPod withDevices(ResourceList devices, Optional<String> phrase) {
        List<String> left = Stream.concat(unjudged.stream().filter(each -> !each.equals(DEVICES)), phrase.stream())
                .toList();
        return new PendingPod(name, asks, requests.plus(devices), priority, created, labels, nodeSelector,
                nodeAffinities, tolerations, hostPorts, antiAffinity, left);
    }

    /** Returns whether this pod is ahead of another in the scheduler's queue. */
    public boolean isAheadOf(PendingPod other) {
        return QUEUE.compare(this, other) < 0;
    }

    /** Returns what this pod has in common with others of the same Job. */
    PendingPod withoutIdentity() {
        return new PendingPod(new PodName(name.namespace(), ""), asks, requests, priority, Instant.EPOCH, labels,
                nodeSelector, nodeAffinities, tolerations, hostPorts, antiAffinity, unjudged);
    }

    /** Returns this pod as if it had been bound to a node. */
    PodOnNode on(String node) {
        return new PodOnNode(name, node, false, requests, priority, Optional.empty(), labels, hostPorts, antiAffinity);
    }

    private static List<String> unjudged(Pod pod) {
        PodSpec spec = pod.getSpec();
        List<String> unjudged = new ArrayList<>();
        if (Optional.ofNullable(spec.getAffinity()).map(Affinity::getPodAffinity)
                .map(PodAffinity::getRequiredDuringSchedulingIgnoredDuringExecution)
                .filter(terms -> !terms.isEmpty()).isPresent()) {
            unjudged.add("required pod affinity");
        }
        if (PodOnNode.antiAffinity(pod).stream().anyMatch(term -> selectsSome(term.getNamespaceSelector()))) {
            unjudged.add("pod anti-affinity with a namespace selector");
        }
        if (spec.getTopologySpreadConstraints().stream()
                .anyMatch(each -> !"ScheduleAnyway".equals(each.getWhenUnsatisfiable()))) {
            unjudged.add("required topology spread");
        }
        if (!spec.getResourceClaims().isEmpty()) {
            unjudged.add(DEVICES);
        }
        if (spec.getWorkloadRef() != null || spec.getAdditionalProperties().containsKey("schedulingGroup")) {
            unjudged.add("a pod group");
        }
        if (spec.getVolumes().stream().anyMatch(PendingPod::isForOneNode)) {
            unjudged.add("volumes that one node at a time can use");
        }
        if (spec.getVolumes().stream()
                .anyMatch(each -> each.getPersistentVolumeClaim() != null || each.getEphemeral() != null)) {
            unjudged.add(VOLUMES);
        }
        return unjudged;
    }

    /** The scheduler's plugin VolumeRestrictions compares such volumes with those of other pods. */
    private static boolean isForOneNode(Volume volume) {
        return volume.getGcePersistentDisk() != null || volume.getAwsElasticBlockStore() != null
                || volume.getIscsi() != null || volume.getRbd() != null;
    }

    /** Returns whether a selector of namespaces selects by labels, which the policy does not know. An empty one selects all. */
    static boolean selectsSome(LabelSelector namespaces) {
        return namespaces != null && !Labels.selectsAll(namespaces);
    }
}
