package io.elasticjupyter.local;

import io.cloudevents.CloudEvent;
import io.elasticjupyter.local.ResourceEvents.Change;
import io.fabric8.knative.sources.v1.APIVersionKindSelector;
import io.fabric8.knative.sources.v1.ApiServerSource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Stands in for Knative's ApiServerSource: watches the resources that the manifest names and sends an event for every change.
 *
 * <p>Unlike the real one it sends an {@code add} for every object that exists when it starts. In a cluster a resync function
 * looks after those from time to time; on a laptop there is none yet.
 */
record ResourceSource(List<SharedIndexInformer<GenericKubernetesResource>> informers) implements AutoCloseable {

    static ResourceSource start(KubernetesClient client, ApiServerSource source, URI apiServer,
            Consumer<CloudEvent> sink) {
        if (!"Resource".equals(source.getSpec().getMode())) {
            throw new IllegalStateException("the local runner knows only ApiServerSources of mode Resource");
        }
        var events = new ResourceEvents(apiServer);
        var started = new ResourceSource(new ArrayList<>());
        try {
            for (APIVersionKindSelector watched : source.getSpec().getResources()) {
                var handler = new Handler(events, sink);
                var all = client.genericKubernetesResources(watched.getApiVersion(), watched.getKind());
                var there = everywhere(source)
                        ? all.inAnyNamespace()
                        : all.inNamespace(source.getMetadata().getNamespace());
                started.informers.add(watched.getSelector() == null
                        ? there.inform(handler)
                        : there.withLabelSelector(watched.getSelector()).inform(handler));
            }
        } catch (KubernetesClientException e) {
            started.close();
            throw new StartFailure("cannot watch the resources: " + ApiServer.reason(e), e);
        }
        return started;
    }

    /** No selector means the source's own namespace, an empty one means all of them. */
    private static boolean everywhere(ApiServerSource source) {
        LabelSelector selector = source.getSpec().getNamespaceSelector();
        if (selector == null) {
            return false;
        }
        if (selector.getMatchLabels().isEmpty() && selector.getMatchExpressions().isEmpty()) {
            return true;
        }
        throw new IllegalStateException("the local runner knows only an empty namespaceSelector");
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
            // After a broken watch everything is listed anew, also what did not change.
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
