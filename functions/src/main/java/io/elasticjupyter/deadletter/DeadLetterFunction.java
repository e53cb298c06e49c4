package io.elasticjupyter.deadletter;

import io.cloudevents.CloudEvent;
import io.elasticjupyter.api.v1alpha1.JupyterKernel;
import io.elasticjupyter.api.v1alpha1.JupyterResource;
import io.elasticjupyter.event.EventFunction;
import io.elasticjupyter.event.FunctionResult;
import io.elasticjupyter.event.ResourceEvent;
import io.elasticjupyter.event.ResourceId;
import io.elasticjupyter.kubernetes.WatchedNamespaces;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Records events that the Broker could not deliver on the resources that they are about.
 *
 * <p>The result's type is {@value #TYPE}. Its outcome is {@code marked}, or {@code ignored} if there is no such resource or
 * a failed delivery was recorded on it shortly before.
 */
public final class DeadLetterFunction implements EventFunction {

    /** The type of the results. */
    static final String TYPE = "io.elasticjupyter.deadlettered";

    private final WatchedNamespaces namespaces;
    private final FailedDeliveryRecorder recorder;

    /** Creates the function. */
    public DeadLetterFunction(WatchedNamespaces namespaces, Clock clock) {
        this.namespaces = namespaces;
        this.recorder = new FailedDeliveryRecorder(namespaces.client(), clock);
    }

    @Override
    public String name() {
        return "deadLetter";
    }

    @Override
    public FunctionResult apply(CloudEvent event) {
        DeadLetter letter = DeadLetter.of(event);
        Optional<ResourceId> about = about(event, letter).filter(it -> namespaces.isWatched(it.namespace()));
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
    private static Optional<ResourceId> about(CloudEvent event, DeadLetter letter) {
        if (!event.getType().startsWith(ResourceEvent.TYPE_PREFIX)) {
            return Optional.empty();
        }
        ResourceId changed = ResourceEvent.of(event).subject();
        return isOurs(changed) ? Optional.of(changed) : owner(changed, letter);
    }

    private static boolean isOurs(ResourceId id) {
        return id.group().equals(JupyterResource.GROUP);
    }

    /** A watched child has the name of its owner. The kind of the owner is that of the function that was called. */
    private static Optional<ResourceId> owner(ResourceId child, DeadLetter letter) {
        return letter.kind().or(() -> child.isA(Pod.class)
                ? Optional.of(HasMetadata.getKind(JupyterKernel.class))
                : Optional.empty())
                .map(kind -> new ResourceId(JupyterResource.GROUP + "/" + JupyterResource.VERSION, kind,
                        child.namespace(), child.name()));
    }
}
