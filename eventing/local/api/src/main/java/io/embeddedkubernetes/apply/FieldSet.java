package io.embeddedkubernetes.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.embeddedkubernetes.json.JsonTrees;
import io.embeddedkubernetes.schema.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * A set of field paths, as managedFields hold it. Path elements are kept in their FieldsV1 spelling: {@code f:name},
 * {@code k:{"name":"x"}}, {@code v:"x"}.
 */
final class FieldSet {

    private boolean member;
    private final SortedMap<String, FieldSet> children = new TreeMap<>();

    static FieldSet of(String... fields) {
        var set = new FieldSet();
        set.insert(List.of(fields).stream().map(f -> "f:" + f).toList());
        return set;
    }

    void insert(Iterable<String> path) {
        var node = this;
        for (var element : path) {
            node = node.children.computeIfAbsent(element, e -> new FieldSet());
        }
        node.member = true;
    }

    boolean has(String element) {
        var child = children.get(element);
        return child != null && child.member;
    }

    FieldSet below(String element) {
        return children.getOrDefault(element, new FieldSet());
    }

    boolean isEmpty() {
        return !member && children.values().stream().allMatch(FieldSet::isEmpty);
    }

    /** Returns whether the set has no members below this path. */
    boolean hasNothingBelow() {
        return children.values().stream().allMatch(FieldSet::isEmpty);
    }

    FieldSet union(FieldSet other) {
        var out = new FieldSet();
        out.member = member || other.member;
        children.forEach((element, child) -> out.children.put(element, child.union(other.below(element))));
        other.children.forEach((element, child) -> out.children.computeIfAbsent(element, e -> child));
        return out;
    }

    FieldSet intersection(FieldSet other) {
        var out = new FieldSet();
        out.member = member && other.member;
        children.forEach((element, child) -> out.addChild(element, child.intersection(other.below(element))));
        return out;
    }

    FieldSet difference(FieldSet other) {
        var out = new FieldSet();
        out.member = member && !other.member;
        children.forEach((element, child) -> out.addChild(element, child.difference(other.below(element))));
        return out;
    }

    /** Returns the set without the given top-level fields and everything below them. */
    FieldSet without(Predicate<String> topLevelField) {
        var out = new FieldSet();
        children.forEach((element, child) -> {
            if (!topLevelField.test(element)) {
                out.children.put(element, child);
            }
        });
        return out;
    }

    /**
     * Declared fields that are only on the way to a member become members, so that an emptied struct goes away with its
     * last field.
     */
    FieldSet withNamedFieldsAsMembers(JsonNode schema) {
        var out = new FieldSet();
        out.member = member;
        children.forEach((element, child) -> {
            var copy = child.withNamedFieldsAsMembers(Shape.schemaBelow(schema, element));
            if (Shape.isDeclared(schema, element) && !child.hasNothingBelow()) {
                copy.member = true;
            }
            out.children.put(element, copy);
        });
        return out;
    }

    private void addChild(String element, FieldSet child) {
        if (!child.isEmpty()) {
            children.put(element, child);
        }
    }

    List<String> paths() {
        var out = new ArrayList<String>();
        collect("", out);
        return out;
    }

    private void collect(String prefix, List<String> out) {
        children.forEach((element, child) -> {
            var path = prefix + readable(element);
            if (child.member) {
                out.add(path);
            }
            child.collect(path, out);
        });
    }

    private static String readable(String element) {
        var body = element.substring(2);
        return switch (element.charAt(0)) {
            case 'f' -> "." + body;
            case 'v' -> "[=" + body + "]";
            case 'k' -> {
                var keys = JsonTrees.parse(body);
                yield keys.properties().stream().map(e -> e.getKey() + "=" + JsonTrees.compact(e.getValue()))
                        .collect(Collectors.joining(",", "[", "]"));
            }
            default -> "[" + body + "]";
        };
    }

    ObjectNode toFieldsV1() {
        var out = JsonTrees.object();
        children.forEach((element, child) -> {
            if (child.isEmpty()) {
                return;
            }
            var below = child.toFieldsV1();
            if (child.member && !below.isEmpty()) {
                var withSelf = JsonTrees.object();
                withSelf.putObject(".");
                below = withSelf.setAll(below);
            }
            out.set(element, below);
        });
        return out;
    }

    static FieldSet fromFieldsV1(JsonNode fields) {
        var set = new FieldSet();
        for (var entry : fields.properties()) {
            if (entry.getKey().equals(".")) {
                continue;
            }
            var child = fromFieldsV1(entry.getValue());
            child.member = entry.getValue().isEmpty() || entry.getValue().has(".");
            set.children.put(entry.getKey(), child);
        }
        return set;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FieldSet set && toFieldsV1().equals(set.toFieldsV1());
    }

    @Override
    public int hashCode() {
        return toFieldsV1().hashCode();
    }

    @Override
    public String toString() {
        return JsonTrees.compact(toFieldsV1());
    }
}
