package io.embeddedkubernetes.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.embeddedkubernetes.apply.ManagedFields;
import io.embeddedkubernetes.apply.ServerSideApply;
import io.embeddedkubernetes.apply.TypedValue;
import io.embeddedkubernetes.json.JsonTrees;
import io.embeddedkubernetes.resource.Names;
import io.embeddedkubernetes.resource.ResourceType;
import io.embeddedkubernetes.resource.StatusError;
import io.embeddedkubernetes.resource.Timestamps;
import io.embeddedkubernetes.resource.WriteOptions;
import io.embeddedkubernetes.resource.WriteOutcome;
import io.embeddedkubernetes.schema.GoTypes;
import io.embeddedkubernetes.store.ObjectStore.Place;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** Creates, updates and applies objects, with the real server's rules for metadata and conflicts. */
public final class Registry {

    private static final List<String> SET_BY_SERVER = List.of("uid", "creationTimestamp", "deletionTimestamp",
            "deletionGracePeriodSeconds", "generation", "selfLink");

    /** Etcd's limit for a request, and gRPC's for a message. */
    private static final int LARGEST_OBJECT = 1536 * 1024;
    private static final int LARGEST_MESSAGE = 2 * 1024 * 1024;

    private final ObjectStore store;

    public Registry(ObjectStore store) {
        this.store = store;
    }

    static Place place(ResourceType type, String namespace, String name) {
        return new Place(type.store(), type.namespaced() ? namespace : "", name);
    }

    /** @throws StatusError 404 */
    public ObjectNode get(ResourceType type, String namespace, String name) {
        var found = store.get(place(type, namespace, name));
        if (found == null) {
            throw StatusError.notFound(type, name);
        }
        return type.view().fromStore().apply(found);
    }

    /** @throws StatusError when the object is not acceptable, exists, or its namespace does not */
    public WriteOutcome create(ResourceType type, String namespace, ObjectNode body, WriteOptions options) {
        var object = Admission.decode(type, body, options);
        var metadata = JsonTrees.metadata(object);
        if (!JsonTrees.text(metadata, "resourceVersion").isEmpty()) {
            throw StatusError.of(500, null, "resourceVersion should not be set on objects to be created");
        }
        SET_BY_SERVER.forEach(metadata::remove);
        return store.writing(() -> {
            prepareName(type, namespace, object);
            var managed = ManagedFields.liveOrGiven(JsonTrees.object(), object);
            metadata.remove("managedFields");
            var manager = ManagedFields.Manager.updater(options.manager(), type.apiVersion(), "");
            managed.update(new TypedValue(type.schema().get(), emptyObject(type)), object, manager, ignored(type, ""));
            managed.writeTo(object);
            return insert(type, object, options);
        });
    }

    private static ObjectNode emptyObject(ResourceType type) {
        return type.isCustom() ? JsonTrees.object() : GoTypes.empty(type.apiVersion(), type.kind());
    }

    private void prepareName(ResourceType type, String namespace, ObjectNode object) {
        var metadata = JsonTrees.metadata(object);
        if (type.namespaced()) {
            var given = JsonTrees.text(metadata, "namespace");
            if (!given.isEmpty() && !given.equals(namespace)) {
                throw StatusError.badRequest(
                        "the namespace of the provided object does not match the namespace sent on the request");
            }
            metadata.put("namespace", namespace);
        } else {
            metadata.remove("namespace");
        }
        var prefix = JsonTrees.text(metadata, "generateName");
        if (JsonTrees.text(metadata, "name").isEmpty() && !prefix.isEmpty()) {
            String name;
            do {
                name = Names.generate(prefix);
            } while (store.get(place(type, namespace, name)) != null);
            metadata.put("name", name);
        }
        if (type.namespaced()) {
            checkNamespace(type, namespace, JsonTrees.name(object));
        }
    }

    private void checkNamespace(ResourceType type, String namespace, String name) {
        var found = store.get(new Place("namespaces", "", namespace));
        if (found == null) {
            throw StatusError.ofNamespace(namespace);
        }
        if (JsonTrees.isMarkedForDeletion(found)) {
            throw StatusError.terminating(type, name, namespace);
        }
    }

