package io.elasticjupyter.deadletter;

import io.cloudevents.CloudEvent;
import io.elasticjupyter.api.v1alpha1.JupyterResource;
import io.elasticjupyter.event.EventFunction;
import io.elasticjupyter.event.FunctionResult;
import io.elasticjupyter.event.ResourceEvent;
import io.elasticjupyter.event.ResourceId;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Records events that the Broker could not deliver on the resources that they are about.
 *
 * <p>The result's type is {@value #TYPE}. Its outcome is {@code marked}, or {@code ignored} if there is no such resource or
 * a failed delivery was recorded on it shortly before.
 */
public final class DeadLetterFunction implements EventFunction {

    /** The type of the results. */
    static final String TYPE = "io.elasticjupyter.deadlettered";

    private final FailedDeliveryRecorder recorder;

    /** Creates the function. */
    public DeadLetterFunction(KubernetesClient client, Clock clock) {
        this.recorder = new FailedDeliveryRecorder(client, clock);
    }

    @Override
    public String name() {
        return "deadLetter";
    }

    @Override
    public FunctionResult apply(CloudEvent event) {
        DeadLetter letter = DeadLetter.of(event);
        Optional<ResourceId> about = about(event);
        boolean marked = about.filter(resource -> recorder.record(resource, letter)).isPresent();
        Map<String, String> data = new LinkedHashMap<>();
        letter.function().ifPresent(function -> data.put("function", function));
        data.put("failure", letter.failure());
        about.ifPresent(resource -> data.put("resource", resource.toString()));
        return new FunctionResult(TYPE, marked ? "marked" : "ignored", data,
                "%s; the resource is %s".formatted(letter.failure(),
                        about.map(ResourceId::toString).orElse("no resource of these kinds")));
    }

    /** Returns the resource, or the owner of the child, that the event is about; empty for a result of a function. */
    private static Optional<ResourceId> about(CloudEvent event) {
        if (!event.getType().startsWith(ResourceEvent.TYPE_PREFIX)) {
            return Optional.empty();
        }
        ResourceEvent resource = ResourceEvent.of(event);
        return Stream.concat(Stream.of(resource.subject()), resource.owner().stream())
                .filter(id -> id.group().equals(JupyterResource.GROUP)).findFirst();
    }
}
