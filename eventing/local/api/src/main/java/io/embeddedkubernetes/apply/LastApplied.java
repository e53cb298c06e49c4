package io.embeddedkubernetes.apply;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.embeddedkubernetes.json.JsonTrees;

/** Migration from client-side to server-side apply: fields in kubectl's last-applied annotation belong to kubectl. */
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

    /** Updates the annotation if the object has it. */
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
