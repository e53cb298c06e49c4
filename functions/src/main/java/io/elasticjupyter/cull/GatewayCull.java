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
import io.elasticjupyter.kubernetes.Parallel;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The cull of one gateway in one run. {@link #cull()} has its steps. */
final class GatewayCull {

    private static final int GATEWAYS_AT_ONCE = 16;

    /** A gateway takes one or two seconds to delete a kernel. */
    private static final int KERNELS_AT_ONCE = 8;

    /** The delay before another attempt after a repeated failure. The attempt after the first failure is not delayed. */
    private static final Duration RETRY = Duration.ofMinutes(1);

    private final JupyterGateway gateway;
    private final CullRun run;
    private final CullSettings settings;
    private final KernelPodIndex pods;

    /** The verdict on one kernel. */
    private sealed interface Verdict {

        /** The kernel is deleted, or would be in a dry run. */
        record Terminated(Culled kernel) implements Verdict {}

        /** The kernel remains. */
        record Remains(KernelActivity activity, Decision decision) implements Verdict {}

        /** The kernel has a pod, but its gateway does not list it. */
        record Unlisted(Decision decision) implements Verdict {}

        /** Another request has ended the kernel. */
        record Ended() implements Verdict {}
    }

    private GatewayCull(JupyterGateway gateway, CullRun run) {
        this.gateway = gateway;
        this.run = run;
        this.settings = CullSettings.of(gateway);
        this.pods = run.pods(gateway.getMetadata().getNamespace());
    }

    /**
     * Culls the idle kernels of gateways.
     *
     * @throws io.fabric8.kubernetes.client.KubernetesClientException when a request to the API server fails
     */
    static List<CullResult> cullAll(List<JupyterGateway> gateways, CullRun run) {
        return Parallel.map(gateways, GATEWAYS_AT_ONCE, gateway -> new GatewayCull(gateway, run).cull());
    }

    private CullResult cull() {
        if (pods.isEmpty()) {
            // There is nothing to cull, so the gateway is not asked.
            return finish(List.of());
        }
        List<KernelActivity> kernels;
        try {
            kernels = run.kernels(gateway);
        } catch (GatewayException e) {
            return unreachable(e.getMessage());
        }
        Set<String> listed = kernels.stream().map(KernelActivity::kernelId).collect(Collectors.toSet());
        List<Verdict> verdicts = new ArrayList<>(Parallel.map(kernels, KERNELS_AT_ONCE, this::judge));
        if (!settings.disabled()) {
            verdicts.addAll(terminateOrphans(listed));
            verdicts.addAll(awaitListing(listed));
        }
        return finish(verdicts);
    }

    /** Terminates a kernel that is due. Its activity is read again immediately before, because it may have been used since. */
    private Verdict judge(KernelActivity activity) {
        Decision decision = decide(activity);
        if (!(decision instanceof Decision.Cull)) {
            return new Verdict.Remains(activity, decision);
        }
        try {
            Optional<KernelActivity> current = run.kernelNow(gateway, activity.kernelId());
            if (current.isEmpty()) {
                return new Verdict.Ended();
            }
            Decision confirmed = decide(current.get());
            return confirmed instanceof Decision.Cull due
                    ? terminate(activity.kernelId(), due)
                    : new Verdict.Remains(current.get(), confirmed);
        } catch (GatewayException e) {
            return new Verdict.Remains(activity,
                    new Decision.Keep(run.now().plus(RETRY), "its gateway " + e.getMessage()));
        }
    }

    private Decision decide(KernelActivity activity) {
        Optional<String> keepUntil = pods.pod(activity.kernelId()).flatMap(pods::keepUntil);
        try {
            return CullPolicy.decide(activity, keepUntil.map(time -> OffsetDateTime.parse(time).toInstant()), settings,
                    run.now());
        } catch (DateTimeException e) {
            return new Decision.Keep(run.now().plus(settings.cullIdleTimeout()), IndexedPod.KEEP_UNTIL + " '"
                    + keepUntil.orElse("") + "' is not a time; set it to one such as 2026-01-31T18:00:00Z");
        }
    }

    private Verdict terminate(String kernelId, Decision.Cull due) {
        Optional<IndexedPod> pod = pods.pod(kernelId);
        if (!run.dryRun() && !run.termination().terminate(gateway, kernelId, pod, due.why())) {
            return new Verdict.Ended();
        }
        pod.ifPresent(pods::claim);
        return new Verdict.Terminated(new Culled(kernelId, pod.map(IndexedPod::name).orElse(null),
                due.idle().toSeconds(), pod.map(IndexedPod::requests).orElse(Map.of()), due.why()));
    }

    /**
     * Deletes the pods that no gateway of the namespace lists: a gateway that restarts forgets its kernels. While one of the
     * gateways cannot be reached, a pod may be that gateway's and is kept.
     */
    private List<Verdict> terminateOrphans(Set<String> listed) {
        if (pods.others(gateway, listed).stream().noneMatch(this::mustBeListed)) {
            return List.of();
        }
        Set<String> listedAnywhere = new HashSet<>(listed);
        try {
            listedAnywhere.addAll(run.listedKernelIds(gateway.getMetadata().getNamespace()));
        } catch (GatewayException e) {
            return List.of();
        }
        return pods.others(gateway, listedAnywhere).stream()
                .filter(this::mustBeListed)
                .filter(pod -> decide(new KernelActivity(pod.kernelId(), KernelActivity.State.IDLE, Instant.EPOCH,
                        0)) instanceof Decision.Cull)
                .filter(pods::claim)
                .map(this::terminateOrphan)
                .toList();
    }

    /** Returns whether a pod was so old when the gateways were read that its kernel had started, and was listed, or had failed to start. */
    private boolean mustBeListed(IndexedPod pod) {
        return !pod.created().isAfter(run.started().minus(settings.launchTimeout().multipliedBy(2)));
    }

    private Verdict terminateOrphan(IndexedPod pod) {
        if (!run.dryRun()) {
            run.termination().terminateOrphan(pod);
        }
        return new Verdict.Terminated(
                new Culled(pod.kernelId(), pod.name(), 0, pod.requests(), "not listed by any gateway"));
    }

    /**
     * A gateway lists a kernel once it has started. A kernel that is never used is due one idle timeout after its pod's
     * creation.
     */
    private List<Verdict> awaitListing(Set<String> listed) {
        return pods.others(gateway, listed).stream()
                .<Verdict>map(pod -> new Verdict.Unlisted(new Decision.Keep(
                        pod.created().plus(settings.cullIdleTimeout()), "not yet listed by its gateway")))
                .toList();
    }

    private CullResult finish(List<Verdict> verdicts) {
        List<Culled> culled = new ArrayList<>();
        List<Verdict.Remains> remaining = new ArrayList<>();
        List<Decision> decisions = new ArrayList<>();
        for (Verdict verdict : verdicts) {
            switch (verdict) {
                case Verdict.Terminated(Culled kernel) -> culled.add(kernel);
                case Verdict.Remains remains -> {
                    remaining.add(remains);
                    decisions.add(remains.decision());
                }
                case Verdict.Unlisted(Decision decision) -> decisions.add(decision);
                case Verdict.Ended() -> {
                }
            }
        }
        Optional<Instant> next = CullSchedule.next(decisions, settings, CullStatus.armed(gateway), run.now());
        if (!run.dryRun()) {
            run.pingSource().arm(gateway, next);
            run.status().write(gateway, remaining.stream().map(Verdict.Remains::activity).toList(), culled, next);
        }
        return result(culled, Parallel.map(remaining, KERNELS_AT_ONCE, this::keep), next, null);
    }

    private Kept keep(Verdict.Remains kernel) {
        KernelActivity activity = kernel.activity();
        Optional<Instant> due = kernel.decision().dueTime();
        if (!run.dryRun()) {
            pods.pod(activity.kernelId()).flatMap(pods::jupyterKernel)
                    .ifPresent(jupyterKernel -> run.status().write(jupyterKernel, activity, due));
        }
        return new Kept(activity.kernelId(), due.map(Instant::toString).orElse(null), kernel.decision().why());
    }

    /** Keeps all kernels and schedules another attempt. */
    private CullResult unreachable(String failure) {
        Duration delay = CullStatus.unreachable(gateway) ? RETRY : Duration.ZERO;
        List<Decision> decisions = settings.disabled()
                ? List.of()
                : List.of(new Decision.Keep(run.now().plus(delay), failure));
        Optional<Instant> next = CullSchedule.next(decisions, settings, CullStatus.armed(gateway), run.now());
        if (!run.dryRun()) {
            run.pingSource().arm(gateway, next);
            run.status().writeUnreachable(gateway, failure, next);
        }
        return result(List.of(), List.of(), next, "the gateway " + failure);
    }

    private CullResult result(List<Culled> culled, List<Kept> kept, Optional<Instant> next, String problem) {
        return new CullResult(gateway.getMetadata().getNamespace(), gateway.getMetadata().getName(), run.dryRun(),
                culled, kept, next.map(Instant::toString).orElse(null), problem);
    }
}
