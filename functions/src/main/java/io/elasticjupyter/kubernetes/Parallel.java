package io.elasticjupyter.kubernetes;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.function.Function;

/** Does the same for many things at once, but not for too many. */
public final class Parallel {

    private Parallel() {}

    /** The results in the order of the things. What the function throws for the first that fails is thrown once all are done. */
    public static <T, R> List<R> map(List<T> things, int atOnce, Function<T, R> function) {
        Semaphore free = new Semaphore(atOnce);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<R>> tasks = things.stream().<Callable<R>>map(thing -> () -> {
                free.acquire();
                try {
                    return function.apply(thing);
                } finally {
                    free.release();
                }
            }).toList();
            return threads.invokeAll(tasks).stream().map(Parallel::result).toList();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** What came of it, once it is done; or what it threw. */
    public static <R> R result(Future<R> done) {
        try {
            return done.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
