package io.elasticjupyter.reclaim.policy.kueue;

import io.elasticjupyter.reclaim.policy.PodName;
import io.elasticjupyter.reclaim.policy.ReclaimLabel;
import io.elasticjupyter.reclaim.policy.ResourceList;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A Workload that waits for quota.
 *
 * @param name its namespace and name
 * @param queue the ClusterQueue
 * @param asks whether it asks for the resources of idle kernels; the others are Workloads that may take what is freed for it
 * @param priority its priority
 * @param created when it was created
 * @param requests what all its pods request, and their number
 * @param pods one pod of each of its sets of pods
 * @param unjudged what it has that the decision cannot evaluate, as phrases
 */
public record PendingWorkload(PodName name, String queue, boolean asks, int priority, Instant created,
        ResourceList requests, List<PodSpec> pods, List<String> unjudged) {

    /**
     * The order of the queue, by <a href=
     * "https://github.com/kubernetes-sigs/kueue/blob/v0.17.0/pkg/cache/queue/cluster_queue.go">priority and age</a>. A Workload that
     * was evicted may be behind younger ones in Kueue's.
     */
    static final Comparator<PendingWorkload> QUEUE = Comparator.comparingInt(PendingWorkload::priority).reversed()
            .thenComparing(PendingWorkload::created).thenComparing(PendingWorkload::name);

    /** The fields of a topology request that ask for one. Kueue gives every pod a request without them. */
    private static final Set<String> TOPOLOGY = Set.of("required", "preferred", "unconstrained",
            "podSetSliceRequiredTopology", "podsetSliceRequiredTopologyConstraints", "podSetGroupName");

    private static final String SLICE_OF = "kueue.x-k8s.io/workload-slice-replacement-for";

    public PendingWorkload {
        pods = List.copyOf(pods);
        unjudged = List.copyOf(unjudged);
    }

    /**
     * Returns a Workload that waits for quota; empty if it does not.
     *
     * @param queue the ClusterQueue of its LocalQueue
     */
    public static Optional<PendingWorkload> of(Workload workload, String queue) {
        if (!isPending(workload)) {
            return Optional.empty();
        }
        List<String> unjudged = new ArrayList<>();
        if (workload.getSpec().podSets().stream().anyMatch(each -> each.topologyRequest() != null
                && !Collections.disjoint(each.topologyRequest().keySet(), TOPOLOGY))) {
            unjudged.add("a topology request");
        }
        if (workload.getMetadata().getAnnotations() != null
                && workload.getMetadata().getAnnotations().containsKey(SLICE_OF)) {
            unjudged.add("quota of a Workload that it replaces");
        }
        return Optional.of(new PendingWorkload(PodName.of(workload), queue, isWaiting(workload),
                workload.getSpec().priority() == null ? 0 : workload.getSpec().priority(),
                Instant.parse(workload.getMetadata().getCreationTimestamp()), requests(workload),
                workload.getSpec().podSets().stream().filter(each -> each.pods() > 0)
                        .map(each -> each.template().getSpec()).toList(),
                unjudged));
    }

    /** Returns whether a Workload asks for the resources of idle kernels, and Kueue has found no quota for it. */
    public static boolean isWaiting(Workload workload) {
        return isPending(workload) && ReclaimLabel.isSet(workload);
    }

    /** Kueue writes the condition when it has considered a Workload, together with what it requests. */
    private static boolean isPending(Workload workload) {
        WorkloadStatus status = workload.getStatus();
        return !workload.isMarkedForDeletion() && workload.getSpec() != null
                && !Boolean.FALSE.equals(workload.getSpec().active()) && status != null && status.admission() == null
                && status.has("QuotaReserved", "False", "Pending") && !status.has("Finished", "True", null);
    }

    private static ResourceList requests(Workload workload) {
        Map<String, Quantity> sum = new HashMap<>();
        workload.getStatus().resourceRequests().forEach(
                each -> each.resources().forEach((resource, quantity) -> sum.merge(resource, quantity,
                        PendingWorkload::sum)));
        sum.put(ResourceList.PODS, new Quantity(String.valueOf(
                workload.getSpec().podSets().stream().mapToLong(WorkloadSpec.PodSet::pods).sum())));
        return ResourceList.of(sum);
    }

    private static Quantity sum(Quantity one, Quantity other) {
        BigDecimal sum = one.getNumericalAmount().add(other.getNumericalAmount());
        return new Quantity(sum.toPlainString());
    }
}
