package io.elasticjupyter.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.elasticjupyter.embedded.ObjectStore.Place;
import io.elasticjupyter.embedded.WriteOptions.Written;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** Creates and updates objects the way the real server does: what a client may set, what stays, what makes a conflict. */
final class Registry {

    private static final List<String> SET_BY_SERVER = List.of("uid", "creationTimestamp", "deletionTimestamp",
            "deletionGracePeriodSeconds", "generation", "selfLink");

    /** Etcd's limit for a request, and gRPC's for a message. */
    private static final int LARGEST_OBJECT = 1536 * 1024;
    private static final int LARGEST_MESSAGE = 2 * 1024 * 1024;

    private final ObjectStore store;

    Registry(ObjectStore store) {
        this.store = store;
    }

    static Place place(ResourceType type, String namespace, String name) {
        return new Place(type.store(), type.namespaced() ? namespace : "", name);
    }

    /** @throws StatusError 404 */
    ObjectNode get(ResourceType type, String namespace, String name) {
        var found = store.get(place(type, namespace, name));
        if (found == null) {
            throw StatusError.notFound(type, name);
        }
        return type.view().fromStore().apply(found);
    }

    /** @throws StatusError when the object is not acceptable, exists, or its namespace does not */
    Written create(ResourceType type, String namespace, ObjectNode body, WriteOptions options) {
        var object = Admission.decode(type, body, options);
        var metadata = Json.metadata(object);
        if (!Json.text(metadata, "resourceVersion").isEmpty()) {
            throw StatusError.of(500, null, "resourceVersion should not be set on objects to be created");
        }
        SET_BY_SERVER.forEach(metadata::remove);
        return store.writing(() -> {
            prepareName(type, namespace, object);
            var managed = ManagedFields.liveOrGiven(Json.object(), object);
            metadata.remove("managedFields");
            var manager = ManagedFields.Manager.updater(options.manager(), type.apiVersion(), "");
            managed.update(new TypedValue(type.schema().get(), emptyObject(type)), object, manager, ignored(type, ""));
            managed.writeTo(object);
            return insert(type, object, options);
        });
    }

    private static ObjectNode emptyObject(ResourceType type) {
        return type.isCustom() ? Json.object() : GoTypes.empty(type.apiVersion(), type.kind());
    }

    private void prepareName(ResourceType type, String namespace, ObjectNode object) {
        var metadata = Json.metadata(object);
        if (type.namespaced()) {
            var given = Json.text(metadata, "namespace");
            if (!given.isEmpty() && !given.equals(namespace)) {
                throw StatusError.badRequest(
                        "the namespace of the provided object does not match the namespace sent on the request");
            }
            metadata.put("namespace", namespace);
        } else {
            metadata.remove("namespace");
        }
        var prefix = Json.text(metadata, "generateName");
        if (Json.text(metadata, "name").isEmpty() && !prefix.isEmpty()) {
            String name;
            do {
                name = Names.generate(prefix);
            } while (store.get(place(type, namespace, name)) != null);
            metadata.put("name", name);
        }
        if (type.namespaced()) {
            checkNamespace(type, namespace, Json.name(object));
        }
    }

    private void checkNamespace(ResourceType type, String namespace, String name) {
        var found = store.get(new Place("namespaces", "", namespace));
        if (found == null) {
            throw StatusError.ofNamespace(namespace);
        }
        if (Json.isMarkedForDeletion(found)) {
            throw StatusError.forbidden(type, name, "unable to create new content in namespace " + namespace
                    + " because it is being terminated");
        }
    }

    private Written insert(ResourceType type, ObjectNode object, WriteOptions options) {
        var metadata = Json.metadata(object);
        metadata.put("uid", UUID.randomUUID().toString()).put("creationTimestamp", ManagedFields.now());
        if (type.rules().hasGeneration()) {
            metadata.put("generation", 1L);
        }
        if (type.hasStatus()) {
            object.remove("status");
        }
        type.rules().fillOnCreate(object);
        Admission.validate(type, object, null);
        var place = place(type, Json.namespace(object), Json.name(object));
        if (store.get(place) != null) {
            throw StatusError.alreadyExists(type, place.name());
        }
        if (!options.dryRun()) {
            object = sized(type.view().toStore().apply(object));
            store.put(place, object);
        }
        return new Written(type.view().fromStore().apply(object), true, !options.dryRun());
    }

    /**
     * Replaces an object by what {@code change} makes of its present state.
     *
     * @param subresource empty for the object itself
     * @throws StatusError 404, 409 or 422
     */
    Written update(ResourceType type, String namespace, String name, String subresource,
            UnaryOperator<ObjectNode> change, WriteOptions options) {
        return store.writing(() -> {
            var old = get(type, namespace, name);
            var given = change.apply(old);
            checkIdentity(type, given, old);
            var next = accept(type, given, old, subresource);
            var managed = subresource.isEmpty() ? ManagedFields.liveOrGiven(old, given) : ManagedFields.of(old);
            Json.metadata(next).remove("managedFields");
            if (!managed.isEmpty()) {
                var manager = ManagedFields.Manager.updater(options.manager(), type.apiVersion(), subresource);
                managed.update(new TypedValue(type.schema().get(), ServerSideApply.withoutManagedFields(old)), next,
                        manager, ignored(type, subresource));
            }
            managed.writeTo(next);
            return commit(type, old, next, options);
        });
    }

