package io.elasticjupyter.application;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.api.v1alpha1.JupyterKernel;
import io.elasticjupyter.event.EventFunction;
import io.elasticjupyter.event.EventKey;
import io.elasticjupyter.event.FunctionResult;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;
import org.springframework.stereotype.Component;

/** Calls a function: times the call, logs its result in one line, and turns the result into a CloudEvent. */
@Component
class FunctionInvoker {

    private static final Logger log = LoggerFactory.getLogger(FunctionInvoker.class);

    private final MeterRegistry meters;
    private final KubernetesClient client;
    private final Clock clock;
    private final EventKey key;

    FunctionInvoker(MeterRegistry meters, KubernetesClient client, Clock clock, EventKey key) {
        this.meters = meters;
        this.client = client;
        this.clock = clock;
        this.key = key;
    }

    /**
     * Returns the result of the function as an event that has nothing of the event that it was called with.
     *
     * @throws io.elasticjupyter.event.UnauthenticatedException if the event does not have the key that it needs
     */
    CloudEvent invoke(EventFunction function, CloudEvent event) {
        if (!function.authenticatesSender()) {
            key.require(event, () -> function.soleResource(event));
        }
        Timer.Sample call = Timer.start(meters);
        long start = System.nanoTime();
        String outcome = "failed";
        try {
            FunctionResult result = function.apply(event);
            outcome = result.outcome();
            log(function, event, result, (System.nanoTime() - start) / 1_000_000);
            return event(function, result);
        } finally {
            call.stop(Timer.builder("elastic.jupyter.function").description("Calls of a function, by outcome")
                    .tag("function", function.name()).tag("outcome", outcome).register(meters));
        }
    }

    private static void log(EventFunction function, CloudEvent event, FunctionResult result, long millis) {
        LoggingEventBuilder line = log.atInfo().addKeyValue("function", function.name())
                .addKeyValue("outcome", result.outcome()).addKeyValue("event", event.getId())
                .addKeyValue("millis", millis);
        if (result.resource().isPresent()) {
            line = line.addKeyValue("kind", result.resource().get().kind())
                    .addKeyValue("namespace", result.resource().get().namespace())
                    .addKeyValue("name", result.resource().get().name());
        }
        for (var detail : result.details().entrySet()) {
            line = line.addKeyValue(detail.getKey(), detail.getValue());
        }
        line.log("{}", result.summary());
    }

    private CloudEvent event(EventFunction function, FunctionResult result) {
        CloudEventBuilder event = CloudEventBuilder.v1()
                .withId(UUID.randomUUID().toString())
                .withType(result.type())
                .withSource(URI.create("/elastic-jupyter/" + function.name()))
                .withTime(OffsetDateTime.now(clock))
                .withExtension("outcome", result.outcome())
                .withData("application/json",
                        client.getKubernetesSerialization().asJson(result.data()).getBytes(StandardCharsets.UTF_8));
        result.reason().ifPresent(reason -> event.withExtension("reason", reason));
        // The result about a gateway or a kernel can be an event of the cull function.
        result.resource().filter(resource -> resource.isA(JupyterGateway.class) || resource.isA(JupyterKernel.class))
                .flatMap(key::derivedFor)
                .ifPresent(derived -> event.withExtension(EventKey.ATTRIBUTE, derived));
        result.resource().ifPresent(resource -> event
                .withSubject(resource.namespace() + "/" + resource.name())
                .withExtension("kind", resource.kind())
                .withExtension("namespace", resource.namespace())
                .withExtension("name", resource.name()));
        return event.build();
    }
}
