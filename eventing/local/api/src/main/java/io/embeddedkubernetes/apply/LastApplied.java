package io.embeddedkubernetes.apply;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.embeddedkubernetes.json.JsonTrees;

/** The way from client-side to server-side apply: kubectl may change what its own annotation says it applied before. */
final class LastApplied {

    private static final String ANNOTATION = "kubectl.kubernetes.io/last-applied-configuration";
    private static final String MANAGER = "kubectl";

    private LastApplied() {}

    static FieldSet fieldsThatMayChange(ManagedFields.Manager manager, TypedValue live) {
        var annotation = JsonTrees.text(live.value(), "metadata", "annotations", ANNOTATION);
        if (!manager.name().equals(MANAGER) || annotation.isEmpty()) {
            return new FieldSet();
        }
        var applied = new TypedValue(live.schema(), JsonTrees.parse(annotation));
        var since = applied.compareTo(live.value());
        return applied.fieldSet().difference(since.modified()).difference(since.added()).difference(since.removed());
    }

    /** An object that has the annotation keeps it true. */
    static void follow(ManagedFields.Manager manager, ObjectNode object, ObjectNode config) {
        if (manager.name().equals(MANAGER)
                && !JsonTrees.text(object, "metadata", "annotations", ANNOTATION).isEmpty()) {
            var copy = config.deepCopy();
            if (JsonTrees.at(copy, "metadata", "annotations") instanceof ObjectNode annotations) {
                annotations.remove(ANNOTATION);
            }
            JsonTrees.child(JsonTrees.metadata(object), "annotations").put(ANNOTATION, JsonTrees.compact(copy) + "\n");
        }
    }
}
