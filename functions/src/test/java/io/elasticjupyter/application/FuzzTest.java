package io.elasticjupyter.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.elasticjupyter.application.FuzzedRequest.Reply;
import io.elasticjupyter.event.RecordedEvent;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Invalid requests, derived from recorded ones: the functions respond to each in time, without details of the implementation,
 * and without leaks. {@code -Dfuzz.requests=1000000} sends a million; {@code -Dfuzz.seed} repeats a run.
 */
class FuzzTest extends FunctionsTest {

    private static final int REQUESTS = Integer.getInteger("fuzz.requests", 20_000);
    private static final int AT_ONCE = 8;
    private static final int WARM_UP = 4_000;

    /** The limit of the live heap that a run of any length may add. */
    private static final long HEAP_LIMIT = 24L * 1024 * 1024;

    /** A line of a stack trace, or a class name with its packages. */
    private static final Pattern INTERNALS = Pattern
            .compile("\\tat |\\b(?:java|javax|jakarta|org|com|io)\\.[a-z][a-z0-9_.]*\\.[A-Z]\\w+|Exception\\b");

    /** The first failure of each kind. */
    private final Map<String, String> wrong = new ConcurrentHashMap<>();
    private final Map<Integer, AtomicInteger> statuses = new ConcurrentHashMap<>();

    @BeforeEach
    void someResources() {
        client.resource("""
                apiVersion: kubeflow.tkestack.io/v1alpha1
                kind: JupyterGateway
                metadata: {name: jupytergateway-sample, namespace: default}
                """).serverSideApply();
        client.resource("""
                apiVersion: kubeflow.tkestack.io/v1alpha1
                kind: JupyterNotebook
                metadata: {name: jupyternotebook-sample, namespace: default}
                """).serverSideApply();
    }

    @Test
    void everyRequestIsAnsweredWithoutInternalsOrLeaks() throws Exception {
        long seed = Long.getLong("fuzz.seed", System.nanoTime());
        System.out.println(REQUESTS + " fuzzed requests: -Dfuzz.seed=" + seed);
        List<RecordedEvent> recorded = Stream.of("resource", "reference", "ping", "result")
                .flatMap(folder -> RecordedEvent.allOf(folder).stream()).toList();

        send(recorded, seed ^ -1, WARM_UP);
        long heapBefore = liveHeap();
        long socketsBefore = sockets();
        send(recorded, seed, REQUESTS);

        System.out.println("Responses by status (0: the connection was closed): " + new TreeMap<>(statuses));
        assertThat(wrong.values()).isEmpty();
        assertThat(statuses).containsKeys(200, 400, 404, 405);
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            assertThat(liveHeap() - heapBefore).as("bytes of live heap left behind").isLessThan(HEAP_LIMIT);
            assertThat(sockets() - socketsBefore).as("connections left behind").isLessThan(AT_ONCE);
        });
    }

    private void send(List<RecordedEvent> recorded, long seed, int requests) throws Exception {
        List<Callable<Void>> senders = new ArrayList<>();
        for (int sender = 0; sender < AT_ONCE; sender++) {
            int first = sender;
            senders.add(() -> {
                try (FuzzConnection connection = new FuzzConnection(port)) {
                    for (int i = first; i < requests; i += AT_ONCE) {
                        FuzzedRequest request = FuzzedRequest.of(recorded, seed + i);
                        judge(request, connection.send(request), "-Dfuzz.requests=1 -Dfuzz.seed=" + (seed + i));
                    }
                }
                return null;
            });
        }
        try (var threads = Executors.newFixedThreadPool(AT_ONCE)) {
            for (Future<Void> sent : threads.invokeAll(senders)) {
                sent.get();
            }
        }
        api.clearRequests();
    }

    private void judge(FuzzedRequest request, Reply reply, String again) {
        statuses.computeIfAbsent(reply.status(), status -> new AtomicInteger()).incrementAndGet();
        // Responses of the HTTP server to an unsupported method or version.
        boolean notHttp = !request.whole() && (reply.status() == 501 || reply.status() == 505);
        if (reply.status() >= 500 && reply.status() != 503 && !notHttp) {
            wrong.putIfAbsent(reply.status() + reply.text().replaceFirst("(?s).*\\n\\{", "{"),
                    "answered " + reply + "\nto " + request + "\n" + again);
        }
        // A response to a valid event may contain a message of the API server, and a class name may come from the request.
        if ((reply.status() >= 400 || reply.status() == Reply.WITHOUT_STATUS) && INTERNALS.matcher(reply.text()).find()
                && !request.explains(reply.text(), INTERNALS)) {
            Matcher internals = INTERNALS.matcher(reply.text());
            wrong.putIfAbsent(internals.find() ? internals.group() : "",
                    "contains internals: " + reply + "\nto " + request
                            + "\n" + again);
        }
        if (reply.status() == 0 && !request.mayBeClosed()) {
            wrong.putIfAbsent("closed", "closed the connection of " + request + "\n" + again);
        }
    }

    private static long liveHeap() {
        // Twice, because the first collection may make more objects collectable.
        System.gc();
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static long sockets() throws IOException {
        Path open = Path.of("/proc/self/fd");
        if (!Files.isDirectory(open)) {
            return 0;
        }
        try (Stream<Path> files = Files.list(open)) {
            return files.filter(FuzzTest::isSocket).count();
        }
    }

    private static boolean isSocket(Path file) {
        try {
            return Files.readSymbolicLink(file).toString().startsWith("socket:");
        } catch (IOException e) {
            // Closed in the meantime.
            return false;
        }
    }
}
