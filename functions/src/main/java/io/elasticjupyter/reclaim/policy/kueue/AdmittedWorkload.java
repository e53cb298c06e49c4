package io.elasticjupyter.reclaim.policy.kueue;

import io.elasticjupyter.reclaim.policy.PodName;
import io.elasticjupyter.reclaim.policy.ResourceList;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A Workload that has quota.
 *
 * @param name its namespace and name
 * @param queue the ClusterQueue
 * @param priority its priority
 * @param usage what it uses
 * @param podUid the uid of the pod that it was made for; empty if it was made for something else, such as a Job
 * @param pod the name of that pod, if it is one of a kernel
 * @param ending whether Kueue will soon release its quota
 */
public record AdmittedWorkload(PodName name, String queue, int priority, Map<FlavorResource, Long> usage,
        Optional<String> podUid, Optional<PodName> pod, boolean ending) {

    /** What no Kubernetes object is named, so that a Workload is not taken for a kernel's pod. */
    private static final String PREFIX = "workload ";

    public AdmittedWorkload {
        usage = Map.copyOf(usage);
    }

    /** Returns a Workload that has quota; empty if it has none. Which pods are kernels, it does not say. */
    public static Optional<AdmittedWorkload> of(Workload workload) {
        WorkloadStatus status = workload.getStatus();
        if (status == null || status.admission() == null || status.has("Finished", "True", null)) {
            return Optional.empty();
        }
        Map<FlavorResource, Long> usage = new HashMap<>();
        status.admission().podSetAssignments().forEach(set -> set.resourceUsage().forEach((resource, quantity) -> {
            String flavor = set.flavors().get(resource);
            if (flavor != null) {
                usage.merge(new FlavorResource(flavor, resource), used(workload, set, resource, quantity),
                        Long::sum);
            }
        }));
        return Optional.of(new AdmittedWorkload(PodName.of(workload), status.admission().clusterQueue(),
                workload.getSpec().priority() == null ? 0 : workload.getSpec().priority(), usage,
                workload.getMetadata().getOwnerReferences().stream().filter(AdmittedWorkload::isPod)
                        .map(OwnerReference::getUid).findFirst(),
                Optional.empty(), workload.isMarkedForDeletion() || status.has("Evicted", "True", null)));
    }

    private static boolean isPod(OwnerReference owner) {
        return Boolean.TRUE.equals(owner.getController()) && owner.getKind().equals("Pod")
                && owner.getApiVersion().equals("v1");
    }

    /** Returns the usage without that of pods that need it no more, as Kueue counts it. */
    private static long used(Workload workload, WorkloadStatus.Assignment set, String resource, Quantity quantity) {
        long used = ResourceList.of(Map.of(resource, quantity)).get(resource);
        int spec = workload.getSpec().podSets().stream().filter(each -> set.name().equals(each.name()))
                .mapToInt(WorkloadSpec.PodSet::pods).findFirst().orElse(0);
        int count = set.count() == null ? spec : set.count();
        int left = spec - workload.getStatus().reclaimablePods().stream()
                .filter(each -> set.name().equals(each.name()) && each.count() != null)
                .mapToInt(WorkloadStatus.Reclaimable::count).sum();
        return count > 0 && left < count ? used / count * Math.max(0, left) : used;
    }

    /** Returns this Workload as that of a kernel. */
    public AdmittedWorkload ofKernel(PodName kernel) {
        return new AdmittedWorkload(name, queue, priority, usage, podUid, Optional.of(kernel), ending);
    }

    /** Returns this Workload as one whose quota Kueue will soon release. */
    public AdmittedWorkload end() {
        return new AdmittedWorkload(name, queue, priority, usage, podUid, pod, true);
    }

    /** Returns the name by which the decision knows it: that of the kernel's pod, or another one. */
    PodName holder() {
        return pod.orElseGet(() -> new PodName(name.namespace(), PREFIX + name.name()));
    }
}
