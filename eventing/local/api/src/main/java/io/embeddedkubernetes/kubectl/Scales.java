package io.embeddedkubernetes.kubectl;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.embeddedkubernetes.json.JsonTrees;
import io.embeddedkubernetes.resource.ResourceType;
import io.embeddedkubernetes.resource.StatusError;
import java.util.stream.Collectors;

/** The scale subresource. */
public final class Scales {

    private Scales() {}

    public static ObjectNode of(ResourceType type, ObjectNode object) {
        var scale = JsonTrees.object().put("kind", "Scale").put("apiVersion", "autoscaling/v1");
        var metadata = scale.putObject("metadata");
        for (var field : new String[]{"name", "namespace", "uid", "resourceVersion", "creationTimestamp"}) {
            if (object.path("metadata").has(field)) {
                metadata.set(field, object.path("metadata").get(field));
            }
        }
        var spec = scale.putObject("spec");
        var wanted = at(object, type.scale().specReplicas());
        if (wanted.isNumber()) {
            spec.put("replicas", wanted.asLong());
        } else if (type.isCustom()) {
            throw StatusError.of(500, "InternalError",
                    "Internal error occurred: the spec replicas field \"%s\" does not exist"
                            .formatted(type.scale().specReplicas()));
        }
        var status = scale.putObject("status").put("replicas", at(object, type.scale().statusReplicas()).asLong());
        if (!type.scale().labelSelector().isEmpty()) {
            var selector = at(object, type.scale().labelSelector());
            var text = selector.isTextual()
                    ? selector.asText()
                    : selector.path("matchLabels").properties().stream()
                            .map(e -> e.getKey() + "=" + e.getValue().asText())
                            .collect(Collectors.joining(","));
            if (!text.isEmpty()) {
                status.put("selector", text);
            }
        }
        return scale;
    }

    /** Returns the object with the replicas of the scale. */
    public static ObjectNode applied(ResourceType type, ObjectNode object, ObjectNode scale) {
        var replicas = JsonTrees.at(scale, "spec", "replicas");
        if (replicas.asLong() < 0) {
            throw StatusError.badRequest("spec.replicas must be greater than or equal to 0");
        }
        var next = object.deepCopy();
        var version = JsonTrees.text(scale, "metadata", "resourceVersion");
        JsonTrees.metadata(next).put("resourceVersion", version.isEmpty()
                ? JsonTrees.text(object, "metadata", "resourceVersion")
                : version);
        var path = type.scale().specReplicas().substring(1).split("\\.");
        var node = next;
        for (var i = 0; i < path.length - 1; i++) {
            node = JsonTrees.child(node, path[i]);
        }
        node.put(path[path.length - 1], replicas.asLong());
        return next;
    }

    private static JsonNode at(JsonNode object, String path) {
        return path == null || path.isEmpty()
                ? JsonTrees.object()
                : JsonTrees.at(object, path.substring(1).split("\\."));
    }
}
