package io.elasticjupyter.cull;

import io.cloudevents.CloudEvent;
import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.event.Answer;
import io.elasticjupyter.event.EventFunction;
import io.elasticjupyter.kubernetes.WatchedNamespaces;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.BeanRegistrar;
import org.springframework.beans.factory.BeanRegistry;
import org.springframework.core.env.Environment;

/**
 * The cull function. Its answer's type is {@value #TYPE}; its {@code outcome} is {@code culled} when a kernel was deleted,
 * {@code unknown} when a gateway could not be asked, and else {@code kept}; its data lists a {@link CullResult} for each
 * gateway.
 */
public final class CullFunction implements BeanRegistrar {

    /** The type of the answers. */
    static final String TYPE = "io.elasticjupyter.culled";

    private static final String IN_CLUSTER = "http://{name}.{namespace}.svc:8888";

    private static final Logger log = LoggerFactory.getLogger(CullFunction.class);

    @Override
    public void register(BeanRegistry beans, Environment environment) {
        String gatewayUrl = environment.getProperty("elastic-jupyter.gateway-url", IN_CLUSTER);
        PingSink sink = PingSink.named(environment.getProperty("elastic-jupyter.cull-sink", "broker"));
        beans.registerBean("cullKernels", EventFunction.class,
                bean -> bean.supplier(context -> new EventFunction("cullKernels",
                        cullKernels(context.bean(WatchedNamespaces.class), context.bean(Clock.class),
                                context.bean(MeterRegistry.class), gatewayUrl, sink))));
    }

    private static Function<CloudEvent, CloudEvent> cullKernels(WatchedNamespaces namespaces, Clock clock,
            MeterRegistry meters, String gatewayUrl, PingSink sink) {
        GatewayClient gatewayClient = new GatewayClient(gatewayUrl, clock);
        CullMetrics metrics = new CullMetrics(meters);
        return event -> {
            long start = System.nanoTime();
            CullRequest request = CullRequest.of(event);
            List<CullResult> reports = GatewayCull.cullAll(gateways(namespaces, request),
                    new CullRun(namespaces.client(), gatewayClient, sink, clock, request.dryRun()));
            metrics.count(reports);
            String outcome = outcome(reports);
            log.atInfo()
                    .addKeyValue("function", "cullKernels")
                    .addKeyValue("outcome", outcome)
                    .addKeyValue("gateways", reports.size())
                    .addKeyValue("event", event.getId())
                    .addKeyValue("millis", (System.nanoTime() - start) / 1_000_000)
                    .log("looked at {} gateways: {} kernels deleted, {} kept", reports.size(),
                            reports.stream().mapToInt(report -> report.culled().size()).sum(),
                            reports.stream().mapToInt(report -> report.kept().size()).sum());
            return Answer.of(TYPE, "cullKernels", clock, Map.of("gateways", reports)).withExtension("outcome", outcome)
                    .build();
        };
    }

    private static List<JupyterGateway> gateways(WatchedNamespaces namespaces, CullRequest request) {
        if (request.gateway().isPresent()) {
            return namespaces
                    .find(JupyterGateway.class, request.namespace().orElseThrow(), request.gateway().get())
                    .filter(gateway -> !gateway.isMarkedForDeletion()).stream().toList();
        }
        List<JupyterGateway> gateways = new ArrayList<>();
        request.namespace().map(namespace -> namespaces.in(namespace, JupyterGateway.class))
                .orElseGet(() -> namespaces.all(JupyterGateway.class)).forEach(gateways::add);
        return gateways;
    }

    private static String outcome(List<CullResult> reports) {
        if (reports.stream().anyMatch(report -> !report.culled().isEmpty())) {
            return "culled";
        }
        return reports.stream().anyMatch(report -> report.problem() != null) ? "unknown" : "kept";
    }
}
