package io.elasticjupyter.cull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The cull function. Its answer's type is {@value #TYPE}; its {@code outcome} is {@code culled} when a kernel was deleted,
 * {@code unknown} when a gateway could not be asked, and else {@code kept}; its data lists a {@link CullReport} for each
 * gateway.
 */
@Configuration(proxyBeanMethods = false)
class CullFunction {

    /** The type of the answers. */
    static final String TYPE = "io.elasticjupyter.culled";

    private static final int GATEWAYS_AT_ONCE = 16;

    private static final Logger log = LoggerFactory.getLogger(CullFunction.class);

    private static final ObjectMapper JSON = new ObjectMapper();

    @Bean
    Function<CloudEvent, CloudEvent> cullKernels(KubernetesClient client, Clock clock,
            @Value("${elastic-jupyter.gateway-url:http://{name}.{namespace}.svc:8888}") String gatewayUrl) {
        Culler culler = new Culler(client, new GatewayClient(gatewayUrl, clock), clock);
        return event -> {
            long start = System.nanoTime();
            CullRequest request = CullRequest.of(event);
            List<CullReport> reports = InParallel.map(gateways(client, request), GATEWAYS_AT_ONCE,
                    gateway -> culler.look(gateway, request.dryRun()));
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
            return answer(reports, outcome, clock);
        };
    }

    private static List<JupyterGateway> gateways(KubernetesClient client, CullRequest request) {
        var all = client.resources(JupyterGateway.class);
        if (request.gateway().isPresent()) {
            JupyterGateway gateway = all.inNamespace(request.namespace().orElseThrow())
                    .withName(request.gateway().get()).get();
            return gateway == null || gateway.isMarkedForDeletion() ? List.of() : List.of(gateway);
        }
        return (request.namespace().isPresent() ? all.inNamespace(request.namespace().get()) : all.inAnyNamespace())
                .list().getItems();
    }

    private static String outcome(List<CullReport> reports) {
        if (reports.stream().anyMatch(report -> !report.culled().isEmpty())) {
            return "culled";
        }
        return reports.stream().anyMatch(report -> report.problem() != null) ? "unknown" : "kept";
    }

    private static CloudEvent answer(List<CullReport> reports, String outcome, Clock clock) {
        try {
            return CloudEventBuilder.v1()
                    .withId(UUID.randomUUID().toString())
                    .withType(TYPE)
                    .withSource(URI.create("/elastic-jupyter/cullKernels"))
                    .withTime(OffsetDateTime.now(clock))
                    .withExtension("outcome", outcome)
                    .withData("application/json", JSON.writeValueAsBytes(Map.of("gateways", reports)))
                    .build();
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
