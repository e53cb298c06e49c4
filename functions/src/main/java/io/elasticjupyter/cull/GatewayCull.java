package io.elasticjupyter.cull;

import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.cull.CullResult.Culled;
import io.elasticjupyter.cull.CullResult.Kept;
import io.elasticjupyter.cull.GatewayClient.GatewayException;
import io.elasticjupyter.cull.policy.CullPolicy;
import io.elasticjupyter.cull.policy.CullSchedule;
import io.elasticjupyter.cull.policy.CullSettings;
import io.elasticjupyter.cull.policy.Decision;
import io.elasticjupyter.cull.policy.KeepUntil;
import io.elasticjupyter.cull.policy.KernelActivity;
import io.elasticjupyter.kubernetes.Parallel;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The cull of one gateway in one run. {@link #cull()} has its steps. */
final class GatewayCull {

    /** The gateways of a namespace that fail slowly delay no gateway of another namespace. */
    private static final int NAMESPACES_AT_ONCE = 32;

    private static final int GATEWAYS_OF_A_NAMESPACE_AT_ONCE = 4;

    /** A gateway takes one or two seconds to delete a kernel. */
    private static final int KERNELS_AT_ONCE = 8;

    /** The delay before another attempt after a repeated failure. The attempt after the first failure is not delayed. */
    private static final Duration RETRY = Duration.ofMinutes(1);

    private final JupyterGateway gateway;
    private final CullRun run;
    private final CullSettings settings;
    private final List<IndexedKernel> kernels;
    private final GatewayClient.Session session;

    /** The verdict on one kernel. */
    private sealed interface Verdict {

        /** The kernel is deleted, or would be in a dry run. */
        record Terminated(Culled kernel) implements Verdict {}

        /** The kernel remains. */
        record Remains(IndexedKernel kernel, KernelActivity activity, Decision decision, Optional<KeepUntil> keepUntil)
                implements
                    Verdict {}

        /** The kernel has a pod, but its gateway does not list it. */
        record Unlisted(IndexedKernel kernel, Decision decision, Optional<KeepUntil> keepUntil) implements Verdict {}

        /** Another request has ended the kernel. */
        record Ended() implements Verdict {}
    }

    private GatewayCull(JupyterGateway gateway, CullRun run) {
        this.gateway = gateway;
        this.run = run;
        this.settings = CullSettings.of(gateway);
        this.kernels = run.kernels(gateway.getMetadata().getNamespace()).of(gateway);
        this.session = run.session(gateway);
    }

    /**
     * Culls the idle kernels of gateways.
     *
     * @throws io.fabric8.kubernetes.client.KubernetesClientException when a request to the API server fails
     */
    static List<CullResult> cullAll(List<JupyterGateway> gateways, CullRun run) {
        Map<String, List<JupyterGateway>> byNamespace = gateways.stream()
                .collect(Collectors.groupingBy(gateway -> gateway.getMetadata().getNamespace(), LinkedHashMap::new,
                        Collectors.toList()));
        return Parallel.map(List.copyOf(byNamespace.entrySet()), NAMESPACES_AT_ONCE, namespace -> {
            try {
                return Parallel.map(namespace.getValue(), GATEWAYS_OF_A_NAMESPACE_AT_ONCE,
                        gateway -> new GatewayCull(gateway, run).cull());
            } finally {
                run.release(namespace.getKey());
            }
        }).stream().flatMap(List::stream).toList();
    }

    private CullResult cull() {
        if (kernels.isEmpty()) {
            // There is nothing to cull, so the gateway is not asked.
            return finish(List.of());
        }
        if (run.isOverdue()) {
            return result(List.of(), List.of(), CullStatus.armed(gateway),
                    "the gateway was not asked, because the others took too long");
        }
        Map<String, KernelActivity> listed;
        try {
            listed = session.kernels(kernels.stream().map(IndexedKernel::id).collect(Collectors.toSet()));
        } catch (GatewayException e) {
            return unreachable(e.getMessage());
        }
        return finish(Parallel.map(kernels, KERNELS_AT_ONCE,
                kernel -> listed.containsKey(kernel.id())
                        ? judge(kernel, listed.get(kernel.id()))
                        : judgeUnlisted(kernel)));
    }

    /** Terminates a kernel that is due. Its activity is read again immediately before, because it may have been used since. */
    private Verdict judge(IndexedKernel kernel, KernelActivity activity) {
        Verdict.Remains first = decide(kernel, activity);
        if (!(first.decision() instanceof Decision.Cull)) {
            return first;
        }
        try {
            Optional<KernelActivity> current = session.kernel(kernel.id());
            if (current.isEmpty()) {
                return new Verdict.Ended();
            }
            Verdict.Remains confirmed = decide(kernel, current.get());
            return confirmed.decision() instanceof Decision.Cull due ? terminate(kernel, due) : confirmed;
        } catch (GatewayException e) {
            return new Verdict.Remains(kernel, activity,
                    new Decision.Keep(run.now().plus(RETRY), "its gateway " + e.getMessage()), first.keepUntil());
        }
    }

    private Verdict.Remains decide(IndexedKernel kernel, KernelActivity activity) {
        Optional<KeepUntil> keepUntil = kernel.keepUntil()
                .map(value -> KeepUntil.of(value, activity.lastActivity(), settings));
        return new Verdict.Remains(kernel, activity,
                CullPolicy.decide(activity, keepUntil.map(KeepUntil::until), settings, run.now()), keepUntil);
    }

    private Verdict terminate(IndexedKernel kernel, Decision.Cull due) {
        if (!run.dryRun() && !run.termination().terminate(session, kernel, due.why())) {
            return new Verdict.Ended();
        }
        return new Verdict.Terminated(new Culled(kernel.id(), kernel.pod().name(), due.idle().toSeconds(),
                kernel.pod().requests(), due.why()));
    }

    /** Deletes the pod of a kernel that its gateway has forgotten. */
    private Verdict judgeUnlisted(IndexedKernel kernel) {
        Optional<KeepUntil> keepUntil = kernel.keepUntil()
                .map(value -> KeepUntil.of(value, kernel.pod().created(), settings));
        Decision decision = CullPolicy.decideUnlisted(kernel.pod().created(), keepUntil.map(KeepUntil::until),
                settings, run.started(), run.now());
        if (!(decision instanceof Decision.Reclaim)) {
            return new Verdict.Unlisted(kernel, decision, keepUntil);
        }
        if (!run.dryRun()) {
            run.termination().terminateOrphan(kernel);
        }
        return new Verdict.Terminated(
                new Culled(kernel.id(), kernel.pod().name(), 0, kernel.pod().requests(), decision.why()));
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
                case Verdict.Unlisted unlisted -> {
                    decisions.add(unlisted.decision());
                    if (!run.dryRun()) {
                        run.status().write(unlisted.kernel(), Optional.empty(), Optional.empty(), unlisted.keepUntil());
                    }
                }
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
            run.status().write(kernel.kernel(), Optional.of(activity), due, kernel.keepUntil());
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
