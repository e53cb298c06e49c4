package io.elasticjupyter.reclaim;

import io.elasticjupyter.cull.KernelReclaim;
import io.elasticjupyter.cull.ReclaimableKernel;
import io.elasticjupyter.kubernetes.Pages;
import io.elasticjupyter.reclaim.policy.PodName;
import io.elasticjupyter.reclaim.policy.ReclaimDecision;
import io.elasticjupyter.reclaim.policy.kueue.AdmittedWorkload;
import io.elasticjupyter.reclaim.policy.kueue.ClusterQueue;
import io.elasticjupyter.reclaim.policy.kueue.Cohort;
import io.elasticjupyter.reclaim.policy.kueue.LocalQueue;
import io.elasticjupyter.reclaim.policy.kueue.PendingWorkload;
import io.elasticjupyter.reclaim.policy.kueue.QuotaPolicy;
import io.elasticjupyter.reclaim.policy.kueue.QuotaState;
import io.elasticjupyter.reclaim.policy.kueue.ResourceFlavor;
import io.elasticjupyter.reclaim.policy.kueue.Workload;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The quotas of Kueue and what uses them in one run, of which only the fields remain in memory that the policy needs. */
final class QuotaReader extends Situation {

    /** The label of the pods that Kueue manages, other than those of Jobs and the like. */
    private static final String MANAGED = "kueue.x-k8s.io/managed";

    private final List<ResourceFlavor> flavors = new ArrayList<>();
    private final List<ClusterQueue> queues = new ArrayList<>();
    private final List<Cohort> cohorts = new ArrayList<>();
    private final List<AdmittedWorkload> admitted = new ArrayList<>();
    private final List<PendingWorkload> pending = new ArrayList<>();

    private QuotaReader(Instant now) {
        super(now);
    }

    /** Reads the pods last: a Workload whose pod is missing has ended, and Kueue will release its quota. */
    static QuotaReader read(KubernetesClient client, KernelReclaim reclaim, Instant now) {
        QuotaReader quota = new QuotaReader(now);
        all(client, ResourceFlavor.class, quota.flavors);
        all(client, ClusterQueue.class, quota.queues);
        all(client, Cohort.class, quota.cohorts);
        Map<PodName, String> queues = new HashMap<>();
        new Pages<>(client.resources(LocalQueue.class).inAnyNamespace()).forEach(
                queue -> queues.put(PodName.of(queue), queue.getSpec().clusterQueue()));
        new Pages<>(client.resources(Workload.class).inAnyNamespace()).forEach(each -> quota.add(each, queues));
        quota.find(client, reclaim.finder());
        return quota;
    }

    private static <R extends HasMetadata> void all(KubernetesClient client, Class<R> type, List<R> list) {
        new Pages<>(client.resources(type)).forEach(list::add);
    }

    private void add(Workload workload, Map<PodName, String> queues) {
        AdmittedWorkload.of(workload).ifPresent(admitted::add);
        Optional.ofNullable(workload.getSpec()).map(spec -> spec.queueName())
                .map(queue -> queues.get(new PodName(workload.getMetadata().getNamespace(), queue)))
                .flatMap(queue -> PendingWorkload.of(workload, queue)).ifPresent(each -> {
                    pending.add(each);
                    if (each.asks()) {
                        addWaiting(workload);
                    }
                });
    }

    /** Finds the kernels among the pods that have quota, and the Workloads whose pods end. */
    private void find(KubernetesClient client, KernelReclaim.Finder finder) {
        Set<String> running = new HashSet<>();
        new Pages<>(client.pods().inAnyNamespace().withLabel(MANAGED, "true")).forEach(pod -> {
            if (isRunning(pod)) {
                running.add(pod.getMetadata().getUid());
                finder.add(pod);
            }
        });
        Map<String, ReclaimableKernel> byPod = finder.found().stream()
                .collect(Collectors.toMap(ReclaimableKernel::podUid, Function.identity()));
        admitted.replaceAll(each -> {
            // The author of a Workload of another namespace could name any pod as its owner.
            ReclaimableKernel kernel = each.podUid().map(byPod::get)
                    .filter(found -> found.namespace().equals(each.name().namespace())).orElse(null);
            if (kernel == null) {
                return each.podUid().filter(uid -> !running.contains(uid)).isPresent() ? each.end() : each;
            }
            replace(List.of(kernel));
            return each.ofKernel(new PodName(kernel.namespace(), kernel.pod()));
        });
    }

    private static boolean isRunning(Pod pod) {
        String phase = pod.getStatus() == null ? null : pod.getStatus().getPhase();
        return !pod.isMarkedForDeletion() && !"Succeeded".equals(phase) && !"Failed".equals(phase);
    }

    @Override
    List<ReclaimDecision> decide() {
        return QuotaPolicy.decide(new QuotaState(now(), flavors, queues, cohorts,
                admitted.stream().map(each -> each.pod().filter(this::hasEnded).isPresent() ? each.end() : each)
                        .toList(),
                pending, runningKernels()));
    }

    @Override
    Optional<List<ReclaimDecision>> decideWithoutKernels() {
        List<ReclaimDecision> decisions = decide();
        return decisions.stream().noneMatch(ReclaimDecision::needsKernels)
                ? Optional.of(decisions)
                : Optional.empty();
    }

    @Override
    Set<PodName> holdersBelow(int priority) {
        return admitted.stream().filter(each -> each.priority() < priority).flatMap(each -> each.pod().stream())
                .collect(Collectors.toSet());
    }
}