    /** Server-side apply; creates the object when there is none. */
    Written apply(ResourceType type, String namespace, String name, String subresource, ObjectNode config,
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

    private Written createApplied(ResourceType type, String namespace, ObjectNode config, ServerSideApply merge,
            ManagedFields.Manager manager, WriteOptions options) {
        var uid = Json.uid(config);
        if (!uid.isEmpty()) {
            throw StatusError.conflict(type, Json.name(config),
                    "uid mismatch: the provided object specified uid %s, and no existing object was found"
                            .formatted(uid));
        }
        var empty = Json.object();
        empty.putObject("metadata");
        var object = merge.apply(empty, config, manager, true);
        Admission.complete(type, object);
        SET_BY_SERVER.forEach(Json.metadata(object)::remove);
        Json.metadata(object).remove("resourceVersion");
        prepareName(type, namespace, object);
        return insert(type, object, options);
    }

    /** Which top-level fields a manager does not come to own through this endpoint. */
    private static Predicate<String> ignored(ResourceType type, String subresource) {
        if (subresource.equals("status")) {
            return element -> !element.equals("f:status");
        }
        return type.hasStatus() ? "f:status"::equals : element -> false;
    }

    private static void checkIdentity(ResourceType type, ObjectNode given, ObjectNode old) {
        var name = Json.name(old);
        if (!Json.name(given).equals(name)) {
            throw StatusError.badRequest("the name of the object (%s) does not match the name on the URL (%s)"
                    .formatted(Json.name(given), name));
        }
        var namespace = Json.namespace(given);
        if (!namespace.isEmpty() && !namespace.equals(Json.namespace(old))) {
            throw StatusError.badRequest(
                    "the namespace of the provided object does not match the namespace sent on the request");
        }
        var uid = Json.uid(given);
        if (!uid.isEmpty() && !uid.equals(Json.uid(old))) {
            throw StatusError.conflict(type, name,
                    "Precondition failed: UID in precondition: %s, UID in object meta: %s"
                            .formatted(uid, Json.uid(old)));
        }
        var version = Json.text(given, "metadata", "resourceVersion");
        if (!version.isEmpty() && !version.equals("0")
                && !version.equals(Json.text(old, "metadata", "resourceVersion"))) {
            throw StatusError.conflict(type, name,
                    "the object has been modified; please apply your changes to the latest version and try again");
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
            Json.metadata(next).set("managedFields", Json.at(given, "metadata", "managedFields"));
        } else {
            next = given.deepCopy();
            if (type.hasStatus()) {
                copyField("status", old, next);
            }
        }
        var metadata = Json.metadata(next);
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

    private Written commit(ResourceType type, ObjectNode old, ObjectNode next, WriteOptions options) {
        checkFinalizers(type, old, next);
        Admission.validate(type, next, old);
        if (isSame(old, next)) {
            return new Written(old, false, false);
        }
        if (options.dryRun()) {
            return new Written(next, false, false);
        }
        var place = place(type, Json.namespace(old), Json.name(old));
        var stored = sized(type.view().toStore().apply(next));
        store.put(place, stored);
        if (Json.isMarkedForDeletion(stored) && Json.at(stored, "metadata", "finalizers").isEmpty()
                && Json.at(stored, "spec", "finalizers").isEmpty()) {
            store.remove(place);
        }
        return new Written(type.view().fromStore().apply(stored), false, true);
    }

    /** @throws StatusError 500, in etcd's words, when an object is too large to be stored */
    private static ObjectNode sized(ObjectNode object) {
        var size = Json.bytes(object).length;
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
        var oldManaged = Json.at(old, "metadata", "managedFields");
        var nextManaged = Json.at(next, "metadata", "managedFields");
        return ManagedFields.sameButForTimes(oldManaged, nextManaged)
                && ServerSideApply.withoutManagedFields(old).equals(ServerSideApply.withoutManagedFields(next));
    }

    private static void checkFinalizers(ResourceType type, ObjectNode old, ObjectNode next) {
        if (!Json.isMarkedForDeletion(old)) {
            return;
        }
        var before = Json.at(old, "metadata", "finalizers");
        var added = Json.at(next, "metadata", "finalizers").valueStream().filter(f -> !Json.hasText(before, f.asText()))
                .map(f -> Json.quote(f.asText())).toList();
        if (!added.isEmpty()) {
            throw StatusError.invalid(type, Json.name(old), List.of(new StatusError.Cause("FieldValueForbidden",
                    "Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{%s}"
                            .formatted(String.join(", ", added)),
                    "metadata.finalizers")));
        }
    }
}
