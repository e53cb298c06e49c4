package io.embeddedkubernetes.store;

import io.embeddedkubernetes.resource.StatusError;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Publishes changes to watches, and keeps the latest ones for watches that start from an older version. */
public final class WatchHub {

    private static final int REMEMBERED = 1024;
    private static final int MOST_WAITING = 50_000;

    private static final class History {
        final Deque<ObjectStore.Change> changes = new ArrayDeque<>();
        long forgottenUpTo;
    }

    private final Map<String, History> histories = new ConcurrentHashMap<>();
    private final Map<String, Set<Subscription>> subscriptions = new ConcurrentHashMap<>();
    private final List<Consumer<ObjectStore.Change>> listeners = new CopyOnWriteArrayList<>();
    private volatile boolean closed;

    /** One watcher's queue of changes not yet read. */
    public final class Subscription implements AutoCloseable {
        private final String store;
        private final BlockingQueue<ObjectStore.Change> waiting = new LinkedBlockingQueue<>();
        private volatile boolean ended;

        private Subscription(String store) {
            this.store = store;
        }

        /** @return the next change, or null when none came in time */
        public ObjectStore.Change next(long milliseconds) throws InterruptedException {
            return waiting.poll(milliseconds, TimeUnit.MILLISECONDS);
        }

        /** Returns whether the watcher is too far behind or the server stops. */
        public boolean hasEnded() {
            return (ended || closed) && waiting.isEmpty();
        }

        @Override
        public void close() {
            subscriptions.getOrDefault(store, Set.of()).remove(this);
        }
    }

    /** Adds a listener. It is called within each write, so it must be quick and must not write. */
    public void listen(Consumer<ObjectStore.Change> listener) {
        listeners.add(listener);
    }

    void publish(ObjectStore.Change change) {
        var history = histories.computeIfAbsent(change.place().store(), s -> new History());
        history.changes.addLast(change);
        if (history.changes.size() > REMEMBERED) {
            history.forgottenUpTo = history.changes.removeFirst().version();
        }
        for (var subscription : subscriptions.getOrDefault(change.place().store(), Set.of())) {
            if (subscription.waiting.size() >= MOST_WAITING) {
                subscription.ended = true;
                subscription.close();
            } else {
                subscription.waiting.add(change);
            }
        }
        listeners.forEach(listener -> listener.accept(change));
    }

    /**
     * Everything in a store after a version, past and to come. Call it under the store's read lock.
     *
     * @throws StatusError 410 when the changes since that version are no longer remembered
     */
    public Subscription subscribe(String store, long after) {
        var history = histories.computeIfAbsent(store, s -> new History());
        if (after < history.forgottenUpTo) {
            throw StatusError.of(410, "Expired",
                    "too old resource version: %d (%d)".formatted(after, history.forgottenUpTo));
        }
        var subscription = new Subscription(store);
        history.changes.stream().filter(change -> change.version() > after).forEach(subscription.waiting::add);
        subscriptions.computeIfAbsent(store, s -> ConcurrentHashMap.newKeySet()).add(subscription);
        return subscription;
    }

    public int watchers() {
        return subscriptions.values().stream().mapToInt(Set::size).sum();
    }

    public void close() {
        closed = true;
    }
}
