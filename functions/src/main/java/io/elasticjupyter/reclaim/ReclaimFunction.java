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
import io.elasticjupyter.reclaim.policy.kueue.Workload;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Culls idle kernels before they are due, so that pods that ask for it and that no node has room for can run, and Workloads of Kueue
 * that ask for it get quota.
 *
 * <p>An event about a pod or a Workload that does not wait costs one read. Otherwise one run decides for all pods that wait, or for all
 * Workloads; events that arrive while it runs share the next one. The result's type is {@value #TYPE}. Its outcome is
 * {@code reclaimed} if a kernel was deleted, {@code waiting} if none was, and {@code ignored} if there was no run; its data lists a
 * {@link ReclaimResult} for each pod or Workload that waits.
 */
public final class ReclaimFunction implements EventFunction {

    /** The type of the results. */
    static final String TYPE = "io.elasticjupyter.reclaimed";

    private static final String FIELD_MANAGER = "elastic-jupyter-reclaim";

    private final WatchedNamespaces namespaces;
    private final boolean kueue;
    private final ReclaimRuns forPods;
    private final ReclaimRuns forWorkloads;

    /**
     * Creates the function.
     *
     * @param gatewayUrl the address of a gateway, with {@code {name}} and {@code {namespace}}
     * @param sink where the PingSources of gateways send their events
     * @param kueue whether a request for all that waits is for Workloads of Kueue, too
     */
    public ReclaimFunction(WatchedNamespaces namespaces, Clock clock, MeterRegistry meters, String gatewayUrl,
            PingSink sink, boolean kueue) {
        this.namespaces = namespaces;
        this.kueue = kueue;
        KernelReclaim reclaim = new KernelReclaim(namespaces, gatewayUrl, sink, clock, meters);
        forPods = runs(new WaitingPods(namespaces.client()), reclaim, clock);
        forWorkloads = runs(new WaitingWorkloads(namespaces.client()), reclaim, clock);
    }

    private ReclaimRuns runs(Demand demand, KernelReclaim reclaim, Clock clock) {
        return new ReclaimRuns(demand, new Reclaim(demand, reclaim,
                new EventRecorder(namespaces.client(), FIELD_MANAGER, clock), clock), clock);
    }

    @Override
    public String name() {
        return "reclaimKernels";
    }

    /** Returns what an event names: whoever knows its derived key can only repeat what its own events do. */
    @Override
    public Optional<ResourceId> soleResource(CloudEvent event) {
        return ReclaimRequest.of(event).waiting();
    }

    @Override
    public FunctionResult apply(CloudEvent event) {
        ReclaimRequest request = ReclaimRequest.of(event);
        if (namespaces.only().isPresent()) {
            throw new BadEventException("The functions watch only namespace '" + namespaces.only().get()
                    + "', and reclaim needs the nodes and pods of the whole cluster. Remove the source of the event.");
        }
        List<ReclaimRuns.Answer> answers = runs(request).stream().map(runs -> runs.answer(event, request)).toList();
        List<ReclaimResult> results = answers.stream().flatMap(each -> each.results().stream()).toList();
        if (answers.stream().allMatch(each -> each.ignored().isPresent())) {
            return about(request, new FunctionResult(TYPE, "ignored", Map.of("pods", List.of()), answers.stream()
                    .flatMap(each -> each.ignored().stream()).distinct().collect(Collectors.joining(", "))));
        }
        int culled = answers.stream().mapToInt(ReclaimRuns.Answer::culled).sum();
        return about(request, new FunctionResult(TYPE, culled > 0 ? "reclaimed" : "waiting",
                Map.of("pods", results),
                "%d wait: %d kernels deleted".formatted(results.size(), culled)))
                .with("pods", results.size()).with("kernels", culled);
    }

    private List<ReclaimRuns> runs(ReclaimRequest request) {
        if (request.waiting().isPresent()) {
            return List.of(request.waiting().get().isA(Workload.class) ? forWorkloads : forPods);
        }
        return kueue ? List.of(forPods, forWorkloads) : List.of(forPods);
    }

    private static FunctionResult about(ReclaimRequest request, FunctionResult result) {
        return request.waiting().map(result::about).orElse(result);
    }
}
