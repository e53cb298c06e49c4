package io.elasticjupyter.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CoalescingTest {

    private final Coalescing<String, Integer> runs = new Coalescing<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicInteger started = new AtomicInteger();
    private final Map<Thread, Boolean> waiting = new ConcurrentHashMap<>();
    private final CountDownLatch firstMayEnd = new CountDownLatch(1);

    @AfterEach
    void stop() {
        firstMayEnd.countDown();
        threads.close();
    }

    @Test
    void callersThatWaitShareOneRunThatStartsAfterThem() throws Exception {
        Future<Integer> first = blockingRun();
        List<Future<Integer>> others = waiters(100, () -> runs.share("k", started::incrementAndGet));
        assertThat(started).hasValue(1);

        firstMayEnd.countDown();

        assertThat(first.get()).isEqualTo(1);
        for (Future<Integer> other : others) {
            assertThat(other.get()).as("not the result of the run that had started before").isEqualTo(2);
        }
        assertThat(started).hasValue(2);
        assertThat(runs.share("k", started::incrementAndGet)).as("a later caller").isEqualTo(3);
    }

    @Test
    void anotherKeyDoesNotWait() throws Exception {
        blockingRun();

        assertThat(runs.share("other", () -> 42)).isEqualTo(42);
    }

    @Test
    void anExceptionIsThrownToAllThatShareTheRunAndToNobodyElse() throws Exception {
        blockingRun();
        List<Future<Integer>> others = waiters(2, () -> runs.share("k", () -> {
            throw new IllegalStateException("failed");
        }));

        firstMayEnd.countDown();

        for (Future<Integer> other : others) {
            assertThatThrownBy(other::get).hasRootCauseInstanceOf(IllegalStateException.class);
        }
        assertThat(runs.share("k", () -> 7)).isEqualTo(7);
    }

    @Test
    void runsOfOneKeyNeverOverlap() throws Exception {
        AtomicInteger inside = new AtomicInteger();
        List<Future<Integer>> all = IntStream.range(0, 200).mapToObj(i -> threads.submit(() -> {
            Supplier<Integer> task = () -> {
                assertThat(inside.incrementAndGet()).isEqualTo(1);
                Thread.yield();
                return inside.decrementAndGet();
            };
            return runs.share("k", task);
        })).toList();

        for (Future<Integer> each : all) {
            assertThat(each.get()).isZero();
        }
    }

    /** The functions may run for days, and resources come and go. */
    @Test
    void aKeyWithoutRunsIsForgotten() {
        Coalescing<Object, Integer> ofObjects = new Coalescing<>();
        WeakReference<Object> shared = used(key -> ofObjects.share(key, () -> 1));
        WeakReference<Object> failed = used(key -> assertThatThrownBy(() -> ofObjects.share(key, () -> {
            throw new IllegalStateException("failed");
        })).isInstanceOf(IllegalStateException.class));

        await().untilAsserted(() -> {
            System.gc();
            assertThat(Stream.of(shared, failed)).allMatch(key -> key.get() == null);
        });
        assertThat(ofObjects.share("k", () -> 2)).isEqualTo(2);
    }

    private static WeakReference<Object> used(Consumer<Object> use) {
        Object key = new Object();
        use.accept(key);
        return new WeakReference<>(key);
    }

    /** Starts a run that does not end before the test permits. */
    private Future<Integer> blockingRun() throws InterruptedException {
        CountDownLatch hasStarted = new CountDownLatch(1);
        Future<Integer> first = threads.submit(() -> runs.share("k", () -> {
            int number = started.incrementAndGet();
            hasStarted.countDown();
            try {
                firstMayEnd.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return number;
        }));
        hasStarted.await();
        return first;
    }

    /** Starts callers, and returns when all of them wait. */
    private List<Future<Integer>> waiters(int count, Callable<Integer> call) {
        List<Future<Integer>> futures = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            futures.add(threads.submit(() -> {
                waiting.put(Thread.currentThread(), true);
                return call.call();
            }));
        }
        await().until(() -> waiting.size() == count && waiting.keySet().stream()
                .allMatch(thread -> thread.getState() == Thread.State.WAITING));
        return futures;
    }
}
