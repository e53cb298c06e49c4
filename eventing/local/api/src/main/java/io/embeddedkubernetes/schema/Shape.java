package io.embeddedkubernetes.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.embeddedkubernetes.json.JsonTrees;
import java.util.ArrayList;
import java.util.List;

/** How a value merges according to its schema. By default maps merge by key and lists are atomic. */
public sealed interface Shape {

    record Leaf() implements Shape {}

    record Fields(JsonNode schema) implements Shape {}

    record ListMap(List<String> keys, JsonNode items) implements Shape {}

    record ListSet(JsonNode items) implements Shape {}

    /** The shape of a value of which {@code left} and {@code right} are two states; either may be absent (null). */
    static Shape of(JsonNode schema, JsonNode left, JsonNode right) {
        var value = right != null && !right.isNull() ? right : left;
        if (value == null) {
            return new Leaf();
        }
        if (value.isObject()) {
            return "atomic".equals(schema.path("x-kubernetes-map-type").asText()) ? new Leaf() : new Fields(schema);
        }
        if (value.isArray()) {
            return switch (schema.path("x-kubernetes-list-type").asText()) {
                case "map" -> new ListMap(keys(schema), schema.path("items"));
                case "set" -> new ListSet(schema.path("items"));
                default -> new Leaf();
            };
        }
        return new Leaf();
    }

    static List<String> keys(JsonNode schema) {
        var keys = new ArrayList<String>();
        schema.path("x-kubernetes-list-map-keys").forEach(key -> keys.add(key.asText()));
        return keys;
    }

    static JsonNode schemaBelow(JsonNode schema, String element) {
        return switch (element.charAt(0)) {
            case 'f' -> field(schema, element.substring(2));
            case 'k', 'v' -> schema.path("items");
            default -> MissingNode.getInstance();
        };
    }

    static JsonNode field(JsonNode schema, String name) {
        var declared = schema.path("properties").path(name);
        return declared.isMissingNode() ? schema.path("additionalProperties") : declared;
    }

    static boolean isDeclared(JsonNode schema, String element) {
        return element.startsWith("f:") && schema.path("properties").has(element.substring(2));
    }

    /** The path element of a list item. Keys that have a default in the schema count as present. */
    static String element(Shape shape, JsonNode item) {
        if (shape instanceof ListMap(var keys, var items)) {
            var key = JsonTrees.object();
            for (var name : keys.stream().sorted().toList()) {
                var value = item.path(name);
                if (value.isMissingNode()) {
                    value = JsonTrees.at(items, "properties", name, "default");
                }
                if (!value.isMissingNode()) {
                    key.set(name, value);
                }
            }
            return "k:" + JsonTrees.compact(key);
        }
        return "v:" + JsonTrees.compact(item);
    }
}
