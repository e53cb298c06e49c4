package io.elasticjupyter.local;

import io.cloudevents.CloudEvent;
import io.elasticjupyter.local.ResourceEvents.Change;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Replaces the adapters of Knative's sources: watches the resources that the manifests name and sends an event for every
 * change.
 *
 * <p>Unlike Knative's adapters, it sends an {@code add} for every object that exists when it starts. In a cluster, the start of
 * a source calls the resync function instead.
 */
record ResourceSource(List<SharedIndexInformer<GenericKubernetesResource>> informers) implements AutoCloseable {

    static ResourceSource start(KubernetesClient client, List<WatchedResource> resources, URI apiServer,
            Consumer<CloudEvent> sink) {
        var started = new ResourceSource(new ArrayList<>());
        try {
            resources.forEach(watched -> started.informers.add(
                    watched.inform(client,
                            new Handler(new ResourceEvents(apiServer, watched.mode(), watched.extensions()), sink))));
        } catch (KubernetesClientException e) {
            started.close();
            throw new StartFailure("cannot watch the resources: " + ApiServer.reason(e), e);
        }
        return started;
    }

    @Override
    public void close() {
        informers.forEach(SharedIndexInformer::close);
    }

    private record Handler(ResourceEvents events, Consumer<CloudEvent> sink)
            implements
                ResourceEventHandler<GenericKubernetesResource> {

        @Override
        public void onAdd(GenericKubernetesResource object) {
            sink.accept(events.event(Change.ADD, object));
        }

        @Override
        public void onUpdate(GenericKubernetesResource before, GenericKubernetesResource object) {
            // After a broken watch, all objects are listed again, including those that did not change.
            if (!before.getMetadata().getResourceVersion().equals(object.getMetadata().getResourceVersion())) {
                sink.accept(events.event(Change.UPDATE, object));
            }
        }

        @Override
        public void onDelete(GenericKubernetesResource object, boolean lastStateUnknown) {
            sink.accept(events.event(Change.DELETE, object));
        }
    }
}
