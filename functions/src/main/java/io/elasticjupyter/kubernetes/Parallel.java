package io.elasticjupyter.kubernetes;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.function.Function;

/** Applies a function to many values at the same time, up to a limit. */
public final class Parallel {

    private Parallel() {}

    /** Returns the results in the order of the values. Once all are done, the exception of the first one that failed is thrown. */
    public static <T, R> List<R> map(List<T> values, int atOnce, Function<T, R> function) {
        Semaphore free = new Semaphore(atOnce);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<R>> tasks = values.stream().<Callable<R>>map(value -> () -> {
                free.acquire();
                try {
                    return function.apply(value);
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

    /** Waits for the result and returns it, or throws the exception of the task. */
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
