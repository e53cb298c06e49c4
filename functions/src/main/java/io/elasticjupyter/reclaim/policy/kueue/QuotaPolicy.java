package io.elasticjupyter.reclaim.policy.kueue;

import io.elasticjupyter.reclaim.policy.ReclaimDecision;
import io.elasticjupyter.reclaim.policy.ReclaimPolicy;
import java.util.List;

/**
 * Decides which idle kernels are culled so that Workloads of Kueue get quota: the decision of {@link ReclaimPolicy}, with a choice of
 * flavors of the ClusterQueue instead of a node.
 *
 * <p>What can be allocated of a flavor is the quota of the ClusterQueue and what it can borrow now, within its limits. Only kernels
 * with quota of the same ClusterQueue are culled, because to take a kernel of another one would take the quota that it is
 * guaranteed. All pods of a Workload get the same flavor of each resource group.
 *
 * <p>Nothing is culled if a Workload of another ClusterQueue of the cohort, which Kueue considers first, would get the quota instead;
 * nor for a Workload behind another in a queue with the strategy {@code StrictFIFO}, which waits until that has quota.
 */
public final class QuotaPolicy {

    private QuotaPolicy() {}

    /** Returns the decisions about the Workloads that ask for resources of idle kernels. The node of a decision are flavors. */
    public static List<ReclaimDecision> decide(QuotaState state) {
        return new QuotaRun(state).decide();
    }
}
