package io.embeddedkubernetes.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.embeddedkubernetes.json.JsonTrees;
import io.embeddedkubernetes.kinds.CustomResources;
import io.embeddedkubernetes.resource.ResourceType;
import io.embeddedkubernetes.resource.StatusError;
import io.embeddedkubernetes.resource.Timestamps;
import io.embeddedkubernetes.resource.WriteOutcome;
import io.embeddedkubernetes.store.ObjectStore.Place;
import java.util.List;
import java.util.Set;

/** Deletes objects, or marks them if they have finalizers. */
public final class Deletion {

    static final String FOREGROUND = "foregroundDeletion";
    static final String ORPHAN = "orphan";
    private static final Set<String> PROTECTED = Set.of("default", "kube-system", "kube-public");

    /**
     * @param propagation Background, Foreground, Orphan, or empty to keep what the object's finalizers say
     * @param uid only this very object; empty for any
     * @param resourceVersion only this state of it; empty for any
     */
    public record Options(boolean dryRun, String propagation, String uid, String resourceVersion) {

        static Options background(String uid) {
            return new Options(false, "Background", uid, "");
        }

        /** Reads a DeleteOptions body; query parameters apply where the body has no value. */
        public static Options of(JsonNode body, java.util.function.UnaryOperator<String> query) {
            var propagation = body.path("propagationPolicy").asText(query.apply("propagationPolicy"));
            var orphans = body.path("orphanDependents").asText(query.apply("orphanDependents"));
            if (propagation.isEmpty() && !orphans.isEmpty()) {
                propagation = orphans.equals("true") ? "Orphan" : "Background";
            }
            if (!Set.of("", "Background", "Foreground", "Orphan").contains(propagation)) {
                throw StatusError.invalidOptions("DeleteOptions", new StatusError.Cause("FieldValueNotSupported",
                        "Unsupported value: %s: supported values: \"Foreground\", \"Background\", \"Orphan\", \"nil\""
                                .formatted(JsonTrees.quote(propagation)),
                        "propagationPolicy"));
            }
            return new Options(!body.path("dryRun").isEmpty() || !query.apply("dryRun").isEmpty(), propagation,
                    JsonTrees.text(body, "preconditions", "uid"),
                    JsonTrees.text(body, "preconditions", "resourceVersion"));
        }
    }

    private final ObjectStore store;

    public Deletion(ObjectStore store) {
        this.store = store;
    }

    /**
     * Deletes or marks. In the answer {@code created} says that the object is gone already.
     *
     * @throws StatusError 404, or 409 when a precondition does not hold
     */
    public WriteOutcome delete(ResourceType type, String namespace, String name, Options options) {
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
            var isGone = JsonTrees.at(next, "metadata", "finalizers").isEmpty() && !type.is("", "namespaces");
            if (options.dryRun()) {
                return isGone ? new WriteOutcome.Deleted(old, false) : new WriteOutcome.Updated(next, false);
            }
            if (isGone) {
                return new WriteOutcome.Deleted(store.remove(place), true);
            }
            if (next.equals(old)) {
                return new WriteOutcome.Updated(old, false);
            }
            store.put(place, next);
            return new WriteOutcome.Updated(next, true);
        });
    }

    private static void check(ResourceType type, ObjectNode old, Options options) {
        if (!options.uid().isEmpty() && !options.uid().equals(JsonTrees.uid(old))) {
            throw StatusError.preconditionFailed(type, JsonTrees.name(old),
                    "the UID in the precondition (%s) does not match the UID in record (%s). The object might have been deleted and then recreated"
                            .formatted(options.uid(), JsonTrees.uid(old)));
        }
        var version = JsonTrees.text(old, "metadata", "resourceVersion");
        if (!options.resourceVersion().isEmpty() && !options.resourceVersion().equals(version)) {
            throw StatusError.preconditionFailed(type, JsonTrees.name(old),
                    "the ResourceVersion in the precondition (%s) does not match the ResourceVersion in record (%s). The object might have been modified"
                            .formatted(options.resourceVersion(), version));
        }
    }

    private ObjectNode mark(ResourceType type, ObjectNode old, Options options) {
        var next = old.deepCopy();
        var metadata = JsonTrees.metadata(next);
        var finalizers = metadata.path("finalizers") instanceof ArrayNode list ? list : JsonTrees.array();
        if (!options.propagation().isEmpty()) {
            drop(finalizers, List.of(FOREGROUND, ORPHAN));
            switch (options.propagation()) {
                case "Foreground" -> finalizers.add(FOREGROUND);
                case "Orphan" -> finalizers.add(ORPHAN);
                default -> {
                }
            }
        }
        if (type.store().equals(CustomResources.STORE) && !JsonTrees.hasText(finalizers, CustomResources.CLEANUP)) {
            finalizers.add(CustomResources.CLEANUP);
        }
        metadata.remove("finalizers");
        if (!finalizers.isEmpty()) {
            metadata.set("finalizers", finalizers);
        }
        if (!JsonTrees.isMarkedForDeletion(old) && (!finalizers.isEmpty() || type.is("", "namespaces"))) {
            metadata.put("deletionTimestamp", Timestamps.now()).put("deletionGracePeriodSeconds", 0L);
            if (metadata.path("generation").asLong() > 0) {
                metadata.put("generation", metadata.path("generation").asLong() + 1);
            }
        }
        if (type.is("", "namespaces")) {
            JsonTrees.child(next, "status").put("phase", "Terminating");
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

    /** Removes a finalizer, and the object if it is marked for deletion and has no other. */
    void finish(Place place, String finalizer) {
        store.writing(() -> {
            var old = store.get(place);
            if (old == null || !JsonTrees.hasText(JsonTrees.at(old, "metadata", "finalizers"), finalizer)) {
                return false;
            }
            var next = old.deepCopy();
            var metadata = JsonTrees.metadata(next);
            drop((ArrayNode) metadata.get("finalizers"), List.of(finalizer));
            if (metadata.get("finalizers").isEmpty()) {
                metadata.remove("finalizers");
            }
            store.put(place, next);
            if (!metadata.has("finalizers") && JsonTrees.isMarkedForDeletion(next)) {
                store.remove(place);
            }
            return true;
        });
    }
}
