package io.embeddedkubernetes.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.embeddedkubernetes.json.JsonTrees;
import io.embeddedkubernetes.resource.StatusError;
import io.embeddedkubernetes.resource.Timestamps;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/** Server-side apply: merges a manager's configuration with the fields of others. */
public record ServerSideApply(JsonNode schema, String apiVersion, Predicate<String> ignored) {

    private static final String BEFORE_FIRST_APPLY = "before-first-apply";

    /**
     * The new state of the object, managedFields included.
     *
     * @throws StatusError when other managers own fields that the configuration would change, and it is not forced
     */
    public ObjectNode apply(ObjectNode live, ObjectNode config, ManagedFields.Manager manager, boolean force) {
        var managed = ManagedFields.of(live);
        var liveObject = withoutManagedFields(live);
        if (managed.isEmpty() && live.path("metadata").has("uid")) {
            managed.put(ManagedFields.Manager.updater(BEFORE_FIRST_APPLY, apiVersion, manager.subresource()),
                    new TypedValue(schema, liveObject).fieldSet(), apiVersion, Timestamps.now());
        }
        var typedLive = new TypedValue(schema, liveObject);
        var merged = typedLive.merge(config);
        var before = managed.owners().get(manager);
        var mine = new TypedValue(schema, config).fieldSet().without(ignored);
        managed.put(manager, mine, apiVersion, before == null ? Timestamps.now() : before.time());
        var pruned = (ObjectNode) prune(merged, managed, mine, before);
        if (pruned == merged) {
            pruned = pruned.deepCopy();
        }
        reconcile(typedLive, pruned, managed, manager, force);
        LastApplied.follow(manager, pruned, config);
        var owned = managed.owners().get(manager);
        if (owned != null && (before == null || !before.set().equals(owned.set()) || !pruned.equals(liveObject))) {
            managed.put(manager, owned.set(), apiVersion, Timestamps.now());
        }
        managed.writeTo(pruned);
        return pruned;
    }

    public static ObjectNode withoutManagedFields(ObjectNode object) {
        var copy = object.deepCopy();
        JsonTrees.metadata(copy).remove("managedFields");
        return copy;
    }

    /** Removes fields that this manager applied before, does not apply now, and that nobody else owns. */
    private JsonNode prune(JsonNode merged, ManagedFields managed, FieldSet mine, ManagedFields.Owned before) {
        if (before == null || before.set().isEmpty()) {
            return merged;
        }
        var last = before.set().withNamedFieldsAsMembers(schema);
        var typed = new TypedValue(schema, merged);
        var pruned = orEmpty(typed.remove(last));
        var owned = mine;
        for (var owner : managed.owners().values()) {
            owned = owned.union(owner.set());
        }
        var mergedSet = typed.fieldSet().withNamedFieldsAsMembers(schema);
        var prunedSet = fieldSetOf(pruned);
        pruned = orEmpty(typed
                .remove(mergedSet.difference(prunedSet.union(owned.withNamedFieldsAsMembers(schema)))));
        return orEmpty(typed.remove(mergedSet.difference(fieldSetOf(pruned)).intersection(last)));
    }

    private FieldSet fieldSetOf(JsonNode value) {
        return new TypedValue(schema, value).fieldSet().withNamedFieldsAsMembers(schema);
    }

    private static JsonNode orEmpty(JsonNode value) {
        return value == null ? JsonTrees.object() : value;
    }

    private void reconcile(TypedValue live, JsonNode now, ManagedFields managed, ManagedFields.Manager manager,
            boolean force) {
        var comparison = live.compareTo(now);
        var changed = comparison.modified().union(comparison.added()).without(ignored);
        var free = LastApplied.fieldsThatMayChange(manager, live);
        var conflicts = new ArrayList<Map.Entry<ManagedFields.Manager, String>>();
        managed.owners().forEach((other, owned) -> {
            if (!other.equals(manager)) {
                owned.set().intersection(changed).difference(free).paths()
                        .forEach(path -> conflicts.add(Map.entry(other, path)));
            }
        });
        if (!conflicts.isEmpty() && !force) {
            throw conflict(conflicts, managed);
        }
        managed.takeAway(changed.union(comparison.removed()), manager);
    }

    private static StatusError conflict(List<Map.Entry<ManagedFields.Manager, String>> conflicts,
            ManagedFields managed) {
        var causes = new ArrayList<StatusError.Cause>();
        var byManager = new TreeMap<String, List<String>>();
        for (var conflict : conflicts) {
            var who = readable(conflict.getKey(), managed.owners().get(conflict.getKey()));
            causes.add(new StatusError.Cause("FieldManagerConflict", "conflict with " + who, conflict.getValue()));
            byManager.computeIfAbsent(who, w -> new ArrayList<>()).add(conflict.getValue());
        }
        if (causes.size() == 1) {
            return StatusError.applyConflict(
                    "Apply failed with 1 conflict: " + causes.getFirst().message() + ": " + causes.getFirst().field(),
                    causes);
        }
        var lines = new ArrayList<String>();
        byManager.forEach((who, paths) -> {
            lines.add("conflicts with " + who + ":");
            paths.forEach(path -> lines.add("- " + path));
        });
        return StatusError.applyConflict(
                "Apply failed with " + causes.size() + " conflicts: " + String.join("\n", lines), causes);
    }

    private static String readable(ManagedFields.Manager manager, ManagedFields.Owned owned) {
        var text = JsonTrees.quote(manager.name());
        if (!manager.subresource().isEmpty()) {
            text += " with subresource " + JsonTrees.quote(manager.subresource());
        }
        // The real server's message lacks the time.
        return manager.operation().equals("Update") ? text + " using " + owned.apiVersion() : text;
    }
}
