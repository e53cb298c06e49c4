package io.embeddedkubernetes.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Prunes fields that a schema does not declare, and sets its defaults. */
public final class SchemaRules {

    private static final Set<String> EMBEDDED = Set.of("apiVersion", "kind", "metadata");

    private SchemaRules() {}

    /** Removes fields that the schema does not declare. Returns their paths. */
    public static List<String> prune(ObjectNode object, JsonNode schema) {
        var unknown = new ArrayList<String>();
        prune(object, schema, "", unknown);
        return unknown;
    }

    private static void prune(JsonNode value, JsonNode schema, String path, List<String> unknown) {
        if (value instanceof ArrayNode list) {
            for (var i = 0; i < list.size(); i++) {
                prune(list.get(i), schema.path("items"), path + "[" + i + "]", unknown);
            }
        } else if (value instanceof ObjectNode object) {
            var keepsAll = schema.isMissingNode() || schema.path("x-kubernetes-preserve-unknown-fields").asBoolean()
                    || schema.path("additionalProperties").asBoolean();
            var embedded = schema.path("x-kubernetes-embedded-resource").asBoolean();
            for (var name : object.properties().stream().map(java.util.Map.Entry::getKey).toList()) {
                var below = Shape.field(schema, name);
                var child = path.isEmpty() ? name : path + "." + name;
                if (!below.isMissingNode()) {
                    if (below.isObject()) {
                        prune(object.get(name), below, child, unknown);
                    }
                } else if (!keepsAll && !(embedded && EMBEDDED.contains(name))) {
                    object.remove(name);
                    unknown.add(child);
                }
            }
        }
    }

    /** Sets defaults. Returns whether there were any to set. */
    public static boolean fillDefaults(JsonNode value, JsonNode schema) {
        var filled = false;
        if (value instanceof ArrayNode list) {
            for (var item : list) {
                filled |= fillDefaults(item, schema.path("items"));
            }
        } else if (value instanceof ObjectNode object) {
            for (var entry : schema.path("properties").properties()) {
                var standard = entry.getValue().get("default");
                var present = object.get(entry.getKey());
                var isAbsent = present == null || present.isNull() && !entry.getValue().path("nullable").asBoolean();
                if (standard != null && isAbsent) {
                    object.set(entry.getKey(), standard.deepCopy());
                    filled = true;
                } else if (isAbsent && present != null) {
                    object.remove(entry.getKey());
                }
            }
            for (var entry : object.properties()) {
                var below = Shape.field(schema, entry.getKey());
                if (below.isObject() && entry.getValue().isContainerNode()) {
                    filled |= fillDefaults(entry.getValue(), below);
                }
            }
        }
        return filled;
    }

    /** Returns Go's message about the first value that does not fit its field's type, or null. */
    public static String misfit(JsonNode value, JsonNode schema, String struct, String path) {
        if (value.isNull() || schema.isMissingNode()) {
            return null;
        }
        if (schema.path("x-kubernetes-int-or-string").asBoolean()) {
            return value.isContainerNode() || value.isBoolean() ? cannot(value, struct, path, "string") : null;
        }
        var type = schema.path("type").asText();
        var own = schema.path("x-kubernetes-go-type").asText(struct);
        switch (type) {
            case "object" -> {
                if (!value.isObject()) {
                    return cannot(value, struct, path, schema.has("properties") ? "v1." + own : "map[string]string");
                }
                for (var entry : value.properties()) {
                    var below = misfit(entry.getValue(), Shape.field(schema, entry.getKey()), own,
                            path.isEmpty() ? entry.getKey() : path + "." + entry.getKey());
                    if (below != null) {
                        return below;
                    }
                }
            }
            case "array" -> {
                if (!value.isArray()) {
                    return cannot(value, struct, path, "[]" + schema.path("items").path("type").asText());
                }
                for (var item : value) {
                    var below = misfit(item, schema.path("items"), own, path);
                    if (below != null) {
                        return below;
                    }
                }
            }
            case "string" -> {
                if (!value.isTextual()) {
                    return cannot(value, struct, path, "string");
                }
            }
            case "integer" -> {
                if (!value.isIntegralNumber()) {
                    return cannot(value, struct, path, schema.path("format").asText("int64"));
                }
            }
            case "boolean" -> {
                if (!value.isBoolean()) {
                    return cannot(value, struct, path, "bool");
                }
            }
            default -> {
            }
        }
        return null;
    }

    private static String cannot(JsonNode value, String struct, String path, String type) {
        var found = switch (value.getNodeType()) {
            case ARRAY -> "array";
            case OBJECT -> "object";
            case BOOLEAN -> "bool";
            case NUMBER -> "number";
            default -> "string";
        };
        return "json: cannot unmarshal %s into Go struct field %s.%s of type %s".formatted(found, struct, path, type);
    }
}
