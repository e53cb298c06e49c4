package io.elasticjupyter.reconcile;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Runs at most one task for each key at a time. Callers that wait for the same key share one run, which starts after all of them have
 * called: so an event is never answered with the result of a run that may have read an older state. Many events about one object cost
 * two runs and delay no other object, as with the work queue of a controller.
 *
 * @param <K> the keys
 * @param <V> the results
 */
public final class Coalescing<K, V> {

    /** The keys with a run or a caller. Guards itself and the queues in it. */
    private final Map<K, Queue<V>> queues = new HashMap<>();

    /** The callers of one key. */
    private static final class Queue<V> {
        /** Held by the run. */
        final ReentrantLock turn = new ReentrantLock(true);
        /** The result of the run that has not started yet and that further callers may share; null if there is none. */
        CompletableFuture<V> next;
        int runs;
    }

    /** Returns the result of a run that starts after this call. Its exception is thrown to all callers that share it. */
    public V share(K key, Supplier<V> task) {
        Queue<V> queue;
        CompletableFuture<V> result = new CompletableFuture<>();
        synchronized (queues) {
            queue = queues.computeIfAbsent(key, first -> new Queue<>());
            if (queue.next != null) {
                result = queue.next;
                queue = null;
            } else {
                queue.next = result;
                queue.runs++;
            }
        }
        if (queue != null) {
            run(key, queue, result, task);
        }
        return value(result);
    }

    private void run(K key, Queue<V> queue, CompletableFuture<V> result, Supplier<V> task) {
        queue.turn.lock();
        try {
            synchronized (queues) {
                if (queue.next == result) {
                    queue.next = null;
                }
            }
            result.complete(task.get());
        } catch (RuntimeException | Error e) {
            result.completeExceptionally(e);
        } finally {
            queue.turn.unlock();
            synchronized (queues) {
                queue.runs--;
                if (queue.runs == 0) {
                    queues.remove(key);
                }
            }
        }
    }

    private static <V> V value(CompletableFuture<V> result) {
        try {
            return result.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }
}
