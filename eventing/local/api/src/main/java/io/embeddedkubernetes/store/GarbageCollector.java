package io.embeddedkubernetes.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.embeddedkubernetes.json.JsonTrees;
import io.embeddedkubernetes.kinds.Catalog;
import io.embeddedkubernetes.kinds.CustomResources;
import io.embeddedkubernetes.resource.ResourceType;
import io.embeddedkubernetes.resource.StatusError;
import io.embeddedkubernetes.store.ObjectStore.Change;
import io.embeddedkubernetes.store.ObjectStore.Place;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** Collects dependents of deleted owners, and empties deleted namespaces and definitions, in the background. */
public final class GarbageCollector implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(GarbageCollector.class.getName());

    private final ObjectStore store;
    private final Catalog catalog;
    private final Deletion deletion;
    private final BlockingQueue<Change> changes = new LinkedBlockingQueue<>();
    private final Thread worker;

    public GarbageCollector(ObjectStore store, WatchHub hub, Catalog catalog, Deletion deletion) {
        this.store = store;
        this.catalog = catalog;
        this.deletion = deletion;
        hub.listen(change -> {
            if (concernsUs(change)) {
                changes.add(change);
            }
        });
        worker = Thread.ofVirtual().name("garbage-collector").start(this::work);
    }

    private boolean concernsUs(Change change) {
        return change.type() == Change.Type.DELETED || JsonTrees.isMarkedForDeletion(change.object())
                || !owners(change.object()).isEmpty();
    }

    private void work() {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                handle(changes.take());
            } catch (InterruptedException e) {
                return;
            } catch (StatusError e) {
                LOG.log(Level.DEBUG, e.getMessage());
            } catch (RuntimeException e) {
                LOG.log(Level.WARNING, "garbage collection stumbled", e);
            }
        }
    }

    private void handle(Change change) {
        var place = change.place();
        if (change.type() == Change.Type.DELETED) {
            store.dependentsOf(JsonTrees.uid(change.object())).forEach(this::collect);
            for (var owner : owners(change.object())) {
                continueForeground(store.placeOf(JsonTrees.text(owner, "uid")));
            }
            finishNamespace(place.namespace());
            catalog.types().stream().filter(type -> type.isCustom() && type.store().equals(place.store())).findFirst()
                    .ifPresent(type -> emptyDefinition(new Place(CustomResources.STORE, "", type.groupResource())));
            return;
        }
        if (!owners(change.object()).isEmpty()
                && (change.old() == null || !owners(change.object()).equals(owners(change.old())))) {
            collect(place);
        }
        if (JsonTrees.isMarkedForDeletion(change.object())) {
            continueForeground(place);
            orphan(place);
            if (place.store().equals("namespaces")) {
                emptyNamespace(place.name());
            } else if (place.store().equals(CustomResources.STORE)) {
                emptyDefinition(place);
            }
        }
    }

    private static JsonNode owners(JsonNode object) {
        return JsonTrees.at(object, "metadata", "ownerReferences");
    }

    /** Deletes an object whose owners are all gone, or removes its references to those that are. */
    private void collect(Place place) {
        var object = store.get(place);
        if (object == null || owners(object).isEmpty()) {
            return;
        }
        var solid = new ArrayList<JsonNode>();
        var waiting = false;
        for (var reference : owners(object)) {
            var owner = owner(place, reference);
            if (owner == null) {
                continue;
            }
            if (isForeground(owner)) {
                waiting = true;
            } else {
                solid.add(reference);
            }
        }
        if (solid.size() == owners(object).size()) {
            return;
        }
        if (!solid.isEmpty()) {
            keepOwners(place, solid);
            return;
        }
        var type = catalog.ofStore(place.store());
        if (type.isPresent() && !JsonTrees.isMarkedForDeletion(object)) {
            var uid = JsonTrees.uid(object);
            var policy = waiting && hasBlockingDependents(uid)
                    ? "Foreground"
                    : JsonTrees.hasText(JsonTrees.at(object, "metadata", "finalizers"), Deletion.ORPHAN)
                            ? "Orphan"
                            : "Background";
            deletion.delete(type.get(), place.namespace(), place.name(), new Deletion.Options(false, policy, uid, ""));
        }
    }

    private ObjectNode owner(Place dependent, JsonNode reference) {
        var place = store.placeOf(JsonTrees.text(reference, "uid"));
        if (place == null || !place.namespace().isEmpty() && !place.namespace().equals(dependent.namespace())) {
            return null;
        }
        return store.get(place);
    }

    private static boolean isForeground(JsonNode object) {
        return JsonTrees.isMarkedForDeletion(object)
                && JsonTrees.hasText(JsonTrees.at(object, "metadata", "finalizers"), Deletion.FOREGROUND);
    }

    private boolean hasBlockingDependents(String uid) {
        return store.dependentsOf(uid).stream().map(store::get)
                .anyMatch(object -> object != null && blocks(object, uid));
    }

    private static boolean blocks(JsonNode dependent, String uid) {
        return owners(dependent).valueStream().anyMatch(
                owner -> JsonTrees.text(owner, "uid").equals(uid) && owner.path("blockOwnerDeletion").asBoolean());
    }

    private void continueForeground(Place place) {
        var object = place == null ? null : store.get(place);
        if (object == null || !isForeground(object)) {
            return;
        }
        var uid = JsonTrees.uid(object);
        store.dependentsOf(uid).forEach(this::collect);
        if (!hasBlockingDependents(uid)) {
            deletion.finish(place, Deletion.FOREGROUND);
        }
    }

    private void orphan(Place place) {
        var object = store.get(place);
        if (object == null || !JsonTrees.hasText(JsonTrees.at(object, "metadata", "finalizers"), Deletion.ORPHAN)) {
            return;
        }
        var uid = JsonTrees.uid(object);
        for (var dependent : store.dependentsOf(uid)) {
            var found = store.get(dependent);
            if (found != null) {
                keepOwners(dependent,
                        owners(found).valueStream().filter(o -> !JsonTrees.text(o, "uid").equals(uid)).toList());
            }
        }
        deletion.finish(place, Deletion.ORPHAN);
    }

    private void keepOwners(Place place, java.util.List<JsonNode> owners) {
        store.writing(() -> {
            var old = store.get(place);
            if (old == null) {
                return false;
            }
            var next = old.deepCopy();
            JsonTrees.metadata(next).remove("ownerReferences");
            if (!owners.isEmpty()) {
                JsonTrees.metadata(next).set("ownerReferences", JsonTrees.array().addAll(owners));
            }
            store.put(place, next);
            return true;
        });
    }

    private void emptyNamespace(String namespace) {
        for (var content : store.countIn(namespace).keySet()) {
            catalog.ofStore(content).ifPresent(type -> empty(type, namespace));
        }
        finishNamespace(namespace);
    }

    private void empty(ResourceType type, String namespace) {
        for (var object : store.list(type.store(), namespace).objects()) {
            if (!JsonTrees.isMarkedForDeletion(object)) {
                deletion.delete(type, JsonTrees.namespace(object), JsonTrees.name(object),
                        Deletion.Options.background(JsonTrees.uid(object)));
            }
        }
    }

    private void finishNamespace(String namespace) {
        var place = new Place("namespaces", "", namespace);
        var object = namespace.isEmpty() ? null : store.get(place);
        if (object == null || !JsonTrees.isMarkedForDeletion(object) || !store.countIn(namespace).isEmpty()) {
            return;
        }
        store.writing(() -> {
            var next = store.get(place).deepCopy();
            if (next.path("spec").path("finalizers") instanceof ArrayNode list && !list.isEmpty()) {
                JsonTrees.child(next, "spec").remove("finalizers");
                store.put(place, next);
            }
            if (JsonTrees.at(next, "metadata", "finalizers").isEmpty()) {
                store.remove(place);
            }
            return true;
        });
    }

    private void emptyDefinition(Place place) {
        var definition = store.get(place);
        if (definition == null || !JsonTrees.isMarkedForDeletion(definition)) {
            return;
        }
        var type = catalog.ofStore(place.name());
        type.ifPresent(found -> empty(found, ""));
        if (store.list(place.name(), "").objects().isEmpty()) {
            deletion.finish(place, CustomResources.CLEANUP);
        }
    }

    @Override
    public void close() {
        worker.interrupt();
    }
}
