package io.elasticjupyter.reclaim;

import io.elasticjupyter.cull.CullResult;
import io.elasticjupyter.cull.KernelReclaim;
import io.elasticjupyter.cull.ReclaimableKernel;
import io.elasticjupyter.kubernetes.ApiFailure;
import io.elasticjupyter.kubernetes.EventRecorder;
import io.elasticjupyter.kubernetes.EventRecorder.Type;
import io.elasticjupyter.kubernetes.Parallel;
import io.elasticjupyter.reclaim.policy.Kernel;
import io.elasticjupyter.reclaim.policy.PendingPod;
import io.elasticjupyter.reclaim.policy.PodName;
import io.elasticjupyter.reclaim.policy.ReclaimDecision;
import io.elasticjupyter.reclaim.policy.ReclaimDecision.Reason;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run for all pods that wait, or all Workloads: reads the cluster, decides, asks the gateways of the chosen kernels again, decides
 * again if one of them was used meanwhile, and culls them.
 */
final class Reclaim {

    /** How often the choice may change because a kernel that was chosen is used again. The next event makes another attempt. */
    private static final int MOST_LOOKS = 8;

    /** How long the scheduler may take to bind a pod when there is room: it looks for changes all the time. */
    private static final Duration BOUND_WITHIN = Duration.ofSeconds(15);

    /** How long the next run waits at least. */
    private static final Duration LEAST_DELAY = Duration.ofSeconds(10);

    private static final int PODS_AT_ONCE = 8;

    private static final Optional<ReclaimDecision> NOTHING = Optional.empty();

    private static final Logger log = LoggerFactory.getLogger(Reclaim.class);

    private final Demand demand;
    private final KernelReclaim reclaim;
    private final EventRecorder events;
    private final Clock clock;

    /**
     * The outcome of a run.
     *
     * @param pods what was done for each pod
     * @param waiting the pods that waited when the run read them
     * @param versions the versions of these pods
     * @param failure the exception of the first request to the API server that failed
     */
    record Outcome(List<ReclaimResult> pods, Map<PodName, ObjectReference> waiting, Map<PodName, String> versions,
            Optional<KubernetesClientException> failure) {

        /** Returns the pods for which all chosen kernels were deleted. */
        private List<ObjectReference> helped() {
            return pods.stream().filter(ReclaimResult::complete)
                    .map(each -> waiting.get(new PodName(each.namespace(), each.name()))).toList();
        }

        private Optional<ReclaimResult> of(ObjectReference pod) {
            return pods.stream().filter(each -> each.namespace().equals(pod.getNamespace())
                    && each.name().equals(pod.getName())).findFirst();
        }
    }

    Reclaim(Demand demand, KernelReclaim reclaim, EventRecorder events, Clock clock) {
        this.demand = demand;
        this.reclaim = reclaim;
        this.events = events;
        this.clock = clock;
    }

    Outcome run() {
        Situation cluster = demand.read(reclaim, clock.instant());
        List<ReclaimDecision> decisions = decide(cluster);
        Outcome outcome = act(cluster, decisions);
        return new Outcome(outcome.pods(), outcome.waiting(), outcome.versions(),
                outcome.failure().or(() -> wake(cluster, decisions, outcome)));
    }

    /** Returns whether the scheduler has bound all pods for which a run has deleted kernels, or they are gone. */
    boolean awaitBound(Outcome outcome) {
        return Parallel.map(outcome.helped(), PODS_AT_ONCE, pod -> demand.isMet(pod, BOUND_WITHIN)).stream()
                .allMatch(bound -> bound);
    }

    /**
     * Reports on the pods that were not bound in time.
     *
     * @param before the run that has deleted kernels
     * @param after the run that has decided again
     */
    void reportUnbound(Outcome before, Outcome after) {
        for (ObjectReference pod : before.helped()) {
            after.of(pod).ifPresent(result -> events.record(pod, Type.Warning, "ReclaimDidNotHelp",
                    "Kernels were deleted to free resources, but " + demand.notMet() + " within "
                            + BOUND_WITHIN.toSeconds() + " s. " + ReclaimReport.sentence(result.message())));
        }
    }

    private Outcome act(Situation cluster, List<ReclaimDecision> decisions) {
        Map<ReclaimableKernel, String> waitingPods = new HashMap<>();
        Parallel.map(decisions.stream().filter(each -> each.reason() == Reason.RECLAIM).toList(), PODS_AT_ONCE,
                each -> demand.stillWaits(cluster.waiting(each.pod().name())) ? Optional.of(each) : NOTHING).stream()
                .flatMap(Optional::stream)
                .forEach(each -> each.victims().forEach(
                        victim -> waitingPods.put(cluster.kernel(victim.pod()), demand.text(each.pod().name()))));
        if (waitingPods.isEmpty()) {
            return new Outcome(report(cluster, decisions, Set.of(), List.of()), cluster.waiting(), cluster.versions(),
                    Optional.empty());
        }
        KernelReclaim.Outcome outcome = reclaim.cull(waitingPods);
        Set<ReclaimableKernel> culled = waitingPods.keySet().stream()
                .filter(kernel -> isCulled(kernel, outcome.results())).collect(Collectors.toSet());
        return new Outcome(report(cluster, decisions, culled, outcome.results()), cluster.waiting(),
                cluster.versions(), outcome.failure());
    }

