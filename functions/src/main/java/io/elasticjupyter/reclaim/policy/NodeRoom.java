package io.elasticjupyter.reclaim.policy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import java.util.stream.Stream;

/**
 * The resources of a node in the course of a run: what is free once terminating pods have ended, with the kernels culled and the pods
 * placed so far. A pod fits as in the scheduler's
 * <a href="https://github.com/kubernetes/kubernetes/blob/v1.36.0/pkg/scheduler/framework/plugins/noderesources/fit.go">
 * {@code fitsRequest}</a>: for each resource of which it requests any, it requests no more than the node's allocatable less the
 * requests of all pods there, and of nominated pods with at least its priority (<a href=
 * "https://github.com/kubernetes/kubernetes/blob/v1.36.0/pkg/scheduler/framework/runtime/framework.go">
 * {@code addGENominatedPods}</a>).
 */
final class NodeRoom {

    private final NodeState node;
    private final Map<String, Long> free = new HashMap<>();
    private final Map<String, Long> ending = new HashMap<>();
    private final List<PodOnNode> pods = new ArrayList<>();
    private final List<PodOnNode> podsWithAntiAffinity = new ArrayList<>();
    private final List<PodOnNode> nominated = new ArrayList<>();
    private final List<PodOnNode> claims = new ArrayList<>();
    private final List<Candidate> kernels = new ArrayList<>();

    NodeRoom(NodeState node) {
        this.node = node;
        free.putAll(node.allocatable().amounts());
    }

    NodeRoom copy() {
        NodeRoom copy = new NodeRoom(node);
        copy.free.putAll(free);
        copy.ending.putAll(ending);
        copy.pods.addAll(pods);
        copy.podsWithAntiAffinity.addAll(podsWithAntiAffinity);
        copy.nominated.addAll(nominated);
        copy.claims.addAll(claims);
        copy.kernels.addAll(kernels);
        return copy;
    }

    NodeState node() {
        return node;
    }

    /** Adds a pod of the cluster. */
    void add(PodOnNode pod, Optional<Kernel> kernel, Instant now) {
        if (pod.nominated()) {
            nominated.add(pod);
        } else if (pod.isEnding(now)) {
            pod.requests().amounts().forEach((resource, amount) -> ending.merge(resource, amount, ResourceList::sum));
        } else {
            place(pod);
            if (pod.deletionTimestamp().isEmpty()) {
                kernel.ifPresent(
                        each -> kernels.add(new Candidate(each, pod, each.idle(now), each.exemption(now))));
            }
        }
    }

    void sortKernels() {
        kernels.sort(Candidate.IDLEST_FIRST);
    }

    /** Places a pod on the node. */
    void place(PodOnNode pod) {
        pods.add(pod);
        if (!pod.antiAffinity().isEmpty()) {
            podsWithAntiAffinity.add(pod);
        }
        pod.requests().amounts().forEach((resource, amount) -> free.merge(resource, -amount, ResourceList::sum));
    }

    /** Notes that the scheduler may bind a pod to this node, or to another. */
    void claim(PodOnNode pod) {
        claims.add(pod);
    }

    void remove(Collection<Candidate> victims) {
        for (Candidate victim : victims) {
            kernels.remove(victim);
            pods.remove(victim.pod());
            podsWithAntiAffinity.remove(victim.pod());
            victim.pod().requests().amounts()
                    .forEach((resource, amount) -> free.merge(resource, amount, ResourceList::sum));
        }
    }

    /** Returns the kernels, the idlest first. */
    List<Candidate> kernels() {
        return kernels;
    }

    List<PodOnNode> pods() {
        return pods;
    }

    List<PodOnNode> podsWithAntiAffinity() {
        return podsWithAntiAffinity;
    }

    /** Returns the pods that are not on the node yet, but that the scheduler expects there. */
    Stream<PodOnNode> expected(PendingPod pod) {
        return nominated.stream()
                .filter(each -> each.priority() >= pod.priority() && !each.name().equals(pod.name()));
    }

    List<PodOnNode> claims() {
        return claims;
    }

    boolean hasNominated(PodName name) {
        return nominated.stream().anyMatch(each -> each.name().equals(name));
    }

    /** Returns whether the node has enough resources for a pod, once terminating pods have ended. */
    boolean fits(PendingPod pod) {
        return isMet(pod, (resource, amount) -> amount <= available(pod, resource));
    }

    /** Returns whether the node has enough resources for a pod while terminating pods still run. */
    boolean fitsNow(PendingPod pod) {
        return isMet(pod, (resource, amount) -> amount <= ResourceList.sum(available(pod, resource),
                -ending.getOrDefault(resource, 0L)));
    }

    /** Returns whether the node would have enough resources for a pod without any other pod. */
    boolean isLargeEnough(PendingPod pod) {
        return isMet(pod, (resource, amount) -> amount <= node.allocatable().get(resource));
    }

    /** Returns what a pod needs beyond what is free, wherever the scheduler binds the pods that may come here. */
    Map<String, Long> missing(PendingPod pod) {
        Map<String, Long> missing = new TreeMap<>();
        pod.requests().amounts().forEach((resource, amount) -> {
            long available = available(pod, resource);
            for (PodOnNode claim : claims) {
                available = ResourceList.sum(available, -claim.requests().get(resource));
            }
            if (amount > 0 && amount > available) {
                missing.put(resource, ResourceList.sum(amount, -available));
            }
        });
        return missing;
    }

    private long available(PendingPod pod, String resource) {
        long available = free.getOrDefault(resource, 0L);
        for (PodOnNode other : nominated) {
            if (other.priority() >= pod.priority() && !other.name().equals(pod.name())) {
                available = ResourceList.sum(available, -other.requests().get(resource));
            }
        }
        return available;
    }

    private static boolean isMet(PendingPod pod, BiPredicate<String, Long> demand) {
        for (Map.Entry<String, Long> each : pod.requests().amounts().entrySet()) {
            if (each.getValue() > 0 && !demand.test(each.getKey(), each.getValue())) {
                return false;
            }
        }
        return true;
    }
}
