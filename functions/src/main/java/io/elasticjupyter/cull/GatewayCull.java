package io.elasticjupyter.cull;

import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.cull.CullResult.Culled;
import io.elasticjupyter.cull.CullResult.Kept;
import io.elasticjupyter.cull.GatewayClient.GatewayException;
import io.elasticjupyter.cull.policy.CullPolicy;
import io.elasticjupyter.cull.policy.CullSchedule;
import io.elasticjupyter.cull.policy.CullSettings;
import io.elasticjupyter.cull.policy.Decision;
import io.elasticjupyter.cull.policy.KernelActivity;
import io.elasticjupyter.kubernetes.Pages;
import io.elasticjupyter.kubernetes.Parallel;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Looks at the kernels of one gateway: deletes those that are due, says so, and arms the next look. */
final class GatewayCull {

    static final String FIELD_MANAGER = "elastic-jupyter-culler";

    /** A kernel's or its pod's owner writes a time (RFC 3339) here, and the kernel stays until then. */
    static final String KEEP_UNTIL = "elastic-jupyter.io/keep-until";

    private static final int GATEWAYS_AT_ONCE = 16;

    /** A gateway takes a second or two to end a kernel. */
    private static final int KERNELS_AT_ONCE = 8;

    /** When to look again at a gateway that did not answer twice; after the first time, as soon as a look can be scheduled. */
    private static final Duration UNREACHABLE = Duration.ofMinutes(1);
    private static final Decision ENDED = new Decision.KeepForGood("it has ended meanwhile");

    private final KubernetesClient client;
    private final GatewayClient gateways;
    private final GatewayRecords records;
    private final Clock clock;

    GatewayCull(KubernetesClient client, GatewayClient gateways, PingSink sink, Clock clock) {
        this.client = client;
        this.gateways = gateways;
        this.records = new GatewayRecords(client, sink, clock);
        this.clock = clock;
    }

    /**
     * A look at each of some gateways.
     *
     * @param dryRun report what would be deleted, and change nothing
     * @throws io.fabric8.kubernetes.client.KubernetesClientException when the API server is away, slow, or reports a conflict
     */
    List<CullResult> look(List<JupyterGateway> some, boolean dryRun) {
        CullRun seen = new CullRun(client, gateways, clock);
        return Parallel.map(some, GATEWAYS_AT_ONCE, gateway -> look(gateway, seen, dryRun));
    }

    private CullResult look(JupyterGateway gateway, CullRun seen, boolean dryRun) {
        CullSettings settings = CullSettings.of(gateway);
        KernelPods pods = seen.pods(gateway.getMetadata().getNamespace());
        if (pods.isEmpty()) {
            return finish(gateway, dryRun, pods, List.of(), List.of(), List.of(), settings);
        }
        List<KernelActivity> activities;
        try {
            activities = seen.kernels(gateway);
        } catch (GatewayException e) {
            return unknown(gateway, dryRun, settings, e);
        }

        List<Verdict> verdicts = Parallel.map(activities, KERNELS_AT_ONCE,
                activity -> judge(gateway, activity, pods, settings, dryRun));
        List<Culled> orphans = orphans(gateway, activities, seen, pods, settings, dryRun);
        List<Decision> unlisted = unlisted(gateway, activities, orphans, pods, settings);
        return finish(gateway, dryRun, pods, verdicts, unlisted, orphans, settings);
    }

    /**
     * A gateway lists a kernel only once it has started. Its pod is there before, and the kernel cannot be due before it would
     * be if nobody ever used it.
     */
    private List<Decision> unlisted(JupyterGateway gateway, List<KernelActivity> activities, List<Culled> orphans,
            KernelPods pods,
            CullSettings settings) {
        Set<String> known = Stream
                .concat(activities.stream().map(KernelActivity::kernelId), orphans.stream().map(Culled::kernelId))
                .collect(Collectors.toSet());
        return settings.disabled()
                ? List.of()
                : pods.unknownTo(gateway, known, Duration.ZERO).stream()
                        .<Decision>map(pod -> new Decision.Keep(
                                pod.created().plus(settings.idleTimeout()),
                                "its gateway does not list it yet"))
                        .toList();
    }

    /**
     * Deletes the pods that no gateway of the namespace knows: a gateway that restarts forgets its kernels. While one of the
     * gateways cannot be asked, a pod may be its, and stays.
     */
    private List<Culled> orphans(JupyterGateway gateway, List<KernelActivity> activities, CullRun seen, KernelPods pods,
            CullSettings settings, boolean dryRun) {
        Set<String> known = activities.stream().map(KernelActivity::kernelId)
                .collect(Collectors.toCollection(HashSet::new));
        Duration oldEnough = settings.launch().multipliedBy(2);
        if (settings.disabled() || pods.unknownTo(gateway, known, oldEnough).isEmpty()) {
            return List.of();
        }
        try {
            new Pages<>(client.resources(JupyterGateway.class).inNamespace(gateway.getMetadata().getNamespace()))
                    .forEach(other -> {
                        if (!other.getMetadata().getName().equals(gateway.getMetadata().getName())) {
                            seen.kernels(other).forEach(activity -> known.add(activity.kernelId()));
                        }
                    });
        } catch (GatewayException e) {
            return List.of();
        }
        return pods.unknownTo(gateway, known, oldEnough).stream()
                .filter(pod -> decide(new KernelActivity(pod.kernelId(), KernelActivity.State.IDLE, Instant.EPOCH, 0),
                        Optional.of(pod), pods, settings) instanceof Decision.Cull)
                .filter(pods::take)
                .map(pod -> orphan(pod, pods, dryRun))
                .toList();
    }

