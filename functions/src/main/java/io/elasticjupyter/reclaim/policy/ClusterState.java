package io.elasticjupyter.reclaim.policy;

import java.time.Instant;
import java.util.List;

/**
 * What the policy decides on.
 *
 * @param now the current time, by the function's clock
 * @param nodes all nodes
 * @param pods all pods that are bound or nominated, kernels or not, in all namespaces. If some were missing, a kernel could be culled
 *         for a pod that does not fit.
 * @param kernels the kernels that the functions may cull. Kernels whose pods are not among the pods are ignored.
 * @param pending the pods that wait, in any order
 */
public record ClusterState(Instant now, List<NodeState> nodes, List<PodOnNode> pods, List<Kernel> kernels,
        List<PendingPod> pending) {

    public ClusterState {
        nodes = List.copyOf(nodes);
        pods = List.copyOf(pods);
        kernels = List.copyOf(kernels);
        pending = List.copyOf(pending);
    }
}
