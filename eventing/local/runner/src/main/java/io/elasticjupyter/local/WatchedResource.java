package io.elasticjupyter.local;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.elasticjupyter.local.ResourceEvents.Mode;
import io.fabric8.knative.duck.v1.CloudEventOverrides;
import io.fabric8.knative.sources.v1.APIVersionKindSelector;
import io.fabric8.knative.sources.v1.ApiServerSource;
import io.fabric8.knative.sources.v1.ContainerSource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceList;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.MixedOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A resource that a source of {@code eventing/knative} watches.
 *
 * @param apiVersion the group and version
 * @param name the kind or, if {@code exact}, the plural
 * @param exact whether the source names the resource itself instead of its kind
 * @param selector the label selector, or null for all objects
 * @param mode what the events carry
 * @param extensions the extensions that the source adds to the events
 */
record WatchedResource(String apiVersion, String name, boolean exact, LabelSelector selector, Mode mode,
        Map<String, String> extensions) {

    /** Labels that Knative sets on the Deployments of its adapters. These Deployments do not exist here. */
    private static final List<String> ADAPTERS = List.of("eventing.knative.dev/sourceName",
            "sources.knative.dev/containerSource");

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Returns what an ApiServerSource watches. */
    static Stream<WatchedResource> of(ApiServerSource source) {
        Mode mode = Mode.of(source.getSpec().getMode());
        LabelSelector namespaces = source.getSpec().getNamespaceSelector();
        if (namespaces == null || !namespaces.getMatchLabels().isEmpty()
                || !namespaces.getMatchExpressions().isEmpty()) {
            throw new IllegalStateException("the local runner supports only an empty namespaceSelector");
        }
        Map<String, String> extensions = extensions(source.getSpec().getCeOverrides());
        return source.getSpec().getResources().stream().map(resource -> of(resource, mode, extensions))
                .filter(WatchedResource::isHere);
    }

    private static WatchedResource of(APIVersionKindSelector watched, Mode mode, Map<String, String> extensions) {
        return new WatchedResource(watched.getApiVersion(), watched.getKind(), false, watched.getSelector(), mode,
                extensions);
    }

    private static Map<String, String> extensions(CloudEventOverrides overrides) {
        return overrides == null ? Map.of() : Map.copyOf(overrides.getExtensions());
    }

    /** Returns the resources in the {@code K_SOURCE_CONFIG} of a ContainerSource that runs Knative's receive adapter. */
    static Stream<WatchedResource> of(ContainerSource source) {
        List<WatchedResource> watched = new ArrayList<>();
        String config = source.getSpec().getTemplate().getSpec().getContainers().getFirst().getEnv().stream()
                .filter(variable -> variable.getName().equals("K_SOURCE_CONFIG")).findFirst().orElseThrow().getValue();
        try {
            JsonNode json = JSON.readTree(config);
            for (JsonNode resource : json.path("resources")) {
                JsonNode gvr = resource.path("gvr");
                watched.add(new WatchedResource(gvr.path("Group").asText() + "/" + gvr.path("Version").asText(),
                        gvr.path("Resource").asText(), true, selector(resource.path("selector").asText()),
                        Mode.of(json.path("mode").asText()), extensions(source.getSpec().getCeOverrides())));
            }
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("K_SOURCE_CONFIG of the ContainerSource is not JSON", e);
        }
        return watched.stream().filter(WatchedResource::isHere);
    }

    private static LabelSelector selector(String labels) {
        if (labels.isEmpty()) {
            return null;
        }
        LabelSelector selector = new LabelSelector();
        for (String label : labels.split(",")) {
            selector.getMatchLabels().put(label.split("=")[0], label.split("=")[1]);
        }
        return selector;
    }

    private boolean isHere() {
        return selector == null || ADAPTERS.stream().noneMatch(selector.getMatchLabels()::containsKey);
    }

    /** Watches the resource in all namespaces. */
    SharedIndexInformer<GenericKubernetesResource> inform(KubernetesClient client,
            ResourceEventHandler<GenericKubernetesResource> handler) {
        var everywhere = operation(client).inAnyNamespace();
        return selector == null ? everywhere.inform(handler) : everywhere.withLabelSelector(selector).inform(handler);
    }

    private MixedOperation<GenericKubernetesResource, GenericKubernetesResourceList, Resource<GenericKubernetesResource>> operation(
            KubernetesClient client) {
        if (!exact) {
            return client.genericKubernetesResources(apiVersion, name);
        }
        return client.genericKubernetesResources(new ResourceDefinitionContext.Builder()
                .withGroup(apiVersion.substring(0, apiVersion.indexOf('/')))
                .withVersion(apiVersion.substring(apiVersion.indexOf('/') + 1))
                .withPlural(name).withNamespaced(true).build());
    }
}
