package io.embeddedkubernetes.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.embeddedkubernetes.json.JsonTrees;
import io.embeddedkubernetes.schema.Shape;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/** A value with its schema, as in structured-merge-diff: field set, comparison, merge and removal. */
public record TypedValue(JsonNode schema, JsonNode value) {

    /** The differences between two states. */
    record Comparison(FieldSet added, FieldSet modified, FieldSet removed) {}

    FieldSet fieldSet() {
        var set = new FieldSet();
        collect(schema, value, new ArrayDeque<>(), set);
        return set;
    }

    private static void collect(JsonNode schema, JsonNode value, Deque<String> path, FieldSet out) {
        var shape = Shape.of(schema, null, value);
        switch (shape) {
            case Shape.Leaf _ -> {
                if (!path.isEmpty()) {
                    out.insert(path);
                }
            }
            case Shape.Fields _ -> {
                for (var entry : value.properties()) {
                    var element = "f:" + entry.getKey();
                    path.addLast(element);
                    collect(Shape.field(schema, entry.getKey()), entry.getValue(), path, out);
                    var child = entry.getValue();
                    if (child.isNull() || child.isObject() && child.isEmpty() || !Shape.isDeclared(schema, element)) {
                        out.insert(path);
                    }
                    path.removeLast();
                }
            }
            case Shape.ListMap _,Shape.ListSet _ -> {
                for (var item : value) {
                    path.addLast(Shape.element(shape, item));
                    collect(schema.path("items"), item, path, out);
                    out.insert(path);
                    path.removeLast();
                }
            }
        }
    }

    Comparison compareTo(JsonNode newer) {
        var comparison = new Comparison(new FieldSet(), new FieldSet(), new FieldSet());
        compare(schema, value, newer, new ArrayDeque<>(), comparison);
        return comparison;
    }

    private static void compare(JsonNode schema, JsonNode left, JsonNode right, Deque<String> path, Comparison out) {
        if (left != null && right != null && left.equals(right)) {
            return;
        }
        var shape = Shape.of(schema, left, right);
        if (shape instanceof Shape.Leaf || isEmptyContainer(left) && isEmptyContainer(right)
                || isOtherContainer(left, right)) {
            note(left, right, path, out, true);
            return;
        }
        if (shape instanceof Shape.Fields) {
            for (var key : keysOf(left, right)) {
                path.addLast("f:" + key);
                compare(Shape.field(schema, key), get(left, key), get(right, key), path, out);
                path.removeLast();
            }
        } else {
            var lefts = index(shape, left);
            var rights = index(shape, right);
            var elements = new LinkedHashSet<>(lefts.keySet());
            elements.addAll(rights.keySet());
            for (var element : elements) {
                path.addLast(element);
                compare(schema.path("items"), lefts.get(element), rights.get(element), path, out);
                path.removeLast();
            }
        }
        note(left, right, path, out, false);
    }

    private static boolean isOtherContainer(JsonNode left, JsonNode right) {
        return left != null && right != null && !left.isNull() && !right.isNull()
                && left.getNodeType() != right.getNodeType();
    }

    private static void note(JsonNode left, JsonNode right, Deque<String> path, Comparison out, boolean leaf) {
        if (path.isEmpty()) {
            return;
        }
        if (left == null) {
            out.added().insert(path);
        } else if (right == null) {
            out.removed().insert(path);
        } else if (leaf) {
            out.modified().insert(path);
        }
    }

    private static boolean isEmptyContainer(JsonNode node) {
        return node == null || node.isNull() || node.isContainerNode() && node.isEmpty();
    }

    private static LinkedHashSet<String> keysOf(JsonNode left, JsonNode right) {
        var keys = new LinkedHashSet<String>();
        if (left != null) {
            left.fieldNames().forEachRemaining(keys::add);
        }
        if (right != null) {
            right.fieldNames().forEachRemaining(keys::add);
        }
        return keys;
    }

    private static JsonNode get(JsonNode node, String key) {
        return node == null ? null : node.get(key);
    }

    private static Map<String, JsonNode> index(Shape shape, JsonNode list) {
        var index = new LinkedHashMap<String, JsonNode>();
        if (list != null) {
            list.forEach(item -> index.putIfAbsent(Shape.element(shape, item), item));
        }
        return index;
    }

    /** Merges another value into this one. */
    JsonNode merge(JsonNode over) {
        return merge(schema, value, over);
    }