    private WriteOutcome insert(ResourceType type, ObjectNode object, WriteOptions options) {
        var metadata = JsonTrees.metadata(object);
        metadata.put("uid", UUID.randomUUID().toString()).put("creationTimestamp", Timestamps.now());
        if (type.rules().hasGeneration()) {
            metadata.put("generation", 1L);
        }
        if (type.hasStatus() && !type.rules().hasStatusOnCreate()) {
            object.remove("status");
        }
        if (type.is("", "pods")) {
            PodPriority.set(type, object, store);
        }
        type.rules().fillOnCreate(object);
        Admission.validate(type, object, null);
        var place = place(type, JsonTrees.namespace(object), JsonTrees.name(object));
        if (store.get(place) != null) {
            throw StatusError.alreadyExists(type, place.name());
        }
        if (!options.dryRun()) {
            object = sized(type.view().toStore().apply(object));
            store.put(place, object);
        }
        return new WriteOutcome.Created(type.view().fromStore().apply(object), !options.dryRun());
    }

    /**
     * Replaces an object by what {@code change} makes of its present state.
     *
     * @param subresource empty for the object itself
     * @throws StatusError 404, 409 or 422
     */
    public WriteOutcome update(ResourceType type, String namespace, String name, String subresource,
            UnaryOperator<ObjectNode> change, WriteOptions options) {
        return store.writing(() -> {
            var old = get(type, namespace, name);
            var given = change.apply(old);
            checkIdentity(type, given, old);
            var next = accept(type, given, old, subresource);
            var managed = subresource.isEmpty() ? ManagedFields.liveOrGiven(old, given) : ManagedFields.of(old);
            JsonTrees.metadata(next).remove("managedFields");
            if (!managed.isEmpty()) {
                var manager = ManagedFields.Manager.updater(options.manager(), type.apiVersion(), subresource);
                managed.update(new TypedValue(type.schema().get(), ServerSideApply.withoutManagedFields(old)), next,
                        manager, ignored(type, subresource));
            }
            managed.writeTo(next);
            return commit(type, old, next, options);
        });
    }

    /** Applies a configuration; creates the object if there is none. */
    public WriteOutcome apply(ResourceType type, String namespace, String name, String subresource, ObjectNode config,
            WriteOptions options) {
        var manager = ManagedFields.Manager.applier(options.manager(), subresource);
        var merge = new ServerSideApply(type.schema().get(), type.apiVersion(), ignored(type, subresource));
        return store.writing(() -> {
            var found = store.get(place(type, namespace, name));
            if (found == null) {
                if (!subresource.isEmpty()) {
                    throw StatusError.notFound(type, name);
                }
                return createApplied(type, namespace, config, merge, manager, options);
            }
            var old = type.view().fromStore().apply(found);
            var given = merge.apply(old, config, manager, options.force());
            Admission.complete(type, given);
            checkIdentity(type, given, old);
            var next = accept(type, given, old, subresource);
            return commit(type, old, next, options);
        });
    }

    private WriteOutcome createApplied(ResourceType type, String namespace, ObjectNode config, ServerSideApply merge,
            ManagedFields.Manager manager, WriteOptions options) {
        var uid = JsonTrees.uid(config);
        if (!uid.isEmpty()) {
            throw StatusError.conflict(type, JsonTrees.name(config),
                    "uid mismatch: the provided object specified uid %s, and no existing object was found"
                            .formatted(uid));
        }
        var empty = JsonTrees.object();
        empty.putObject("metadata");
        var object = merge.apply(empty, config, manager, true);
        Admission.complete(type, object);
        SET_BY_SERVER.forEach(JsonTrees.metadata(object)::remove);
        JsonTrees.metadata(object).remove("resourceVersion");
        prepareName(type, namespace, object);
        return insert(type, object, options);
    }

    /** Returns the top-level fields that a manager cannot own through this endpoint. */
    private static Predicate<String> ignored(ResourceType type, String subresource) {
        if (subresource.equals("status")) {
            return element -> !element.equals("f:status");
        }
        return type.hasStatus() ? "f:status"::equals : element -> false;
    }

    private static void checkIdentity(ResourceType type, ObjectNode given, ObjectNode old) {
        var name = JsonTrees.name(old);
        if (!JsonTrees.name(given).equals(name)) {
            throw StatusError.badRequest("the name of the object (%s) does not match the name on the URL (%s)"
                    .formatted(JsonTrees.name(given), name));
        }
        var namespace = JsonTrees.namespace(given);
        if (!namespace.isEmpty() && !namespace.equals(JsonTrees.namespace(old))) {
            throw StatusError.badRequest(
                    "the namespace of the provided object does not match the namespace sent on the request");
        }
        var version = JsonTrees.text(given, "metadata", "resourceVersion");
        if (!version.isEmpty() && !version.equals("0")
                && !version.equals(JsonTrees.text(old, "metadata", "resourceVersion"))) {
            throw StatusError.conflict(type, name,
                    "the object has been modified; please apply your changes to the latest version and try again");
        }
        var uid = JsonTrees.uid(given);
        if (!uid.isEmpty() && !uid.equals(JsonTrees.uid(old))) {
            throw StatusError.invalid(type, name, List.of(new StatusError.Cause("FieldValueInvalid",
                    "Invalid value: \"%s\": field is immutable".formatted(uid), "metadata.uid")));
        }
        if (version.isEmpty() && type.isCustom()) {
            throw StatusError.versionRequired(type, name);
        }
    }

