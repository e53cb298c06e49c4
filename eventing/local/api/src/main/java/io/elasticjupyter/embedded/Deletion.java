package io.elasticjupyter.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.elasticjupyter.embedded.ObjectStore.Place;
import io.elasticjupyter.embedded.WriteOptions.Written;
import java.util.List;
import java.util.Set;

/** Deletes objects: at once, or marked and left to their finalizers. */
final class Deletion {

    static final String FOREGROUND = "foregroundDeletion";
    static final String ORPHAN = "orphan";
    private static final Set<String> PROTECTED = Set.of("default", "kube-system", "kube-public");

    /**
     * @param propagation Background, Foreground, Orphan, or empty to keep what the object's finalizers say
     * @param uid only this very object; empty for any
     * @param resourceVersion only this state of it; empty for any
     */
    record Options(boolean dryRun, String propagation, String uid, String resourceVersion) {

        static Options background(String uid) {
            return new Options(false, "Background", uid, "");
        }

        /** Reads a DeleteOptions body; the query parameters stand in for what the body does not say. */
        static Options of(JsonNode body, java.util.function.UnaryOperator<String> query) {
            var propagation = body.path("propagationPolicy").asText(query.apply("propagationPolicy"));
            var orphans = body.path("orphanDependents").asText(query.apply("orphanDependents"));
            if (propagation.isEmpty() && !orphans.isEmpty()) {
                propagation = orphans.equals("true") ? "Orphan" : "Background";
            }
            if (!Set.of("", "Background", "Foreground", "Orphan").contains(propagation)) {
                throw StatusError.invalidOptions("DeleteOptions", new StatusError.Cause("FieldValueNotSupported",
                        "Unsupported value: %s: supported values: \"Foreground\", \"Background\", \"Orphan\", \"nil\""
                                .formatted(Json.quote(propagation)),
                        "propagationPolicy"));
            }
            return new Options(!body.path("dryRun").isEmpty() || !query.apply("dryRun").isEmpty(), propagation,
                    Json.text(body, "preconditions", "uid"), Json.text(body, "preconditions", "resourceVersion"));
        }
    }

    private final ObjectStore store;

    Deletion(ObjectStore store) {
        this.store = store;
    }

    /**
     * Deletes or marks. In the answer {@code created} says that the object is gone already.
     *
     * @throws StatusError 404, or 409 when a precondition does not hold
     */
    Written delete(ResourceType type, String namespace, String name, Options options) {
        var place = Registry.place(type, namespace, name);
        return store.writing(() -> {
            var old = store.get(place);
            if (old == null) {
                throw StatusError.notFound(type, name);
            }
            check(type, old, options);
            if (type.is("", "namespaces") && PROTECTED.contains(name)) {
                throw StatusError.forbidden(type, name, "this namespace may not be deleted");
            }
            var next = mark(type, old, options);
            var isGone = Json.at(next, "metadata", "finalizers").isEmpty() && !type.is("", "namespaces");
            if (options.dryRun()) {
                return new Written(isGone ? old : next, isGone, false);
            }
            if (isGone) {
                return new Written(store.remove(place), true, true);
            }
            if (next.equals(old)) {
                return new Written(old, false, false);
            }
            store.put(place, next);
            return new Written(next, false, true);
        });
    }

    private static void check(ResourceType type, ObjectNode old, Options options) {
        if (!options.uid().isEmpty() && !options.uid().equals(Json.uid(old))) {
            throw StatusError.preconditionFailed(type, Json.name(old),
                    "the UID in the precondition (%s) does not match the UID in record (%s). The object might have been deleted and then recreated"
                            .formatted(options.uid(), Json.uid(old)));
        }
        var version = Json.text(old, "metadata", "resourceVersion");
        if (!options.resourceVersion().isEmpty() && !options.resourceVersion().equals(version)) {
            throw StatusError.preconditionFailed(type, Json.name(old),
                    "the ResourceVersion in the precondition (%s) does not match the ResourceVersion in record (%s). The object might have been modified"
                            .formatted(options.resourceVersion(), version));
        }
    }

    private ObjectNode mark(ResourceType type, ObjectNode old, Options options) {
        var next = old.deepCopy();
        var metadata = Json.metadata(next);
        var finalizers = metadata.path("finalizers") instanceof ArrayNode list ? list : Json.array();
        if (!options.propagation().isEmpty()) {
            drop(finalizers, List.of(FOREGROUND, ORPHAN));
            switch (options.propagation()) {
                case "Foreground" -> finalizers.add(FOREGROUND);
                case "Orphan" -> finalizers.add(ORPHAN);
                default -> {
                }
            }
        }
        if (type.store().equals(CustomResources.STORE) && !Json.hasText(finalizers, CustomResources.CLEANUP)) {
            finalizers.add(CustomResources.CLEANUP);
        }
        metadata.remove("finalizers");
        if (!finalizers.isEmpty()) {
            metadata.set("finalizers", finalizers);
        }
        if (!Json.isMarkedForDeletion(old) && (!finalizers.isEmpty() || type.is("", "namespaces"))) {
            metadata.put("deletionTimestamp", ManagedFields.now()).put("deletionGracePeriodSeconds", 0L);
            if (metadata.path("generation").asLong() > 0) {
                metadata.put("generation", metadata.path("generation").asLong() + 1);
            }
        }
        if (type.is("", "namespaces")) {
            Json.child(next, "status").put("phase", "Terminating");
        }
        return next;
    }

    private static void drop(ArrayNode list, List<String> values) {
        for (var i = list.size() - 1; i >= 0; i--) {
            if (values.contains(list.get(i).asText())) {
                list.remove(i);
            }
        }
    }

    /** Takes a finalizer off; the object goes when it was the last one and the object is marked for deletion. */
    void finish(Place place, String finalizer) {
        store.writing(() -> {
            var old = store.get(place);
            if (old == null || !Json.hasText(Json.at(old, "metadata", "finalizers"), finalizer)) {
                return false;
            }
            var next = old.deepCopy();
            var metadata = Json.metadata(next);
            drop((ArrayNode) metadata.get("finalizers"), List.of(finalizer));
            if (metadata.get("finalizers").isEmpty()) {
                metadata.remove("finalizers");
            }
            store.put(place, next);
            if (!metadata.has("finalizers") && Json.isMarkedForDeletion(next)) {
                store.remove(place);
            }
            return true;
        });
    }
}
