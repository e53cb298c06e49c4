package io.elasticjupyter.reclaim;

import io.cloudevents.CloudEvent;
import io.elasticjupyter.cull.KernelReclaim;
import io.elasticjupyter.cull.PingSink;
import io.elasticjupyter.event.BadEventException;
import io.elasticjupyter.event.EventFunction;
import io.elasticjupyter.event.FunctionResult;
import io.elasticjupyter.event.ResourceId;
import io.elasticjupyter.kubernetes.EventRecorder;
import io.elasticjupyter.kubernetes.WatchedNamespaces;
import io.elasticjupyter.reclaim.policy.PodName;
import io.elasticjupyter.reconcile.Coalescing;
import io.fabric8.kubernetes.api.model.Pod;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Culls idle kernels before they are due, so that pods that ask for it and that no node has room for can run.
 *
 * <p>An event about a pod that does not wait costs one read. Otherwise one run decides for all pods that wait; events that arrive while
 * it runs share the next one. The result's type is {@value #TYPE}. Its outcome is {@code reclaimed} if a kernel was deleted,
 * {@code waiting} if none was, and {@code ignored} if there was no run; its data lists a {@link ReclaimResult} for each pod that waits.
 */
public final class ReclaimFunction implements EventFunction {

    /** The type of the results. */
    static final String TYPE = "io.elasticjupyter.reclaimed";

    private static final String FIELD_MANAGER = "elastic-jupyter-reclaim";

    private final WatchedNamespaces namespaces;
    private final Reclaim reclaim;
    private final Clock clock;

    /** All runs are for all pods, so that there is one key. */
    private final Coalescing<Class<Reclaim>, Reclaim.Outcome> runs = new Coalescing<>();

    private volatile Seen seen = new Seen(Instant.MIN, Map.of());

    /**
     * The pods that the last run decided on.
     *
     * @param started when it started
     * @param versions the versions of the pods
     */
    private record Seen(Instant started, Map<PodName, String> versions) {

        /** Returns whether an event can be about nothing that the run has not seen. */
        boolean covers(CloudEvent event, Pod pod) {
            return event.getTime() != null && event.getTime().toInstant().isBefore(started)
                    && pod.getMetadata().getResourceVersion().equals(versions.get(
                            new PodName(pod.getMetadata().getNamespace(), pod.getMetadata().getName())));
        }
    }

    /**
     * Creates the function.
     *
     * @param gatewayUrl the address of a gateway, with {@code {name}} and {@code {namespace}}
     * @param sink where the PingSources of gateways send their events
     */
    public ReclaimFunction(WatchedNamespaces namespaces, Clock clock, MeterRegistry meters, String gatewayUrl,
            PingSink sink) {
        this.namespaces = namespaces;
        this.clock = clock;
        this.reclaim = new Reclaim(namespaces.client(),
                new KernelReclaim(namespaces, gatewayUrl, sink, clock, meters),
                new EventRecorder(namespaces.client(), FIELD_MANAGER, clock), clock);
    }

    @Override
    public String name() {
        return "reclaimKernels";
    }

    /** Returns the pod that an event names: whoever knows the derived key of a pod can only repeat what the pod's own events do. */
    @Override
    public Optional<ResourceId> soleResource(CloudEvent event) {
        return ReclaimRequest.of(event).pod();
    }

    @Override
    public FunctionResult apply(CloudEvent event) {
        ReclaimRequest request = ReclaimRequest.of(event);
        if (namespaces.only().isPresent()) {
            throw new BadEventException("The functions watch only namespace '" + namespaces.only().get()
                    + "', and reclaim needs the nodes and pods of the whole cluster. Remove the source of the event.");
        }
        List<Pod> waiting = waiting(request);
        if (waiting.isEmpty()) {
            return ignored(request, "no pod waits for resources of idle kernels");
        }
        if (waiting.stream().allMatch(pod -> seen.covers(event, pod))) {
            return ignored(request, "a run after the event has decided on the pod");
        }
        AtomicBoolean mine = new AtomicBoolean();
        Reclaim.Outcome outcome = runs.share(Reclaim.class, () -> {
            mine.set(true);
            return run();
        });
        failIfNeeded(outcome);
        // Outside of the run, so that others need not wait for the scheduler.
        if (mine.get() && !reclaim.awaitBound(outcome)) {
            Reclaim.Outcome again = runs.share(Reclaim.class, this::run);
            reclaim.reportUnbound(outcome, again);
            failIfNeeded(again);
        }
        int culled = outcome.pods().stream().mapToInt(each -> each.culled().size()).sum();
        return about(request, new FunctionResult(TYPE, culled > 0 ? "reclaimed" : "waiting",
                Map.of("pods", outcome.pods()),
                "%d pods wait: %d kernels deleted".formatted(outcome.pods().size(), culled)))
                .with("pods", outcome.pods().size()).with("kernels", culled);
    }

    /**
     * Returns the pods that wait and that a request is about. If the pod of a PingSource does not wait any more, or is deleted, others
     * may have relied on its PingSource.
     */
    private List<Pod> waiting(ReclaimRequest request) {
        List<Pod> found = request.deleted()
                ? List.of()
                : request.pod().map(this::find).orElseGet(List::of).stream().filter(WaitingPods::isWaiting).toList();
        return found.isEmpty() && request.forAll()
                ? all().stream().filter(WaitingPods::isWaiting).toList()
                : found;
    }

    private List<Pod> find(ResourceId pod) {
        return Optional.ofNullable(
                namespaces.client().pods().inNamespace(pod.namespace()).withName(pod.name()).get()).stream().toList();
    }

    private List<Pod> all() {
        return namespaces.client().pods().inAnyNamespace().withLabel(WaitingPods.LABEL, WaitingPods.IDLE_KERNELS)
                .withField("status.phase", "Pending").list().getItems();
    }

    private static void failIfNeeded(Reclaim.Outcome outcome) {
        outcome.failure().ifPresent(failure -> {
            throw failure;
        });
    }

    private Reclaim.Outcome run() {
        Instant started = clock.instant();
        Reclaim.Outcome outcome = reclaim.run();
        if (outcome.failure().isEmpty()) {
            seen = new Seen(started, outcome.versions());
        }
        return outcome;
    }

    private static FunctionResult ignored(ReclaimRequest request, String why) {
        return about(request, new FunctionResult(TYPE, "ignored", Map.of("pods", List.of()), why));
    }

    private static FunctionResult about(ReclaimRequest request, FunctionResult result) {
        return request.pod().map(result::about).orElse(result);
    }
}
