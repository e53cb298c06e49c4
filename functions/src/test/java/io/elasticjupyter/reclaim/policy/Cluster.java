package io.elasticjupyter.reclaim.policy;

import io.elasticjupyter.reclaim.policy.Kernel.Activity;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** Builds a cluster from Kubernetes' objects, in a line for each. */
final class Cluster {

    static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

    private final List<NodeState> nodes = new ArrayList<>();
    private final List<PodOnNode> pods = new ArrayList<>();
    private final List<Kernel> kernels = new ArrayList<>();
    private final List<PendingPod> pending = new ArrayList<>();

    /** @param allocatable such as "cpu 4, nvidia.com/gpu 2"; a node has room for 110 pods by default */
    Cluster node(String name, String allocatable) {
        return node(name, allocatable, UnaryOperator.identity());
    }

    Cluster node(String name, String allocatable, UnaryOperator<NodeBuilder> more) {
        Map<String, Quantity> quantities = quantities(allocatable);
        quantities.putIfAbsent("pods", new Quantity("110"));
        Node node = more.apply(new NodeBuilder().withNewMetadata().withName(name)
                .addToLabels("kubernetes.io/hostname", name).endMetadata().withNewSpec().endSpec()
                .withNewStatus().withAllocatable(quantities).endStatus()).build();
        nodes.add(NodeState.of(node));
        return this;
    }

    Cluster pod(String name, String node, String requests) {
        return pod(name, node, requests, UnaryOperator.identity());
    }

    Cluster pod(String name, String node, String requests, UnaryOperator<PodBuilder> more) {
        PodOnNode.of(more.apply(pod(name, requests).editSpec().withNodeName(node).endSpec()).build())
                .ifPresent(pods::add);
        return this;
    }

    /** Adds a kernel that has been idle, with no notebook open on it. */
    Cluster idle(String name, String node, String requests, int seconds) {
        return kernel(name, node, requests, each -> each, Activity.IDLE, seconds, UnaryOperator.identity());
    }

    Cluster kernel(String name, String node, String requests, Activity activity, int seconds) {
        return kernel(name, node, requests, each -> each, activity, seconds, UnaryOperator.identity());
    }

    Cluster kernel(String name, String node, String requests, UnaryOperator<PodBuilder> pod, Activity activity,
            int seconds, UnaryOperator<Kernel> more) {
        pod(name, node, requests, pod);
        kernels.add(more.apply(new Kernel(new PodName("default", name), activity, NOW.minusSeconds(seconds), 0, true,
                Optional.empty(), Kernel.DEFAULT_RECLAIM_AFTER)));
        return this;
    }

    static UnaryOperator<Kernel> reclaimAfter(int seconds) {
        return kernel -> new Kernel(kernel.pod(), kernel.activity(), kernel.lastActivity(), kernel.connections(),
                kernel.cullConnected(), kernel.keepUntil(), Duration.ofSeconds(seconds));
    }

    static UnaryOperator<Kernel> keptUntil(Instant until) {
        return kernel -> new Kernel(kernel.pod(), kernel.activity(), kernel.lastActivity(), kernel.connections(),
                kernel.cullConnected(), Optional.of(until), kernel.reclaimAfter());
    }

    static UnaryOperator<Kernel> connected(boolean cullConnected) {
        return kernel -> new Kernel(kernel.pod(), kernel.activity(), kernel.lastActivity(), 1, cullConnected,
                kernel.keepUntil(), kernel.reclaimAfter());
    }

    /** Adds a waiting pod of priority 100 that asks for resources of idle kernels; each is younger than the one before. */
    Cluster waits(String name, String requests) {
        return waits(name, requests, 100, UnaryOperator.identity());
    }

    Cluster waits(String name, String requests, int priority, UnaryOperator<PodBuilder> more) {
        return waits(name, requests, priority, true, more);
    }

    Cluster waits(String name, String requests, int priority, boolean asks, UnaryOperator<PodBuilder> more) {
        Instant created = NOW.minusSeconds(3600L - pending.size());
        Pod pod = more.apply(pod(name, requests).editSpec().withPriority(priority).endSpec()
                .editMetadata().withCreationTimestamp(created.toString()).endMetadata()).build();
        pending.add(PendingPod.of(pod, asks));
        PodOnNode.of(pod).ifPresent(pods::add);
        return this;
    }

    private static PodBuilder pod(String name, String requests) {
        return new PodBuilder().withNewMetadata().withNamespace("default").withName(name).endMetadata()
                .withNewSpec().addNewContainer().withName("main").withNewResources()
                .withRequests(quantities(requests)).endResources().endContainer().endSpec();
    }

    static Map<String, Quantity> quantities(String text) {
        Map<String, Quantity> quantities = new TreeMap<>();
        for (String each : text.split(",")) {
            if (!each.isBlank()) {
                String[] parts = each.trim().split(" ");
                quantities.put(parts[0], Quantity.parse(parts[1]));
            }
        }
        return quantities;
    }

    ClusterState state() {
        return new ClusterState(NOW, nodes, pods, kernels, pending);
    }

    List<ReclaimDecision> decide() {
        return ReclaimPolicy.decide(state());
    }

    /** Returns the decision about the only waiting pod that asks. */
    ReclaimDecision decision() {
        List<ReclaimDecision> decisions = decide();
        if (decisions.size() != 1) {
            throw new IllegalStateException(decisions.size() + " decisions");
        }
        return decisions.getFirst();
    }

    static List<String> victims(ReclaimDecision decision) {
        return decision.victims().stream().map(each -> each.pod().name()).toList();
    }
}
