package io.elasticjupyter.reclaim.policy.kueue;

import io.elasticjupyter.reclaim.policy.Kernel;
import java.time.Instant;
import java.util.List;

/**
 * What the decision is about.
 *
 * @param now the current time, by the function's clock
 * @param flavors all flavors
 * @param queues all ClusterQueues
 * @param cohorts all cohorts that have an object
 * @param admitted all Workloads that have quota. If some were missing, a kernel could be culled for a Workload that does not fit.
 * @param pending the Workloads that wait
 * @param kernels the kernels that the functions may cull
 */
public record QuotaState(Instant now, List<ResourceFlavor> flavors, List<ClusterQueue> queues, List<Cohort> cohorts,
        List<AdmittedWorkload> admitted, List<PendingWorkload> pending, List<Kernel> kernels) {

    public QuotaState {
        flavors = List.copyOf(flavors);
        queues = List.copyOf(queues);
        cohorts = List.copyOf(cohorts);
        admitted = List.copyOf(admitted);
        pending = List.copyOf(pending);
        kernels = List.copyOf(kernels);
    }
}
