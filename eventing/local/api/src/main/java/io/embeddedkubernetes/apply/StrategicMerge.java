package io.embeddedkubernetes.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.embeddedkubernetes.json.JsonTrees;
import io.embeddedkubernetes.resource.StatusError;
import io.embeddedkubernetes.schema.Shape;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** JSON merge patch (RFC 7386), and its strategic form for the built-in kinds, which merges known lists by key. */
public final class StrategicMerge {

    private static final String PATCH = "$patch";
    private static final String RETAIN_KEYS = "$retainKeys";
    private static final String ORDER = "$setElementOrder/";
    private static final String DELETE_ITEMS = "$deleteFromPrimitiveList/";

    private StrategicMerge() {}

    public static JsonNode mergePatch(JsonNode target, JsonNode patch) {
        if (!(patch instanceof ObjectNode changes)) {
            return patch;
        }
        var out = target instanceof ObjectNode object ? object.deepCopy() : JsonTrees.object();
        for (var entry : changes.properties()) {
            if (entry.getValue().isNull()) {
                out.remove(entry.getKey());
            } else {
                out.set(entry.getKey(), mergePatch(out.get(entry.getKey()), entry.getValue()));
            }
        }
        return out;
    }

    static ObjectNode patch(JsonNode schema, ObjectNode target, ObjectNode patch) {
        var directive = JsonTrees.text(patch, PATCH);
        if (directive.equals("delete")) {
            return JsonTrees.object();
        }
        if (directive.equals("replace")) {
            return withoutDirectives(patch);
        }
        if (!directive.isEmpty() && !directive.equals("merge")) {
            throw StatusError.badRequest("unknown patch type: " + directive);
        }
        var out = target.deepCopy();
        if (patch.path(RETAIN_KEYS) instanceof ArrayNode keep) {
            out.retain(keep.valueStream().map(JsonNode::asText).toList());
        }
        for (var entry : patch.properties()) {
            var key = entry.getKey();
            if (key.startsWith(DELETE_ITEMS)) {
                var field = key.substring(DELETE_ITEMS.length());
                if (out.path(field) instanceof ArrayNode list) {
                    var gone = entry.getValue().valueStream().toList();
                    out.set(field, arrayOf(list.valueStream().filter(item -> !gone.contains(item)).toList()));
                }
            } else if (!key.startsWith("$")) {
                merge(schema, out, key, entry.getValue(), patch.path(ORDER + key));
            }
        }
        for (var entry : patch.properties()) {
            var field = entry.getKey().startsWith(ORDER) ? entry.getKey().substring(ORDER.length()) : "";
            if (!field.isEmpty() && !patch.has(field) && out.path(field) instanceof ArrayNode list) {
                out.set(field, ordered(Shape.field(schema, field), list, entry.getValue()));
            }
        }
        return out;
    }

    private static void merge(JsonNode schema, ObjectNode out, String key, JsonNode change, JsonNode order) {
        var below = Shape.field(schema, key);
        var old = out.get(key);
        if (change.isNull()) {
            out.remove(key);
        } else if (change instanceof ObjectNode changes) {
            if (JsonTrees.text(changes, PATCH).equals("delete")) {
                out.remove(key);
            } else {
                out.set(key, patch(below, old instanceof ObjectNode object ? object : JsonTrees.object(), changes));
            }
        } else if (change instanceof ArrayNode items) {
            var merged = list(below, old instanceof ArrayNode list ? list : JsonTrees.array(), items);
            out.set(key, order instanceof ArrayNode ? ordered(below, merged, order) : merged);
        } else {
            out.set(key, change);
        }
    }

    private static ArrayNode list(JsonNode schema, ArrayNode old, ArrayNode patch) {
        var key = JsonTrees.text(schema, "x-kubernetes-patch-merge-key");
        if (key.isEmpty() && !JsonTrees.text(schema, "x-kubernetes-patch-strategy").contains("merge")) {
            return withoutDirectives(patch);
        }
        if (key.isEmpty()) {
            var out = old.deepCopy();
            patch.forEach(item -> {
                if (old.valueStream().noneMatch(item::equals)) {
                    out.add(item);
                }
            });
            return out;
        }
        var out = new ArrayList<>(old.valueStream().toList());
        for (var item : patch) {
            if (JsonTrees.text(item, PATCH).equals("replace")) {
                out.clear();
            }
        }
        for (var item : patch) {
            var directive = JsonTrees.text(item, PATCH);
            if (!(item instanceof ObjectNode change) || directive.equals("replace")) {
                continue;
            }
            if (!change.has(key)) {
                throw StatusError.of(500, null,
                        "map: %s does not contain declared merge key: %s".formatted(goMap(change), key));
            }
            var same = indexOf(out, key, change.path(key));
            if (directive.equals("delete")) {
                out.removeIf(candidate -> candidate.path(key).equals(change.path(key)));
            } else if (same < 0) {
                out.add(patch(schema.path("items"), JsonTrees.object(), change));
            } else {
                out.set(same, patch(schema.path("items"), (ObjectNode) out.get(same), change));
            }
        }
        return arrayOf(out);
    }

    private static String goMap(JsonNode node) {
        return switch (node) {
            case ObjectNode object -> object.properties().stream().sorted(java.util.Map.Entry.comparingByKey())
                    .map(e -> e.getKey() + ":" + goMap(e.getValue())).collect(Collectors.joining(" ", "map[", "]"));
            case ArrayNode list ->
                list.valueStream().map(StrategicMerge::goMap).collect(Collectors.joining(" ", "[", "]"));
            default -> node.asText();
        };
    }

    private static int indexOf(List<JsonNode> list, String key, JsonNode value) {
        for (var i = 0; i < list.size(); i++) {
            if (list.get(i).path(key).equals(value)) {
                return i;
            }
        }
        return -1;
    }

    /** Items named in the order come in that order; others keep their place after the item they followed. */
    private static ArrayNode ordered(JsonNode schema, ArrayNode list, JsonNode order) {
        var key = JsonTrees.text(schema, "x-kubernetes-patch-merge-key");
        var wanted = order.valueStream().map(item -> key.isEmpty() ? item : item.path(key)).toList();
        record Placed(JsonNode item, int place) {}
        var placed = new ArrayList<Placed>();
        var last = -1;
        for (var item : list) {
            var place = wanted.indexOf(key.isEmpty() ? item : item.path(key));
            last = place < 0 ? last : place;
            placed.add(new Placed(item, last));
        }
        return arrayOf(placed.stream().sorted(Comparator.comparingInt(Placed::place)).map(Placed::item).toList());
    }

    private static ArrayNode arrayOf(List<JsonNode> items) {
        return JsonTrees.array().addAll(items);
    }

    private static <T extends JsonNode> T withoutDirectives(T node) {
        T copy = node.deepCopy();
        strip(copy);
        return copy;
    }

    private static void strip(JsonNode node) {
        if (node instanceof ObjectNode object) {
            object.remove(object.properties().stream().map(java.util.Map.Entry::getKey).filter(k -> k.startsWith("$"))
                    .toList());
        }
        node.forEach(StrategicMerge::strip);
    }
}