    private ObjectNode accept(ResourceType type, ObjectNode given, ObjectNode old, String subresource) {
        ObjectNode next;
        if (subresource.equals("status")) {
            next = old.deepCopy();
            copyField("status", given, next);
            JsonTrees.metadata(next).set("managedFields", JsonTrees.at(given, "metadata", "managedFields"));
        } else {
            next = given.deepCopy();
            if (type.hasStatus()) {
                copyField("status", old, next);
            }
        }
        var metadata = JsonTrees.metadata(next);
        for (var field : SET_BY_SERVER) {
            copyField(field, old.path("metadata"), metadata);
        }
        copyField("resourceVersion", old.path("metadata"), metadata);
        copyField("namespace", old.path("metadata"), metadata);
        type.rules().keepDecided(old, next);
        if (type.rules().hasGeneration() && specChanged(type, old, next)) {
            metadata.put("generation", metadata.path("generation").asLong() + 1);
        }
        return next;
    }

    private static void copyField(String field, JsonNode from, ObjectNode to) {
        if (from.has(field)) {
            to.set(field, from.get(field));
        } else {
            to.remove(field);
        }
    }

    private static boolean specChanged(ResourceType type, ObjectNode old, ObjectNode next) {
        var ignored = type.hasStatus() || !type.isCustom() ? List.of("metadata", "status") : List.of("metadata");
        return type.rules().changesGeneration(old, next)
                || !old.deepCopy().remove(ignored).equals(next.deepCopy().remove(ignored));
    }

    private WriteOutcome commit(ResourceType type, ObjectNode old, ObjectNode next, WriteOptions options) {
        checkFinalizers(type, old, next);
        Admission.validate(type, next, old);
        if (isSame(old, next)) {
            return new WriteOutcome.Updated(old, false);
        }
        if (options.dryRun()) {
            return new WriteOutcome.Updated(next, false);
        }
        var place = place(type, JsonTrees.namespace(old), JsonTrees.name(old));
        var stored = sized(type.view().toStore().apply(next));
        store.put(place, stored);
        if (JsonTrees.isMarkedForDeletion(stored) && JsonTrees.at(stored, "metadata", "finalizers").isEmpty()
                && JsonTrees.at(stored, "spec", "finalizers").isEmpty()) {
            store.remove(place);
        }
        return new WriteOutcome.Updated(type.view().fromStore().apply(stored), true);
    }

    /** @throws StatusError 500, in etcd's words, when an object is too large to be stored */
    private static ObjectNode sized(ObjectNode object) {
        var size = JsonTrees.bytes(object).length;
        if (size > LARGEST_MESSAGE) {
            throw StatusError.of(500, null,
                    "rpc error: code = ResourceExhausted desc = trying to send message larger than max (%d vs. %d)"
                            .formatted(size, LARGEST_MESSAGE));
        }
        if (size > LARGEST_OBJECT) {
            throw StatusError.of(500, null, "etcdserver: request is too large");
        }
        return object;
    }

    private static boolean isSame(ObjectNode old, ObjectNode next) {
        var oldManaged = JsonTrees.at(old, "metadata", "managedFields");
        var nextManaged = JsonTrees.at(next, "metadata", "managedFields");
        return ManagedFields.sameButForTimes(oldManaged, nextManaged)
                && ServerSideApply.withoutManagedFields(old).equals(ServerSideApply.withoutManagedFields(next));
    }

    private static void checkFinalizers(ResourceType type, ObjectNode old, ObjectNode next) {
        if (!JsonTrees.isMarkedForDeletion(old)) {
            return;
        }
        var before = JsonTrees.at(old, "metadata", "finalizers");
        var added = JsonTrees.at(next, "metadata", "finalizers").valueStream()
                .filter(f -> !JsonTrees.hasText(before, f.asText()))
                .map(f -> JsonTrees.quote(f.asText())).toList();
        if (!added.isEmpty()) {
            throw StatusError.invalid(type, JsonTrees.name(old), List.of(new StatusError.Cause("FieldValueForbidden",
                    "Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{%s}"
                            .formatted(String.join(", ", added)),
                    "metadata.finalizers")));
        }
    }
}
