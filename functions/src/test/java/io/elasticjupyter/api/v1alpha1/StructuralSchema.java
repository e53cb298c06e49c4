package io.elasticjupyter.api.v1alpha1;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;

/**
 * Says in a generated schema what annotations on Java types cannot say: which lists are maps or sets, so that several
 * field managers can share them, and which fields Kubernetes' own types require.
 */
final class StructuralSchema {

    /** Lists keyed by {@code name} wherever they stand in a pod template, as in Kubernetes' own types. */
    private static final List<String> NAMED = List.of("containers", "initContainers", "ephemeralContainers", "env",
            "volumes", "imagePullSecrets");

    private static final List<String> CONDITION = List.of("type", "status", "reason", "message", "lastTransitionTime");

    private StructuralSchema() {}

    static void complete(ObjectNode root) {
        ObjectNode properties = (ObjectNode) root.get("properties");
        requireOrDefaultSpec(root, properties);
        if (properties.at("/spec/properties/kernels") instanceof ObjectNode kernels) {
            kernels.put("x-kubernetes-list-type", "set");
        }
        if (properties.at("/status/properties/conditions") instanceof ObjectNode conditions) {
            keyed(conditions, "type", CONDITION);
        }
        properties.path("spec").findParents("containers").forEach(pod -> NAMED.forEach(name -> named(pod, name)));
        properties.path("spec").findParents("env").forEach(container -> named(container, "env"));
        properties.path("spec").findValues("creationTimestamp").forEach(StructuralSchema::nullable);
    }

    /** An absent spec is all defaults where nothing is required, and an error that names it elsewhere. */
    private static void requireOrDefaultSpec(ObjectNode root, ObjectNode properties) {
        ObjectNode spec = (ObjectNode) properties.get("spec");
        Map<String, JsonNode> fields = Map.copyOf(spec.get("properties").propertyStream()
                .collect(java.util.stream.Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
        boolean complete = fields.containsKey("gateway") || fields.containsKey("cullIdleTimeout");
        if (complete) {
            spec.putObject("default");
        } else {
            root.putArray("required").add("spec");
        }
    }

    private static void named(JsonNode parent, String list) {
        if (parent.get(list) instanceof ObjectNode schema && "array".equals(schema.path("type").asText())) {
            keyed(schema, "name", List.of("name"));
        }
    }

    private static void keyed(ObjectNode list, String key, List<String> required) {
        list.put("x-kubernetes-list-type", "map").putArray("x-kubernetes-list-map-keys").add(key);
        var names = ((ObjectNode) list.get("items")).putArray("required");
        required.forEach(names::add);
    }

    /** {@code kubectl create --dry-run -o yaml} writes {@code creationTimestamp: null} into pod templates. */
    private static void nullable(JsonNode schema) {
        ((ObjectNode) schema).put("nullable", true);
    }
}
