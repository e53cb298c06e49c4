package io.elasticjupyter.cull;

import io.cloudevents.CloudEvent;
import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.api.v1alpha1.JupyterKernel;
import io.elasticjupyter.event.EventFunction;
import io.elasticjupyter.event.FunctionResult;
import io.elasticjupyter.event.ResourceId;
import io.elasticjupyter.kubernetes.WatchedNamespaces;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Deletes the kernels of one gateway, or of several, that have been idle for longer than their gateway's timeout, and the kernels of a
 * notebook that was deleted.
 *
 * <p>The result's type is {@value #TYPE}. Its outcome is {@code culled} if a kernel was deleted, {@code unknown} if the kernels
 * of a gateway could not be listed, and {@code kept} otherwise; its data lists a {@link CullResult} for each gateway. For
 * a deleted notebook, the data lists the kernels that ended.
 */
public final class CullFunction implements EventFunction {

    /** The type of the results. */
    static final String TYPE = "io.elasticjupyter.culled";

    private final WatchedNamespaces namespaces;
    private final Clock clock;
    private final String gatewayUrl;
    private final PingSink sink;
    private final CullMetrics metrics;

    /**
     * Creates the function.
     *
     * @param gatewayUrl the address of a gateway, with {@code {name}} and {@code {namespace}}
     * @param sink where the PingSources of gateways send their events
     */
    public CullFunction(WatchedNamespaces namespaces, Clock clock, MeterRegistry meters, String gatewayUrl,
            PingSink sink) {
        this.namespaces = namespaces;
        this.clock = clock;
        this.gatewayUrl = gatewayUrl;
        this.sink = sink;
        this.metrics = new CullMetrics(meters);
    }

    @Override
    public String name() {
        return "cullKernels";
    }

    /** Returns the gateway or kernel that an event names, unless it asks for a dry run: only the installation may ask what is running. */
    @Override
    public Optional<ResourceId> soleResource(CloudEvent event) {
        if (NotebookDeletion.of(event).isPresent()) {
            return Optional.empty();
        }
        CullRequest request = CullRequest.of(event);
        if (request.dryRun() || request.namespace().isEmpty()) {
            return Optional.empty();
        }
        String namespace = request.namespace().get();
        return request.gateway().map(gateway -> ResourceId.of(JupyterGateway.class, namespace, gateway))
                .or(() -> request.pod().map(kernel -> ResourceId.of(JupyterKernel.class, namespace, kernel)));
    }

    @Override
    public FunctionResult apply(CloudEvent event) {
        Optional<NotebookDeletion> deletion = NotebookDeletion.of(event);
        return deletion.isPresent() ? endKernels(deletion.get()) : cull(event);
    }

    private FunctionResult endKernels(NotebookDeletion deletion) {
        GatewayClient gateways = new GatewayClient(gatewayUrl, new GatewayTokens(namespaces.client())::of, clock);
        CullRun run = new CullRun(namespaces, gateways, sink, clock, false);
        List<String> ended = deletion.endKernels(namespaces, gateways, run.termination());
        return new FunctionResult(TYPE, ended.isEmpty() ? "kept" : "culled", Map.of("kernels", ended),
                "%d kernels of a deleted notebook ended".formatted(ended.size()))
                .with("notebook", deletion.notebook().namespace() + "/" + deletion.notebook().name());
    }

    private FunctionResult cull(CloudEvent event) {
        CullRequest request = CullRequest.of(event);
        GatewayClient gateways = new GatewayClient(gatewayUrl, new GatewayTokens(namespaces.client())::of, clock);
        CullRun run = new CullRun(namespaces, gateways, sink, clock, request.dryRun());
        List<CullResult> results = GatewayCull.cullAll(gateways(request, run), run);
        metrics.count(results);
        run.failure().ifPresent(failure -> {
            throw failure;
        });
        return new FunctionResult(TYPE, outcome(results), Map.of("gateways", results),
                "%d gateways: %d kernels deleted, %d kept".formatted(results.size(),
                        results.stream().mapToInt(result -> result.culled().size()).sum(),
                        results.stream().mapToInt(result -> result.kept().size()).sum()))
                .with("gateways", results.size());
    }

    /** Returns the requested gateways. The kernels of a gateway that is being deleted are deleted with it. */
    private List<JupyterGateway> gateways(CullRequest request, CullRun run) {
        List<JupyterGateway> found = new ArrayList<>();
        if (request.ended()) {
            String namespace = request.namespace().orElseThrow();
            namespaces.in(namespace, JupyterGateway.class).forEach(gateway -> {
                if (CullStatus.kernels(gateway) != run.kernels(namespace).of(gateway).size()) {
                    found.add(gateway);
                }
            });
        } else if (request.pod().isPresent()) {
            String namespace = request.namespace().orElseThrow();
            run.kernels(namespace).gatewayOfPod(request.pod().get()).ifPresent(owner -> namespaces
                    .find(JupyterGateway.class, namespace, owner.getName())
                    .filter(gateway -> gateway.getMetadata().getUid().equals(owner.getUid())).ifPresent(found::add));
        } else if (request.gateway().isPresent()) {
            namespaces.find(JupyterGateway.class, request.namespace().orElseThrow(), request.gateway().get())
                    .ifPresent(found::add);
        } else {
            request.namespace().map(namespace -> namespaces.in(namespace, JupyterGateway.class))
                    .orElseGet(() -> namespaces.all(JupyterGateway.class)).forEach(found::add);
        }
        return found.stream().filter(gateway -> !gateway.isMarkedForDeletion()).toList();
    }

    private static String outcome(List<CullResult> results) {
        if (results.stream().anyMatch(result -> !result.culled().isEmpty())) {
            return "culled";
        }
        return results.stream().anyMatch(result -> result.problem() != null) ? "unknown" : "kept";
    }
}
