package io.elasticjupyter.reclaim;

import io.elasticjupyter.cull.KernelReclaim;
import io.elasticjupyter.kubernetes.Pages;
import io.elasticjupyter.reclaim.policy.ClusterState;
import io.elasticjupyter.reclaim.policy.NodeState;
import io.elasticjupyter.reclaim.policy.PendingPod;
import io.elasticjupyter.reclaim.policy.PodName;
import io.elasticjupyter.reclaim.policy.PodOnNode;
import io.elasticjupyter.reclaim.policy.ReclaimDecision;
import io.elasticjupyter.reclaim.policy.ReclaimPolicy;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The state of the cluster in one run, of which only the fields remain in memory that the policy needs. */
final class ClusterReader extends Situation {

    private static final String PHASE = "status.phase";

    private List<NodeState> nodes = new ArrayList<>();
    private List<PodOnNode> pods = new ArrayList<>();
    private List<PendingPod> pending = new ArrayList<>();
    private final VolumeClaims claims = new VolumeClaims();
    private final DeviceReader devices = new DeviceReader();

    private ClusterReader(Instant now) {
        super(now);
    }

    /** Reads the pods last, so that a kernel that has ended meanwhile is no kernel. */
    static ClusterReader read(KubernetesClient client, KernelReclaim reclaim, Instant now) {
        ClusterReader cluster = new ClusterReader(now);
        KernelReclaim.Finder finder = reclaim.finder();
        new Pages<>(client.nodes()).forEach(node -> cluster.nodes.add(NodeState.of(node)));
        new Pages<>(client.pods().inAnyNamespace().withoutField(PHASE, "Succeeded").withoutField(PHASE, "Failed"))
                .forEach(pod -> cluster.add(pod, finder));
        cluster.replace(finder.found());
        cluster.pending = cluster.claims.read(client, cluster.pending);
        cluster.readDevices(client);
        return cluster;
    }

    private void readDevices(KubernetesClient client) {
        ClusterState read = devices.read(client, new ClusterState(now(), nodes, pods, List.of(), pending));
        nodes = read.nodes();
        pods = read.pods();
        pending = read.pending();
    }

    private void add(Pod pod, KernelReclaim.Finder finder) {
        PodOnNode.of(pod).ifPresent(pods::add);
        if (WaitingPods.isPending(pod)) {
            boolean asks = WaitingPods.isWaiting(pod);
            PendingPod added = PendingPod.of(pod, asks);
            pending.add(added);
            devices.add(pod);
            if (asks) {
                claims.add(added.name(), pod);
                addWaiting(pod);
            }
        } else {
            finder.add(pod);
        }
    }

    @Override
    List<ReclaimDecision> decide() {
        return ReclaimPolicy.decide(state());
    }

    @Override
    Optional<List<ReclaimDecision>> decideWithoutKernels() {
        return ReclaimPolicy.decideWithoutKernels(state());
    }

    private ClusterState state() {
        return new ClusterState(now(), nodes, pods.stream().map(this::ending).toList(), runningKernels(), pending);
    }

    /** Returns the pod of a kernel that has ended as one that terminates. Otherwise, another kernel would be culled in vain. */
    private PodOnNode ending(PodOnNode pod) {
        return hasEnded(pod.name()) && pod.deletionTimestamp().isEmpty() ? pod.terminating(now()) : pod;
    }

    @Override
    Set<PodName> holdersBelow(int priority) {
        return pods.stream().filter(pod -> pod.priority() < priority).map(PodOnNode::name).collect(Collectors.toSet());
    }
}
