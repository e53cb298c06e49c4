package io.elasticjupyter.cull;

import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.api.v1alpha1.TerminatingKernel;
import io.elasticjupyter.cull.CullPingSource.Armed;
import io.elasticjupyter.cull.CullResult.Culled;
import io.elasticjupyter.cull.CullResult.Kept;
import io.elasticjupyter.cull.GatewayClient.GatewayException;
import io.elasticjupyter.cull.policy.CullPolicy;
import io.elasticjupyter.cull.policy.CullSchedule;
import io.elasticjupyter.cull.policy.CullSettings;
import io.elasticjupyter.cull.policy.CullTotals;
import io.elasticjupyter.cull.policy.Decision;
import io.elasticjupyter.cull.policy.KeepUntil;
import io.elasticjupyter.cull.policy.KernelActivity;
import io.elasticjupyter.kubernetes.ApiFailure;
import io.elasticjupyter.kubernetes.Parallel;
import io.elasticjupyter.reclaim.policy.Kernel;
import io.elasticjupyter.reclaim.policy.KernelLimits;
import io.elasticjupyter.reclaim.policy.PodName;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The cull of one gateway in one run. {@link #cull()} has its steps. It can be interrupted between any two writes: a kernel is recorded
 * in the gateway's status before it is deleted, and the next run completes what is recorded.
 */
final class GatewayCull {

    /** The gateways of a namespace that fail slowly delay no gateway of another namespace. */
    private static final int NAMESPACES_AT_ONCE = 32;

    private static final int GATEWAYS_OF_A_NAMESPACE_AT_ONCE = 4;

    /** A gateway takes one or two seconds to delete a kernel. */
    private static final int KERNELS_AT_ONCE = 8;

    /** Limits the size of the gateway's status, and is more than a gateway deletes in the time of a session. */
    private static final int MOST_KERNELS = 500;

    /** The delay before another attempt after a repeated failure. The attempt after the first failure is not delayed. */
    private static final Duration RETRY = Duration.ofMinutes(1);

    private final CullRun run;
    private final CullSettings settings;
    private final GatewayLimits limits;
    private final KernelIndex index;
    private final List<IndexedKernel> kernels;
    private final Map<String, TerminatingKernel> recorded;
    private final GatewayClient.Session session;

    /** Why kernels are culled before they are due, as a clause. */
    private Map<PodName, String> beyondLimits = Map.of();

    /** The gateway as it was read last. */
    private JupyterGateway gateway;

    private GatewayCull(JupyterGateway gateway, CullRun run) {
        this.gateway = gateway;
        this.run = run;
        this.settings = CullSettings.of(gateway);
        this.limits = GatewayLimits.of(gateway, settings);
        this.index = run.kernels(gateway.getMetadata().getNamespace());
        this.kernels = index.of(gateway);
        this.recorded = CullStatus.recorded(gateway).stream()
                .collect(Collectors.toMap(TerminatingKernel::uid, Function.identity(), (one, same) -> one));
        this.session = run.session(gateway);
    }

    /**
     * Culls the idle kernels of gateways. A failed request to the API server affects one gateway, or one kernel, and is reported by
     * {@link CullRun#failure()}.
     */
    static List<CullResult> cullAll(List<JupyterGateway> gateways, CullRun run) {
        Map<String, List<JupyterGateway>> byNamespace = gateways.stream()
                .collect(Collectors.groupingBy(gateway -> gateway.getMetadata().getNamespace(), LinkedHashMap::new,
                        Collectors.toList()));
        return Parallel.map(List.copyOf(byNamespace.entrySet()), NAMESPACES_AT_ONCE, namespace -> {
            try {
                return Parallel.map(namespace.getValue(), GATEWAYS_OF_A_NAMESPACE_AT_ONCE,
                        gateway -> cull(gateway, run));
            } finally {
                run.release(namespace.getKey());
            }
        }).stream().flatMap(List::stream).toList();
    }

    private static CullResult cull(JupyterGateway gateway, CullRun run) {
        try {
            return new GatewayCull(gateway, run).cull();
        } catch (KubernetesClientException e) {
            run.failed(e);
            return result(gateway, run, List.of(), List.of(), CullStatus.armed(gateway),
                    "a request to the API server failed: " + ApiFailure.reason(e));
        }
    }

    private CullResult cull() {
        if (kernels.isEmpty()) {
            // There is nothing to cull, so the gateway is not asked.
            return finish(List.of());
        }
        if (run.isOverdue()) {
            return result(gateway, run, List.of(), List.of(), CullStatus.armed(gateway),
                    "the gateway was not asked, because the others took too long");
        }
        Map<String, KernelActivity> listed;
        try {
            listed = session.kernels(kernels.stream().map(IndexedKernel::id).collect(Collectors.toSet()));
        } catch (GatewayException e) {
            return unreachable(e.getMessage());
        }
        List<Verdict> verdicts = withinLimits(kernels.stream()
                .map(kernel -> listed.containsKey(kernel.id())
                        ? judge(kernel, listed.get(kernel.id()))
                        : judgeUnlisted(kernel))
                .toList());
        List<Verdict.Due> due = select(verdicts, Verdict.Due.class).limit(MOST_KERNELS).toList();
        List<Verdict> outcomes = new ArrayList<>(select(verdicts, Verdict.Remains.class).toList());
        outcomes.addAll(delete(due));
        // Those beyond the limit.
        select(verdicts, Verdict.Due.class).skip(MOST_KERNELS).forEach(
                each -> outcomes.add(new Verdict.Undecided(each, new Decision.Keep(run.now(), each.why()))));
        return finish(outcomes);
    }

    private Verdict judge(IndexedKernel kernel, KernelActivity reported) {
        KernelActivity activity = kernel.observed(reported, run.now());
        Optional<Verdict> early = run.waitingPod(kernel).flatMap(pod -> judge(kernel, activity, pod));
        if (early.isPresent()) {
            return early.get();
        }
        Optional<KeepUntil> keepUntil = kernel.keepUntil()
                .map(value -> KeepUntil.of(value, activity.lastActivity(), settings));
        Decision decision = CullPolicy.decide(activity, keepUntil.map(KeepUntil::until),
                settings.withLaunchTimeout(kernel.launch()), run.now());
        String limit = beyondLimits.get(GatewayLimits.name(kernel.reference()));
        if (limit != null && !(decision instanceof Decision.Cull) && KernelLimits.mayBeCulled(
                limits.kernel(kernel, Optional.of(activity), keepUntil.map(KeepUntil::until)), run.now())) {
            Decision.Cull idle = new Decision.Cull(Duration.between(activity.lastActivity(), run.now()));
            return new Verdict.Due(kernel, Optional.of(activity), idle.idle().toSeconds(), idle.why() + ", " + limit,
                    Optional.empty());
        }
        return decision instanceof Decision.Cull cull
                ? new Verdict.Due(kernel, Optional.of(activity), cull.idle().toSeconds(), cull.why(),
                        Optional.empty())
                : new Verdict.Remains(kernel, Optional.of(activity), decision, keepUntil);
    }

    /** Judges the kernels that remain, and that the limits of the gateway leave no place, again. */
    private List<Verdict> withinLimits(List<Verdict> verdicts) {
        beyondLimits = limits.victims(remaining(verdicts), index.waiting(gateway, run.now()), run.now());
        return verdicts.stream().map(verdict -> verdict instanceof Verdict.Remains remains
                && beyondLimits.containsKey(GatewayLimits.name(remains.kernel().reference()))
                        ? judge(remains.kernel(), remains.activity().orElseThrow())
                        : verdict)
                .toList();
    }

    private List<Kernel> remaining(List<? extends Verdict> verdicts) {
        return select(verdicts, Verdict.Remains.class).map(each -> limits.kernel(each.kernel(), each.activity(),
                each.keepUntil().map(KeepUntil::until))).toList();
    }

    /** Returns the decision that a limit of the gateway needs another run, if it does. */
    private Stream<Decision> retryForLimits(List<? extends Verdict> verdicts) {
        return limits.next(remaining(verdicts), index.waiting(gateway, run.now()), run.now()).stream()
                .map(at -> new Decision.Keep(at, "beyond a limit of its gateway"));
    }

    /** Returns the verdict on a kernel whose resources a pod waits for; empty if it is not culled for the pod. */
    private Optional<Verdict> judge(IndexedKernel kernel, KernelActivity activity, String waitingPod) {
        CullSettings early = CullSettings.forWaitingPods(gateway);
        Optional<Instant> keepUntil = kernel.keepUntil()
                .map(value -> KeepUntil.of(value, activity.lastActivity(), early).until());
        return CullPolicy.decide(activity, keepUntil, early, run.now()) instanceof Decision.Cull cull
                ? Optional.of(new Verdict.Due(kernel, Optional.of(activity), cull.idle().toSeconds(), cull.why(),
                        Optional.of(waitingPod)))
                : Optional.empty();
    }

    private Verdict judgeUnlisted(IndexedKernel kernel) {
        TerminatingKernel begun = recorded.get(kernel.reference().getUid());
        if (begun != null) {
            // An earlier run has deleted the kernel at the gateway.
            return new Verdict.Due(kernel, Optional.empty(), begun.idleSeconds(), "not listed by its gateway",
                    Optional.ofNullable(begun.waitingPod()));
        }
        Optional<KeepUntil> keepUntil = kernel.keepUntil()
                .map(value -> KeepUntil.of(value, kernel.pod().created(), settings));
        Decision decision = CullPolicy.decideUnlisted(kernel.pod().created(), kernel.launchTimeout(),
                keepUntil.map(KeepUntil::until), settings, run.started(), run.now());
        return decision instanceof Decision.Reclaim
                ? new Verdict.Due(kernel, Optional.empty(), 0, decision.why(), Optional.empty())
                : new Verdict.Remains(kernel, Optional.empty(), decision, keepUntil);
    }

    /** Records kernels, and then deletes them. */
    private List<Verdict> delete(List<Verdict.Due> due) {
        if (run.dryRun() || due.isEmpty()) {
            return due.stream().<Verdict>map(each -> new Verdict.Deleted(each, true)).toList();
        }
        try {
            gateway = run.status().begin(gateway, due.stream().map(each -> each.toRecord(run.id())).toList());
        } catch (KubernetesClientException e) {
            run.failed(e);
            return due.stream().<Verdict>map(this::undecided).toList();
        }
        return Parallel.map(due, KERNELS_AT_ONCE, each -> {
            try {
                return each.activity().isPresent()
                        ? deleteAtGateway(each)
                        : new Verdict.Deleted(each, run.termination().delete(each.kernel()));
            } catch (KubernetesClientException e) {
                run.failed(e);
                return undecided(each);
            }
        });
    }

    private Verdict undecided(Verdict.Due due) {
        return new Verdict.Undecided(due, new Decision.Keep(run.now().plus(RETRY), "not deleted yet"));
    }

    /**
     * Deletes a kernel at the gateway, which restarts a kernel whose pod disappears while a notebook is open on it, and ensures that
     * its pod is deleted. Its activity is read again immediately before, because it may have been used since.
     */
    private Verdict deleteAtGateway(Verdict.Due due) {
        IndexedKernel kernel = due.kernel();
        Optional<KernelActivity> current;
        try {
            current = session.kernel(kernel.id());
        } catch (GatewayException e) {
            return new Verdict.Remains(kernel, due.activity(),
                    new Decision.Keep(run.now().plus(RETRY), "its gateway " + e.getMessage()), Optional.empty());
        }
        Verdict confirmed = current.map(activity -> judge(kernel, activity)).orElse(due);
        if (!(confirmed instanceof Verdict.Due)) {
            return confirmed;
        }
        try {
            boolean byThis = current.isPresent() && session.delete(kernel.id());
            run.termination().delete(kernel);
            return new Verdict.Deleted(due, byThis);
        } catch (GatewayException e) {
            return new Verdict.Undecided(due,
                    new Decision.Keep(run.now().plus(RETRY), "its gateway " + e.getMessage()));
        }
    }

    /** Schedules the next cull, counts, and reports: in this order, so that the status has the schedule and Events cost nothing. */
    private CullResult finish(List<? extends Verdict> verdicts) {
        List<Verdict.Deleted> deleted = select(verdicts, Verdict.Deleted.class).toList();
        List<Verdict.Remains> remaining = select(verdicts, Verdict.Remains.class).toList();
        List<Verdict.Undecided> undecided = select(verdicts, Verdict.Undecided.class).toList();
        Optional<Instant> next = next(Stream.of(remaining.stream().map(Verdict.Remains::decision),
                undecided.stream().map(Verdict.Undecided::retry), retryForLimits(verdicts))
                .flatMap(Function.identity()).toList());
        List<Verdict.Deleted> byThis = deleted.stream().filter(Verdict.Deleted::byThis).toList();
        if (!run.dryRun()) {
            Optional<Armed> armed = arm(next);
            next = scheduled(armed);
            Map<Boolean, Set<String>> byUs = deleted.stream().collect(Collectors.partitioningBy(
                    each -> each.byThis() || recorded.containsKey(uid(each.due().kernel())) && each.due().isUnlisted(),
                    Collectors.mapping(each -> uid(each.due().kernel()), Collectors.toSet())));
            CullStatus.Outcome outcome = outcome(byUs.get(true), byUs.get(false),
                    remaining.stream().map(each -> uid(each.kernel())).collect(Collectors.toSet()), armed);
            List<CullStatus.Listed> listed = Stream.concat(
                    remaining.stream().map(each -> each.activity().map(at -> new CullStatus.Listed(each.kernel(), at))),
                    undecided.stream().map(Verdict.Undecided::due)
                            .map(due -> due.activity().map(at -> new CullStatus.Listed(due.kernel(), at))))
                    .flatMap(Optional::stream).toList();
            attempt(() -> run.status().write(gateway, listed, outcome));
            Parallel.map(remaining, KERNELS_AT_ONCE, this::report);
            byThis.forEach(each -> run.termination().record(each.due().kernel(), each.due().activity().isPresent(),
                    each.due().why(), each.due().waitingPod()));
        }
        return result(gateway, run, byThis.stream().map(each -> culled(each.due())).toList(),
                Stream.concat(
                        remaining.stream().filter(each -> each.activity().isPresent())
                                .map(each -> kept(each.kernel(), each.decision())),
                        undecided.stream().map(each -> kept(each.due().kernel(), each.retry()))).toList(),
                next, null);
    }

    /** Keeps all kernels and schedules another attempt. */
    private CullResult unreachable(String failure) {
        Duration delay = CullStatus.unreachable(gateway) ? RETRY : Duration.ZERO;
        Optional<Instant> next = next(settings.disabled()
                ? List.of()
                : List.of(new Decision.Keep(run.now().plus(delay), failure)));
        if (!run.dryRun()) {
            Optional<Armed> armed = arm(next);
            next = scheduled(armed);
            attempt(() -> run.status().writeUnreachable(gateway, failure,
                    outcome(Set.of(), Set.of(), Set.of(), armed)));
        }
        return result(gateway, run, List.of(), List.of(), next, "the gateway " + failure);
    }

    /** Returns the outcome of this run. Kernels that an earlier run recorded and that are gone are deleted ones. */
    private CullStatus.Outcome outcome(Set<String> deleted, Set<String> deletedByOthers, Set<String> kept,
            Optional<Armed> armed) {
        return new CullStatus.Outcome(new CullTotals.Outcome(run.id(),
                recorded.values().stream().map(TerminatingKernel::run).collect(Collectors.toSet()),
                Stream.concat(goneUids(), deleted.stream()).collect(Collectors.toSet()), deletedByOthers, kept), armed);
    }

    private Optional<Instant> next(List<Decision> decisions) {
        return CullSchedule.next(decisions, settings, CullStatus.armed(gateway), run.now());
    }

    /** Returns the instant of the next cull. A request that failed leaves it as it was. */
    private Optional<Instant> scheduled(Optional<Armed> armed) {
        return armed.map(Armed::at).orElseGet(() -> CullStatus.armed(gateway));
    }

    /** Returns what is scheduled; empty when a request failed. */
    private Optional<Armed> arm(Optional<Instant> next) {
        try {
            return Optional.of(run.pingSource().arm(gateway, index.pingSource(gateway), next));
        } catch (KubernetesClientException e) {
            run.failed(e);
            return Optional.empty();
        }
    }

    /**
     * Returns the recorded kernels that have no pod any more. A JupyterKernel that remains is deleted: its function would create the
     * pod again if it never ran.
     */
    private Stream<String> goneUids() {
        Set<String> present = kernels.stream().map(GatewayCull::uid).collect(Collectors.toSet());
        return recorded.keySet().stream().filter(uid -> !present.contains(uid))
                .filter(uid -> attempt(() -> index.jupyterKernel(gateway, uid).ifPresent(run.termination()::delete)));
    }

    private boolean attempt(Runnable requests) {
        try {
            requests.run();
            return true;
        } catch (KubernetesClientException e) {
            run.failed(e);
            return false;
        }
    }

    private boolean report(Verdict.Remains kernel) {
        return attempt(() -> run.status().write(kernel.kernel(), kernel.activity(),
                kernel.activity().flatMap(listed -> kernel.decision().dueTime()), kernel.keepUntil()));
    }

    private static String uid(IndexedKernel kernel) {
        return kernel.reference().getUid();
    }

    private static <V extends Verdict> Stream<V> select(List<? extends Verdict> verdicts, Class<V> type) {
        return verdicts.stream().filter(type::isInstance).map(type::cast);
    }

    private static Culled culled(Verdict.Due due) {
        return new Culled(due.kernel().id(), due.kernel().pod().name(), due.idleSeconds(),
                due.kernel().pod().requests(),
                due.why());
    }

    private static Kept kept(IndexedKernel kernel, Decision decision) {
        return new Kept(kernel.id(), decision.dueTime().map(Instant::toString).orElse(null), decision.why());
    }

    private static CullResult result(JupyterGateway gateway, CullRun run, List<Culled> culled, List<Kept> kept,
            Optional<Instant> next, String problem) {
        return new CullResult(gateway.getMetadata().getNamespace(), gateway.getMetadata().getName(), run.dryRun(),
                culled, kept, next.map(Instant::toString).orElse(null), problem);
    }
}
