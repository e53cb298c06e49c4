package io.embeddedkubernetes.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.embeddedkubernetes.json.JsonTrees;
import io.embeddedkubernetes.resource.Timestamps;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** The managers of an object's fields: metadata.managedFields. */
public final class ManagedFields {

    private static final int MOST_UPDATERS = 10;

    private static final FieldSet NEVER_OWNED = neverOwned();

    /** The identity of a manager. An applier is the same manager in every version. */
    public record Manager(String name, String operation, String apiVersion, String subresource) {

        public static Manager applier(String name, String subresource) {
            return new Manager(name, "Apply", "", subresource);
        }

        public static Manager updater(String name, String apiVersion, String subresource) {
            return new Manager(name.isEmpty() ? "unknown" : name, "Update", apiVersion, subresource);
        }
    }

    record Owned(FieldSet set, String apiVersion, String time) {}

    private final Map<Manager, Owned> owners = new LinkedHashMap<>();

    public static ManagedFields of(JsonNode object) {
        var managed = new ManagedFields();
        for (var entry : JsonTrees.at(object, "metadata", "managedFields")) {
            var operation = JsonTrees.text(entry, "operation");
            var version = JsonTrees.text(entry, "apiVersion");
            var manager = new Manager(JsonTrees.text(entry, "manager"), operation,
                    operation.equals("Apply") ? "" : version,
                    JsonTrees.text(entry, "subresource"));
            managed.owners.put(manager,
                    new Owned(FieldSet.fromFieldsV1(entry.path("fieldsV1")), version, JsonTrees.text(entry, "time")));
        }
        return managed;
    }

    public boolean isEmpty() {
        return owners.isEmpty();
    }

    Map<Manager, Owned> owners() {
        return owners;
    }

    void put(Manager manager, FieldSet set, String apiVersion, String time) {
        var owned = set.difference(NEVER_OWNED);
        if (owned.isEmpty()) {
            owners.remove(manager);
        } else {
            owners.put(manager, new Owned(owned, apiVersion, time));
        }
    }

    /** Removes fields from all managers but one. */
    void takeAway(FieldSet fields, Manager exceptFrom) {
        owners.replaceAll((manager, owned) -> manager.equals(exceptFrom)
                ? owned
                : new Owned(owned.set().difference(fields), owned.apiVersion(), owned.time()));
        owners.values().removeIf(owned -> owned.set().isEmpty());
    }

    /** Assigns the fields that an update changed to {@code manager}. */
    public void update(TypedValue old, JsonNode now, Manager manager, Predicate<String> ignored) {
        var comparison = old.compareTo(now);
        var changed = comparison.modified().union(comparison.added());
        takeAway(changed.union(comparison.removed()), null);
        var mine = changed.without(ignored).difference(NEVER_OWNED);
        if (!mine.isEmpty()) {
            var before = owners.get(manager);
            put(manager, before == null ? mine : before.set().union(mine), manager.apiVersion(), Timestamps.now());
        }
        mergeOldestUpdaters();
    }

    private void mergeOldestUpdaters() {
        var updaters = owners.keySet().stream().filter(m -> m.operation().equals("Update"))
                .sorted(Comparator.comparing((Manager m) -> owners.get(m).time()).thenComparing(Manager::name))
                .toList();
        for (var i = 0; i < updaters.size() - MOST_UPDATERS + 1 && updaters.size() > MOST_UPDATERS; i++) {
            var oldest = updaters.get(i);
            var owned = owners.remove(oldest);
            var bucket = new Manager("ancient-changes", "Update", oldest.apiVersion(), "");
            var before = owners.get(bucket);
            owners.put(bucket, before == null
                    ? owned
                    : new Owned(before.set().union(owned.set()), owned.apiVersion(), owned.time()));
        }
    }

    public void writeTo(ObjectNode object) {
        var metadata = JsonTrees.metadata(object);
        metadata.remove("managedFields");
        if (!owners.isEmpty()) {
            metadata.set("managedFields", encode());
        }
    }

    private ArrayNode encode() {
        var list = JsonTrees.array();
        var order = Comparator.comparing((Map.Entry<Manager, Owned> e) -> e.getKey().operation())
                .thenComparing(e -> e.getValue().time()).thenComparing(e -> e.getKey().name())
                .thenComparing(e -> e.getValue().apiVersion()).thenComparing(e -> e.getKey().subresource());
        for (var entry : owners.entrySet().stream().sorted(order).toList()) {
            var node = list.addObject();
            node.put("manager", entry.getKey().name()).put("operation", entry.getKey().operation());
            node.put("apiVersion", entry.getValue().apiVersion());
            if (!entry.getValue().time().isEmpty()) {
                node.put("time", entry.getValue().time());
            }
            node.put("fieldsType", "FieldsV1").set("fieldsV1", entry.getValue().set().toFieldsV1());
            if (!entry.getKey().subresource().isEmpty()) {
                node.put("subresource", entry.getKey().subresource());
            }
        }
        return list;
    }

    /** Returns the managers that a request sets. A list of one empty entry clears them. */
    public static ManagedFields liveOrGiven(JsonNode live, JsonNode given) {
        var list = JsonTrees.at(given, "metadata", "managedFields");
        if (list.isArray() && (list.isEmpty() || list.size() == 1 && list.get(0).isEmpty())) {
            return new ManagedFields();
        }
        return of(list.isArray() ? given : live);
    }

    public static boolean sameButForTimes(JsonNode left, JsonNode right) {
        return timeless(left).equals(timeless(right));
    }

    private static JsonNode timeless(JsonNode managedFields) {
        JsonNode copy = managedFields.deepCopy();
        JsonTrees.eachObject(copy, entry -> entry.remove("time"));
        var sorted = JsonTrees.array();
        List.copyOf(copy.valueStream().toList()).stream().sorted(Comparator.comparing(JsonTrees::compact))
                .forEach(sorted::add);
        return sorted;
    }

    private static FieldSet neverOwned() {
        var set = FieldSet.of("apiVersion").union(FieldSet.of("kind")).union(FieldSet.of("metadata"));
        for (var field : List.of("name", "namespace", "creationTimestamp", "selfLink", "uid", "clusterName",
                "generation",
                "managedFields", "resourceVersion")) {
            set = set.union(FieldSet.of("metadata", field));
        }
        return set;
    }
}