    private static Culled orphan(IndexedPod pod, KernelPods pods, boolean dryRun) {
        if (!dryRun) {
            pods.remove(pod);
            pods.record(pod, "Orphaned",
                    "Deleted because no gateway of the namespace knows it." + gaveBack(pod.requests()));
        }
        return new Culled(pod.kernelId(), pod.name(), 0, pod.requests(), "no gateway knows it");
    }

    /** What became of one kernel. */
    private record Verdict(KernelActivity activity, Optional<Culled> culled, Decision decision) {}

    /** A kernel that is due is looked at once more before it goes: somebody may have come back to it in between. */
    private Verdict judge(JupyterGateway gateway, KernelActivity activity, KernelPods pods, CullSettings settings,
            boolean dryRun) {
        Optional<IndexedPod> pod = pods.of(activity.kernelId());
        Decision decision = decide(activity, pod, pods, settings);
        if (!(decision instanceof Decision.Cull)) {
            return new Verdict(activity, Optional.empty(), decision);
        }
        try {
            decision = gateways.kernel(gateway, activity.kernelId()).map(again -> decide(again, pod, pods, settings))
                    .orElse(ENDED);
            if (decision instanceof Decision.Cull due) {
                // The gateway first: it starts a kernel again whose pod vanishes.
                if (dryRun || gateways.end(gateway, activity.kernelId())) {
                    return new Verdict(activity, Optional.of(cull(activity.kernelId(), pod, pods, due, dryRun)), due);
                }
                decision = ENDED;
            }
        } catch (GatewayException e) {
            decision = new Decision.Keep(clock.instant().plus(UNREACHABLE), "its gateway " + e.getMessage());
        }
        return new Verdict(activity, Optional.empty(), decision);
    }

    private Decision decide(KernelActivity activity, Optional<IndexedPod> pod, KernelPods pods, CullSettings settings) {
        Instant now = clock.instant();
        Optional<String> keepUntil = pod.flatMap(pods::keepUntil);
        try {
            return CullPolicy.decide(activity, keepUntil.map(time -> OffsetDateTime.parse(time).toInstant()), settings,
                    now);
        } catch (DateTimeException e) {
            return new Decision.Keep(now.plus(settings.idleTimeout()), KEEP_UNTIL + " '" + keepUntil.orElse("")
                    + "' is no time: write one such as 2026-01-31T18:00:00Z");
        }
    }

    private static Culled cull(String kernelId, Optional<IndexedPod> pod, KernelPods pods, Decision.Cull due,
            boolean dryRun) {
        Map<String, Quantity> reclaimed = pod.map(IndexedPod::requests).orElse(Map.of());
        if (!dryRun) {
            pod.ifPresent(pods::remove);
            pod.ifPresent(
                    p -> pods.record(p, "Culled", "Deleted after it was " + due.why() + "." + gaveBack(reclaimed)));
        }
        return new Culled(kernelId, pod.map(IndexedPod::name).orElse(null), due.idle().toSeconds(),
                reclaimed, due.why());
    }

    private static String gaveBack(Map<String, Quantity> reclaimed) {
        return reclaimed.isEmpty()
                ? ""
                : reclaimed.entrySet().stream().map(each -> each.getKey() + " " + each.getValue())
                        .collect(Collectors.joining(", ", " Gave back ", "."));
    }

    private CullResult finish(JupyterGateway gateway, boolean dryRun, KernelPods pods, List<Verdict> verdicts,
            List<Decision> unlisted, List<Culled> orphans,
            CullSettings settings) {
        List<Culled> culled = Stream
                .concat(verdicts.stream().flatMap(verdict -> verdict.culled().stream()), orphans.stream()).toList();
        List<Verdict> stay = verdicts.stream()
                .filter(verdict -> verdict.culled().isEmpty() && verdict.decision() != ENDED).toList();
        Optional<Instant> next = CullSchedule.next(
                Stream.concat(stay.stream().map(Verdict::decision), unlisted.stream()).toList(), settings,
                GatewayRecords.armed(gateway), clock.instant());
        if (!dryRun) {
            records.arm(gateway, next);
            records.write(gateway, stay.stream().map(Verdict::activity).toList(), culled, next);
            Parallel.map(stay, KERNELS_AT_ONCE, verdict -> pods.write(verdict.activity(), due(verdict)));
        }
        return report(gateway, dryRun, culled, stay.stream().map(GatewayCull::kept).toList(), next, null);
    }

    private static Optional<Instant> due(Verdict verdict) {
        return verdict.decision() instanceof Decision.Keep keep ? Optional.of(keep.due()) : Optional.empty();
    }

    private static Kept kept(Verdict verdict) {
        return new Kept(verdict.activity().kernelId(), due(verdict).map(Instant::toString).orElse(null),
                verdict.decision().why());
    }

    private static CullResult report(JupyterGateway gateway, boolean dryRun, List<Culled> culled, List<Kept> kept,
            Optional<Instant> next, String problem) {
        return new CullResult(gateway.getMetadata().getNamespace(), gateway.getMetadata().getName(), dryRun, culled,
                kept,
                next.map(Instant::toString).orElse(null), problem);
    }

    private CullResult unknown(JupyterGateway gateway, boolean dryRun, CullSettings settings, GatewayException e) {
        Optional<Instant> next = settings.disabled()
                ? Optional.empty()
                : CullSchedule.next(
                        List.of(new Decision.Keep(
                                clock.instant().plus(GatewayRecords.answered(gateway) ? Duration.ZERO : UNREACHABLE),
                                e.getMessage())),
                        settings, GatewayRecords.armed(gateway), clock.instant());
        if (!dryRun) {
            records.arm(gateway, next);
            records.writeUnknown(gateway, e.getMessage(), next);
        }
        return report(gateway, dryRun, List.of(), List.of(), next, "the gateway " + e.getMessage());
    }
}
