package io.elasticjupyter.reclaim;

import io.elasticjupyter.cull.CullResult;
import io.elasticjupyter.cull.KernelReclaim;
import io.elasticjupyter.cull.ReclaimableKernel;
import io.elasticjupyter.kubernetes.EventRecorder;
import io.elasticjupyter.kubernetes.EventRecorder.Type;
import io.elasticjupyter.reclaim.policy.Kernel;
import io.elasticjupyter.reclaim.policy.PodName;
import io.elasticjupyter.reclaim.policy.ReclaimDecision;
import io.elasticjupyter.reclaim.policy.ReclaimDecision.Reason;
import io.elasticjupyter.reclaim.policy.ReclaimPolicy;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Clock;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One run for all pods that wait: reads the cluster, decides, asks the gateways of the chosen kernels again, decides again if one of
 * them was used meanwhile, and culls them.
 */
final class Reclaim {

    /** How often the choice may change because a kernel that was chosen is used again. The next event makes another attempt. */
    private static final int MOST_LOOKS = 8;

    private static final Set<Reason> INDEPENDENT_OF_KERNELS = Set.of(Reason.FITS, Reason.FITS_SOON, Reason.TOO_LARGE,
            Reason.CONSTRAINT_NOT_EVALUATED);

    private final KubernetesClient client;
    private final KernelReclaim reclaim;
    private final EventRecorder events;
    private final Clock clock;

    /**
     * The outcome of a run.
     *
     * @param versions the versions of the pods that waited when the run read them
     * @param failure the exception of the first request to the API server that failed
     */
    record Outcome(List<ReclaimResult> pods, Map<PodName, String> versions,
            Optional<KubernetesClientException> failure) {}

    Reclaim(KubernetesClient client, KernelReclaim reclaim, EventRecorder events, Clock clock) {
        this.client = client;
        this.reclaim = reclaim;
        this.events = events;
        this.clock = clock;
    }

    Outcome run() {
        ClusterReader cluster = ClusterReader.read(client, reclaim, clock.instant());
        List<ReclaimDecision> decisions = decide(cluster);
        Map<ReclaimableKernel, String> waitingPods = new HashMap<>();
        decisions.stream().filter(each -> each.reason() == Reason.RECLAIM)
                .filter(each -> stillWaits(cluster.waiting(each.pod().name())))
                .forEach(each -> each.victims().forEach(
                        victim -> waitingPods.put(cluster.kernel(victim.pod()), each.pod().name().toString())));
        if (waitingPods.isEmpty()) {
            return new Outcome(decisions.stream().map(each -> report(cluster, each, Set.of(), List.of())).toList(),
                    cluster.versions(), Optional.empty());
        }
        KernelReclaim.Outcome outcome = reclaim.cull(waitingPods);
        Set<ReclaimableKernel> culled = waitingPods.keySet().stream()
                .filter(kernel -> isCulled(kernel, outcome.results())).collect(Collectors.toSet());
        return new Outcome(
                decisions.stream().map(each -> report(cluster, each, culled, outcome.results())).toList(),
                cluster.versions(), outcome.failure());
    }

    /** Returns decisions all of whose victims were idle at a second look. */
    private List<ReclaimDecision> decide(ClusterReader cluster) {
        List<ReclaimDecision> decisions = ReclaimPolicy.decide(cluster.state());
        if (decisions.stream().allMatch(each -> INDEPENDENT_OF_KERNELS.contains(each.reason()))) {
            return decisions;
        }
        cluster.replace(reclaim.look(cluster.kernels().stream().filter(kernel -> !kernel.isExcluded()).toList()));
        Set<PodName> confirmed = new HashSet<>();
        for (int looks = 0; looks < MOST_LOOKS; looks++) {
            decisions = ReclaimPolicy.decide(cluster.state());
            List<PodName> unconfirmed = decisions.stream().flatMap(each -> each.victims().stream()).map(Kernel::pod)
                    .filter(pod -> !confirmed.contains(pod)).toList();
            if (unconfirmed.isEmpty()) {
                return decisions;
            }
            cluster.replace(reclaim.lookAgain(unconfirmed.stream().map(cluster::kernel).toList()));
            confirmed.addAll(unconfirmed);
        }
        return ReclaimPolicy.decide(cluster.state()).stream()
                .filter(each -> confirmed.containsAll(each.victims().stream().map(Kernel::pod).toList())).toList();
    }

    private boolean stillWaits(ObjectReference pod) {
        Pod now = client.pods().inNamespace(pod.getNamespace()).withName(pod.getName()).get();
        return now != null && now.getMetadata().getUid().equals(pod.getUid()) && WaitingPods.isWaiting(now);
    }

    private static boolean isCulled(ReclaimableKernel kernel, List<CullResult> results) {
        return ofGateway(kernel, results).flatMap(each -> each.culled().stream())
                .anyMatch(each -> kernel.pod().equals(each.pod()));
    }

    private static boolean remains(ReclaimableKernel kernel, List<CullResult> results) {
        return ofGateway(kernel, results).anyMatch(each -> each.problem() != null
                || each.kept().stream().anyMatch(kept -> kept.kernelId().equals(kernel.id())));
    }

    private static Stream<CullResult> ofGateway(ReclaimableKernel kernel, List<CullResult> results) {
        return results.stream().filter(each -> each.namespace().equals(kernel.namespace())
                && each.gateway().equals(kernel.gatewayName()));
    }

    /** Records an Event about the outcome on the pod, and returns the outcome. */
    private ReclaimResult report(ClusterReader cluster, ReclaimDecision decision, Set<ReclaimableKernel> culled,
            List<CullResult> results) {
        ObjectReference pod = cluster.waiting(decision.pod().name());
        List<ReclaimableKernel> victims = decision.victims().stream().map(Kernel::pod).map(cluster::kernel)
                .toList();
        List<ReclaimableKernel> gone = victims.stream().filter(culled::contains).toList();
        List<ReclaimableKernel> left = victims.stream().filter(each -> remains(each, results)).toList();
        ReclaimReport report = new ReclaimReport(decision, gone, clock.instant());
        if (!left.isEmpty()) {
            events.recordOnce(pod, Type.Warning, "NotReclaimed", report.incomplete(left));
        } else if (!gone.isEmpty()) {
            events.record(pod, Type.Normal, "Reclaimed", report.complete());
        } else if (decision.reason() != Reason.RECLAIM && decision.reason() != Reason.FITS
                && decision.reason() != Reason.FITS_SOON) {
            events.recordOnce(pod, Type.Normal, "NotReclaimed", report.nothing());
        }
        return report.result();
    }
}