    private static JsonNode merge(JsonNode schema, JsonNode left, JsonNode right) {
        if (right == null) {
            return left;
        }
        var shape = Shape.of(schema, left, right);
        if (left == null || shape instanceof Shape.Leaf || isOtherContainer(left, right)
                || isEmptyContainer(left) && isEmptyContainer(right)) {
            return right;
        }
        if (shape instanceof Shape.Fields) {
            var out = JsonTrees.object();
            for (var key : keysOf(left, right)) {
                out.set(key, merge(Shape.field(schema, key), get(left, key), get(right, key)));
            }
            return out;
        }
        return mergeLists(schema, shape, left, right);
    }

    // The order of the real server: items keep their place on the left unless the right one orders them otherwise.
    private static JsonNode mergeLists(JsonNode schema, Shape shape, JsonNode left, JsonNode right) {
        var lefts = index(shape, left);
        var rights = index(shape, right);
        var leftOrder = List.copyOf(lefts.keySet());
        var rightOrder = List.copyOf(rights.keySet());
        var shared = new ArrayDeque<>(rightOrder.stream().filter(lefts::containsKey).toList());
        var merged = new HashSet<String>();
        var out = JsonTrees.array();
        var nextShared = shared.poll();
        for (int l = 0, r = 0; l < leftOrder.size() || r < rightOrder.size();) {
            if (l < leftOrder.size() && r < rightOrder.size()) {
                var element = leftOrder.get(l);
                if (element.equals(rightOrder.get(r))) {
                    merged.add(element);
                    out.add(merge(schema.path("items"), lefts.get(element), rights.get(element)));
                    l++;
                    r++;
                    nextShared = shared.poll();
                    continue;
                }
                if (rights.containsKey(element) && nextShared != null && !nextShared.equals(element)) {
                    l++;
                    continue;
                }
            }
            if (l < leftOrder.size()) {
                var element = leftOrder.get(l);
                if (!rights.containsKey(element)) {
                    out.add(lefts.get(element));
                    l++;
                    continue;
                }
                if (merged.contains(element)) {
                    l++;
                }
            }
            if (r < rightOrder.size()) {
                var element = rightOrder.get(r++);
                if (merged.add(element)) {
                    out.add(merge(schema.path("items"), lefts.get(element), rights.get(element)));
                }
                if (element.equals(nextShared)) {
                    nextShared = shared.poll();
                }
            }
        }
        return out;
    }

    /** Returns the value without the paths of the set, or null if nothing is left. */
    JsonNode remove(FieldSet paths) {
        return remove(schema, value, paths);
    }

    private static JsonNode remove(JsonNode schema, JsonNode value, FieldSet paths) {
        var shape = Shape.of(schema, null, value);
        if (!value.isContainerNode()) {
            return value;
        }
        if (value.isEmpty() || shape instanceof Shape.Leaf) {
            return null;
        }
        return switch (shape) {
            case Shape.Fields _ -> removeFields(schema, value, paths);
            case Shape.ListMap _,Shape.ListSet _ -> removeItems(schema, shape, value, paths);
            case Shape.Leaf _ -> value;
        };
    }

    private static ObjectNode removeFields(JsonNode schema, JsonNode value, FieldSet paths) {
        var out = JsonTrees.object();
        var matched = false;
        for (var entry : value.properties()) {
            var element = "f:" + entry.getKey();
            if (paths.has(element)) {
                continue;
            }
            var below = paths.below(element);
            var child = entry.getValue();
            if (!below.hasNothingBelow()) {
                matched = true;
                child = removeOrEmpty(Shape.field(schema, entry.getKey()), child, below);
            }
            out.set(entry.getKey(), child);
        }
        return out.isEmpty() && !matched ? null : out;
    }

    private static ArrayNode removeItems(JsonNode schema, Shape shape, JsonNode value, FieldSet paths) {
        var out = JsonTrees.array();
        var matched = false;
        for (var item : value) {
            var element = Shape.element(shape, item);
            if (paths.has(element)) {
                continue;
            }
            var below = paths.below(element);
            if (!below.hasNothingBelow()) {
                matched = true;
                item = removeOrEmpty(schema.path("items"), item, below);
            }
            out.add(item);
        }
        return out.isEmpty() && !matched ? null : out;
    }

    private static JsonNode removeOrEmpty(JsonNode schema, JsonNode child, FieldSet below) {
        var left = remove(schema, child, below);
        if (left != null) {
            return left;
        }
        return child.isArray() ? JsonTrees.array() : JsonTrees.object();
    }

    static List<String> duplicates(JsonNode schema, JsonNode list) {
        var shape = Shape.of(schema, null, list);
        var seen = new HashSet<String>();
        var twice = new ArrayList<String>();
        if (shape instanceof Shape.ListMap || shape instanceof Shape.ListSet) {
            list.forEach(item -> {
                var element = Shape.element(shape, item);
                if (!seen.add(element)) {
                    twice.add(element);
                }
            });
        }
        return twice;
    }
}
