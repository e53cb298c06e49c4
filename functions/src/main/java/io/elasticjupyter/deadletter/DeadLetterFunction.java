package io.elasticjupyter.deadletter;

import io.cloudevents.CloudEvent;
import io.elasticjupyter.api.v1alpha1.JupyterResource;
import io.elasticjupyter.event.Answer;
import io.elasticjupyter.event.EventFunction;
import io.elasticjupyter.event.ResourceEvent;
import io.elasticjupyter.event.ResourceId;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.BeanRegistrar;
import org.springframework.beans.factory.BeanRegistry;
import org.springframework.core.env.Environment;

/**
 * The function that takes what the Broker gave up, and says so on the resource that the event was about. Its answer's type is
 * {@value #TYPE}; its {@code outcome} is {@code marked}, or {@code ignored} when there is no such resource, or when it was
 * marked shortly before.
 */
public final class DeadLetterFunction implements BeanRegistrar {

    /** The type of the answers. */
    static final String TYPE = "io.elasticjupyter.deadlettered";

    private static final Logger log = LoggerFactory.getLogger(DeadLetterFunction.class);

    @Override
    public void register(BeanRegistry beans, Environment environment) {
        beans.registerBean("deadLetter", EventFunction.class,
                bean -> bean.supplier(context -> new EventFunction("deadLetter",
                        deadLetter(context.bean(KubernetesClient.class), context.bean(Clock.class)))));
    }

    private static Function<CloudEvent, CloudEvent> deadLetter(KubernetesClient client, Clock clock) {
        FailedDeliveryRecorder recorder = new FailedDeliveryRecorder(client, clock);
        return event -> {
            DeadLetter letter = DeadLetter.of(event);
            Optional<ResourceId> about = about(event);
            boolean marked = about.filter(resource -> recorder.record(resource, letter)).isPresent();
            String outcome = marked ? "marked" : "ignored";
            log.atWarn()
                    .addKeyValue("function", "deadLetter")
                    .addKeyValue("outcome", outcome)
                    .addKeyValue("event", event.getId())
                    .log("{} {}; the event was about {}", letter.function(), letter.failure(),
                            about.map(ResourceId::toString).orElse("nothing of ours"));
            Map<String, String> data = new LinkedHashMap<>();
            data.put("function", letter.function());
            data.put("failure", letter.failure());
            about.ifPresent(resource -> data.put("resource", resource.toString()));
            return Answer.of(TYPE, "deadLetter", clock, data).withExtension("outcome", outcome).build();
        };
    }

    /** The resource itself, or that of the child that changed. An answer that somebody's Trigger did not take is about none. */
    private static Optional<ResourceId> about(CloudEvent event) {
        if (!event.getType().startsWith(ResourceEvent.TYPE_PREFIX)) {
            return Optional.empty();
        }
        ResourceEvent resource = ResourceEvent.of(event);
        return Stream.concat(Stream.of(resource.subject()), resource.owner().stream())
                .filter(id -> id.group().equals(JupyterResource.GROUP)).findFirst();
    }
}
