package io.elasticjupyter.reclaim.policy;

import java.util.List;
import java.util.Optional;

/**
 * Decides which idle kernels are culled so that waiting pods fit.
 *
 * <p>Pods are decided on one at a time, in the order of the scheduler's queue, by priority and then by age. If a pod fits on a node
 * without a victim, nothing is culled for it. Otherwise:
 *
 * <p><b>Of all sets of kernels on one node that may be culled and without which the pod fits there, the policy takes the set with the
 * fewest kernels; among those, the one whose idle times, sorted from the shortest to the longest and compared one by one, are the
 * longest; among those, the one with the smallest {@linkplain VictimSet#surplus surplus}; and among those, the first by the sorted
 * names of its pods.</b>
 *
 * <p>Fewest first, because each victim is a user who loses the state of a notebook; then the idlest, because it is the least likely
 * to be missed; then the smallest surplus, because what is freed without need is a GPU that a user has lost for nothing. If there is
 * no such set, nothing is culled: to free a part of what the pod needs would help nobody.
 *
 * <p>A kernel may be culled for a pod if its priority is lower, it is idle for {@code reclaimAfter}, it is not kept by its owner, and
 * either no notebook is open on it or its gateway sets {@code cullConnected}. What an earlier pod of the same run gets, or a pod that
 * fits already can take, is not counted for a later one. A node is left out if, once its first set is gone, pods that wait ahead in
 * the queue would fit there and leave too little.
 */
public final class ReclaimPolicy {

    private ReclaimPolicy() {}

    /** Returns the decisions about the pods that ask for resources of idle kernels, in the order of the queue. */
    public static List<ReclaimDecision> decide(ClusterState cluster) {
        return decide(cluster, Wording.NODES);
    }

    /** Returns the decisions, whose messages have that wording. */
    public static List<ReclaimDecision> decide(ClusterState cluster, Wording wording) {
        return new ReclaimRun(cluster, new SearchBudget(), wording).decide();
    }

    /** Returns the decisions if none of them depends on what the kernels do; empty otherwise. */
    public static Optional<List<ReclaimDecision>> decideWithoutKernels(ClusterState cluster) {
        return new ReclaimRun(cluster, new SearchBudget(), Wording.NODES).decideWithoutKernels();
    }

    static List<ReclaimDecision> decide(ClusterState cluster, SearchBudget budget) {
        return new ReclaimRun(cluster, budget, Wording.NODES).decide();
    }
}
