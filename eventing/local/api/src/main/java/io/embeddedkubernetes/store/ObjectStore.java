package io.embeddedkubernetes.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.embeddedkubernetes.json.JsonTrees;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/** All objects, in memory. Objects that it returns are shared: copy them before changing them. */
public final class ObjectStore {

    /** The key of an object. Cluster-scoped objects have the empty namespace. */
    public record Place(String store, String namespace, String name) {
        private String key() {
            return namespace + "/" + name;
        }
    }

    /** One write: {@code old} is null for a new object; for a deletion {@code object} is the last state. */
    public record Change(long version, Type type, Place place, ObjectNode object, ObjectNode old) {
        public enum Type {
            ADDED, MODIFIED, DELETED
        }
    }

    /** The objects of a list request and the version at which all of them were so. */
    public record Listing(List<ObjectNode> objects, long version) {}

    private static final class Bucket {
        final Map<String, ObjectNode> byKey = new ConcurrentHashMap<>();
        final NavigableMap<String, ObjectNode> ordered = new TreeMap<>();
    }

    private final Map<String, Bucket> buckets = new ConcurrentHashMap<>();
    private final Map<String, Place> byUid = new ConcurrentHashMap<>();
    private final Map<String, Set<Place>> byOwner = new ConcurrentHashMap<>();
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    private final WatchHub hub;
    private volatile long version = 1;

    public ObjectStore(WatchHub hub) {
        this.hub = hub;
    }

    /** Runs a write that no other write interrupts. */
    <T> T writing(Supplier<T> work) {
        lock.writeLock().lock();
        try {
            return work.get();
        } finally {
            lock.writeLock().unlock();
        }
    }

    /** Runs reads with no write in between. */
    public <T> T reading(Supplier<T> work) {
        lock.readLock().lock();
        try {
            return work.get();
        } finally {
            lock.readLock().unlock();
        }
    }

    public long version() {
        return version;
    }

    ObjectNode get(Place place) {
        var bucket = buckets.get(place.store());
        return bucket == null ? null : bucket.byKey.get(place.key());
    }

    /** @param namespace empty for all */
    public Listing list(String store, String namespace) {
        return reading(() -> {
            var bucket = buckets.get(store);
            return new Listing(bucket == null ? List.of() : List.copyOf(range(bucket, namespace)), version);
        });
    }

    private static Collection<ObjectNode> range(Bucket bucket, String namespace) {
        if (namespace.isEmpty()) {
            return bucket.ordered.values();
        }
        return bucket.ordered.subMap(namespace + "/", namespace + "0").values();
    }

    Place placeOf(String uid) {
        return byUid.get(uid);
    }

    List<Place> dependentsOf(String uid) {
        return reading(() -> new ArrayList<>(byOwner.getOrDefault(uid, Set.of())));
    }

    /** Stores the object under a new resourceVersion, which is set in the object given. Needs the write lock. */
    void put(Place place, ObjectNode object) {
        var bucket = buckets.computeIfAbsent(place.store(), s -> new Bucket());
        version++;
        JsonTrees.metadata(object).put("resourceVersion", Long.toString(version));
        var old = bucket.byKey.put(place.key(), object);
        bucket.ordered.put(place.key(), object);
        if (old != null) {
            unindexOwners(place, old);
        }
        byUid.put(JsonTrees.uid(object), place);
        for (var owner : JsonTrees.at(object, "metadata", "ownerReferences")) {
            byOwner.computeIfAbsent(JsonTrees.text(owner, "uid"), u -> ConcurrentHashMap.newKeySet()).add(place);
        }
        hub.publish(new Change(version, old == null ? Change.Type.ADDED : Change.Type.MODIFIED, place, object, old));
    }

    /** Removes an object and publishes its last state. Needs the write lock. */
    ObjectNode remove(Place place) {
        var bucket = buckets.get(place.store());
        var old = bucket.byKey.remove(place.key());
        bucket.ordered.remove(place.key());
        byUid.remove(JsonTrees.uid(old));
        unindexOwners(place, old);
        version++;
        var last = old.deepCopy();
        JsonTrees.metadata(last).put("resourceVersion", Long.toString(version));
        hub.publish(new Change(version, Change.Type.DELETED, place, last, old));
        return last;
    }

    private void unindexOwners(Place place, ObjectNode object) {
        for (var owner : JsonTrees.at(object, "metadata", "ownerReferences")) {
            byOwner.computeIfPresent(JsonTrees.text(owner, "uid"), (uid, places) -> {
                places.remove(place);
                return places.isEmpty() ? null : places;
            });
        }
    }

    /** Counts the objects in a namespace by store. */
    Map<String, Integer> countIn(String namespace) {
        return reading(() -> {
            var counts = new LinkedHashMap<String, Integer>();
            buckets.forEach((store, bucket) -> {
                var count = range(bucket, namespace).size();
                if (count > 0) {
                    counts.put(store, count);
                }
            });
            return counts;
        });
    }
}
