package io.elasticjupyter.reclaim;

import io.elasticjupyter.cull.KernelReclaim;
import io.elasticjupyter.cull.ReclaimableKernel;
import io.elasticjupyter.kubernetes.EventRecorder;
import io.elasticjupyter.kubernetes.Pages;
import io.elasticjupyter.reclaim.policy.ClusterState;
import io.elasticjupyter.reclaim.policy.NodeState;
import io.elasticjupyter.reclaim.policy.PendingPod;
import io.elasticjupyter.reclaim.policy.PodName;
import io.elasticjupyter.reclaim.policy.PodOnNode;
import io.elasticjupyter.reclaim.policy.ReclaimDecision;
import io.elasticjupyter.reclaim.policy.ReclaimPolicy;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The state of the cluster in one run, of which only the fields remain in memory that the policy needs. */
final class ClusterReader implements Situation {

    private static final String PHASE = "status.phase";

    private final Instant now;
    private final List<NodeState> nodes = new ArrayList<>();
    private final List<PodOnNode> pods = new ArrayList<>();
    private List<PendingPod> pending = new ArrayList<>();
    private final VolumeClaims claims = new VolumeClaims();
    private final Map<PodName, ObjectReference> waiting = new HashMap<>();
    private final Map<PodName, String> versions = new HashMap<>();
    private final Map<PodName, ReclaimableKernel> kernels = new LinkedHashMap<>();

    private ClusterReader(Instant now) {
        this.now = now;
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
        return cluster;
    }

    private void add(Pod pod, KernelReclaim.Finder finder) {
        PodOnNode.of(pod).ifPresent(pods::add);
        if (WaitingPods.isPending(pod)) {
            boolean asks = WaitingPods.isWaiting(pod);
            PendingPod added = PendingPod.of(pod, asks);
            pending.add(added);
            if (asks) {
                claims.add(added.name(), pod);
                waiting.put(added.name(), EventRecorder.about(pod));
                versions.put(added.name(), pod.getMetadata().getResourceVersion());
            }
        } else {
            finder.add(pod);
        }
    }

    @Override
    public boolean replace(Collection<ReclaimableKernel> looked) {
        boolean changed = false;
        for (ReclaimableKernel kernel : looked) {
            ReclaimableKernel before = kernels.put(new PodName(kernel.namespace(), kernel.pod()), kernel);
            changed |= before == null || before.differsFrom(kernel, now);
        }
        return changed;
    }

    @Override
    public Collection<ReclaimableKernel> kernels() {
        return kernels.values();
    }

    /** Returns the kernel of a pod. */
    @Override
    public ReclaimableKernel kernel(PodName pod) {
        return kernels.get(pod);
    }

    /** Returns the waiting pod with a name. */
    @Override
    public ObjectReference waiting(PodName pod) {
        return waiting.get(pod);
    }

    /** Returns the waiting pods. */
    @Override
    public Map<PodName, ObjectReference> waiting() {
        return Map.copyOf(waiting);
    }

    /** Returns the versions of the waiting pods. */
    @Override
    public Map<PodName, String> versions() {
        return Map.copyOf(versions);
    }

    @Override
    public List<ReclaimDecision> decide() {
        return ReclaimPolicy.decide(state());
    }

    @Override
    public Optional<List<ReclaimDecision>> decideWithoutKernels() {
        return ReclaimPolicy.decideWithoutKernels(state());
    }

    ClusterState state() {
        return new ClusterState(now, nodes, pods.stream().map(this::ending).toList(),
                kernels.values().stream().filter(each -> !each.hasEnded()).map(each -> each.toPolicy(now)).toList(),
                pending);
    }

    /** Returns the pod of a kernel that has ended as one that terminates. Otherwise, another kernel would be culled in vain. */
    private PodOnNode ending(PodOnNode pod) {
        ReclaimableKernel kernel = kernels.get(pod.name());
        return kernel != null && kernel.hasEnded() && pod.deletionTimestamp().isEmpty()
                ? pod.terminating(now)
                : pod;
    }

    /** Returns when one more kernel can first be culled for a pod with that priority. */
    @Override
    public Optional<Instant> nextChance(int priority) {
        Set<PodName> lower = pods.stream().filter(pod -> pod.priority() < priority).map(PodOnNode::name)
                .collect(Collectors.toSet());
        return kernels.values().stream().filter(each -> !each.hasEnded()).map(each -> each.toPolicy(now))
                .filter(kernel -> lower.contains(kernel.pod()))
                .flatMap(kernel -> kernel.reclaimableAt(now).stream()).min(Instant::compareTo);
    }
}
