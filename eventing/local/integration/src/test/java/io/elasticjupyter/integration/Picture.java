package io.elasticjupyter.integration;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The objects in a namespace, without the values that differ between any two namespaces: its name, times, UIDs, addresses,
 * versions, and random tokens.
 */
final class Picture {

    private static final List<String> OF_THE_SERVER = List.of("uid", "resourceVersion", "creationTimestamp",
            "managedFields", "generation", "namespace", "selfLink");

    private static final Set<String> TIMES = Set.of("lastTransitionTime", "lastUpdateTime", "startTime");

    private static final List<String> ADDRESSES = List.of("clusterIP", "clusterIPs", "nodePort");

    private Picture() {}

    /** Returns each object by kind and name. */
    static Map<String, JsonNode> of(World world) {
        List<HasMetadata> all = new ArrayList<>(world.resources());
        all.addAll(world.children());
        Map<String, JsonNode> picture = new TreeMap<>();
        for (HasMetadata object : all) {
            String json = Serialization.asJson(object).replace(world.namespace, "HERE");
            for (HasMetadata other : all) {
                json = json.replace(other.getMetadata().getUid(), "UID-" + name(other));
            }
            picture.put(name(object), cleaned(Serialization.unmarshal(json, ObjectNode.class)));
        }
        picture.values().forEach(Picture::hideRandomValues);
        return picture;
    }

    private static String name(HasMetadata object) {
        return object.getKind() + " " + object.getMetadata().getName();
    }

    /** Hashes depend on the UID of a Secret. */
    private static void hideRandomValues(JsonNode object) {
        if (object.at("/metadata/annotations").has("elastic-jupyter.io/generated-token")
                || object.at("/metadata/ownerReferences/0/kind").asText().equals("JupyterGateway")) {
            hide(object.path("data"), "token");
        }
        hide(object.path("data"), "gateway-token");
        hide(object.path("data"), "session-key");
        hide(object.at("/spec/template/metadata/annotations"), "elastic-jupyter.io/configuration-hash");
        hide(object.path("status"), "tokenHash");
        hide(object.path("status"), "gatewayTokenHash");
    }

    private static void hide(JsonNode fields, String name) {
        if (fields.has(name)) {
            ((ObjectNode) fields).put(name, "random");
        }
    }

    private static ObjectNode cleaned(ObjectNode object) {
        long generation = object.at("/metadata/generation").asLong();
        ObjectNode metadata = (ObjectNode) object.path("metadata");
        metadata.remove(OF_THE_SERVER);
        if (object.path("kind").asText().equals("Service")) {
            ((ObjectNode) object.path("spec")).remove(ADDRESSES);
        }
        clean(object.path("status"), generation);
        if (object.at("/status/conditions").isArray()) {
            List<JsonNode> conditions = new ArrayList<>(object.at("/status/conditions").valueStream().toList());
            conditions.sort(Comparator.comparing(condition -> condition.path("type").asText()));
            ((ObjectNode) object.path("status")).putArray("conditions").addAll(conditions);
        }
        return object;
    }

    private static void clean(JsonNode node, long generation) {
        if (node instanceof ObjectNode object) {
            TIMES.forEach(object::remove);
            if (object.has("observedGeneration")) {
                object.put("observedGeneration",
                        object.path("observedGeneration").asLong() == generation ? "current" : "outdated");
            }
        }
        node.forEach(each -> clean(each, generation));
    }
}