    private List<ReclaimResult> report(Situation cluster, List<ReclaimDecision> decisions,
            Set<ReclaimableKernel> culled, List<CullResult> results) {
        return Parallel.map(decisions, PODS_AT_ONCE, each -> report(cluster, each, culled, results));
    }

    /** Returns decisions all of whose victims were idle at a second look. */
    private List<ReclaimDecision> decide(Situation cluster) {
        Optional<List<ReclaimDecision>> withoutKernels = cluster.decideWithoutKernels();
        if (withoutKernels.isPresent()) {
            return withoutKernels.get();
        }
        cluster.replace(reclaim.look(cluster.kernels().stream().filter(kernel -> !kernel.isExcluded()).toList()));
        Set<PodName> confirmed = new HashSet<>();
        for (int looks = 0; looks < MOST_LOOKS; looks++) {
            List<ReclaimDecision> decisions = cluster.decide();
            List<PodName> unconfirmed = decisions.stream().flatMap(each -> each.victims().stream()).map(Kernel::pod)
                    .filter(pod -> !confirmed.contains(pod)).toList();
            if (unconfirmed.isEmpty()
                    || !cluster.replace(reclaim.lookAgain(unconfirmed.stream().map(cluster::kernel).toList()))) {
                return decisions;
            }
            confirmed.addAll(unconfirmed);
        }
        return cluster.decide().stream()
                .filter(each -> confirmed.containsAll(each.victims().stream().map(Kernel::pod).toList())).toList();
    }

    /**
     * Lets a PingSource call the function again when one more kernel can be culled, as no other event tells. One for the first pod in
     * each namespace is enough, because each run decides for all pods.
     *
     * @return the exception of the first request that failed
     */
    private Optional<KubernetesClientException> wake(Situation cluster, List<ReclaimDecision> decisions,
            Outcome outcome) {
        List<PendingPod> left = decisions.stream().filter(each -> each.reason().dependsOnKernels()
                || each.reason() == Reason.RECLAIM && !outcome.of(cluster.waiting(each.pod().name()))
                        .filter(ReclaimResult::complete).isPresent())
                .map(ReclaimDecision::pod).toList();
        Optional<Instant> next = left.stream().mapToInt(PendingPod::priority).boxed().max(Integer::compare)
                .flatMap(cluster::nextChance);
        if (next.isEmpty()) {
            return Optional.empty();
        }
        Instant earliest = clock.instant().plus(LEAST_DELAY);
        Instant at = (next.get().isAfter(earliest) ? next.get() : earliest).truncatedTo(ChronoUnit.SECONDS)
                .plusSeconds(1);
        Map<String, ObjectReference> first = new LinkedHashMap<>();
        left.forEach(pod -> first.putIfAbsent(pod.name().namespace(), cluster.waiting(pod.name())));
        return Parallel.map(List.copyOf(first.values()), PODS_AT_ONCE, pod -> wake(pod, at)).stream()
                .flatMap(Optional::stream).findFirst();
    }

    private Optional<KubernetesClientException> wake(ObjectReference pod, Instant at) {
        try {
            reclaim.wake(pod, at);
            return Optional.empty();
        } catch (KubernetesClientException e) {
            if (ApiFailure.isTransient(e) && e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
                return Optional.of(e);
            }
            // The functions write nothing in namespaces of the system, and without Knative's CRDs there are no PingSources.
            log.warn("PingSource of {} {}/{} not written: {}", pod.getKind(), pod.getNamespace(), pod.getName(),
                    ApiFailure.reason(e));
            return Optional.empty();
        }
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
    private ReclaimResult report(Situation cluster, ReclaimDecision decision, Set<ReclaimableKernel> culled,
            List<CullResult> results) {
        ObjectReference pod = cluster.waiting(decision.pod().name());
        List<ReclaimableKernel> victims = decision.victims().stream().map(Kernel::pod).map(cluster::kernel)
                .toList();
        List<ReclaimableKernel> gone = victims.stream().filter(culled::contains).toList();
        List<ReclaimableKernel> left = victims.stream().filter(each -> remains(each, results)).toList();
        ReclaimReport report = new ReclaimReport(decision, gone, demand.wording(), clock.instant());
        if (!left.isEmpty()) {
            events.recordOnce(pod, Type.Warning, "NotReclaimed", report.incomplete(left));
        } else if (!gone.isEmpty()) {
            events.record(pod, Type.Normal, "Reclaimed", report.complete());
        } else if (decision.reason() != Reason.RECLAIM && decision.reason() != Reason.FITS
                && decision.reason() != Reason.FITS_SOON) {
            events.recordOnce(pod, Type.Normal, "NotReclaimed", report.nothing());
        }
        return report.result(!gone.isEmpty() && left.isEmpty());
    }
}
