package io.elasticjupyter.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.elasticjupyter.application.FuzzedRequest.Reply;
import io.elasticjupyter.event.RecordedEvent;
import io.embeddedkubernetes.EmbeddedApi;
import io.fabric8.kubernetes.client.KubernetesClient;
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
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;

/**
 * Requests that nobody should send, made from recorded ones: whatever comes, the functions answer in time and in plain words,
 * and keep nothing of it. {@code -Dfuzz.requests=1000000} sends a million; {@code -Dfuzz.seed} repeats a run.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
@Import(ApiForTests.class)
class FuzzTest {

    private static final int REQUESTS = Integer.getInteger("fuzz.requests", 20_000);
    private static final int AT_ONCE = 8;
    private static final int WARM_UP = 4_000;

    /** Of live heap, for what a run of any length may leave behind. */
    private static final long MOST_LEFT = 24L * 1024 * 1024;

    /** A line of a stack trace, or the name of a class with its packages. */
    private static final Pattern INSIDES = Pattern
            .compile("\\tat |\\b(?:java|javax|jakarta|org|com|io)\\.[a-z][a-z0-9_.]*\\.[A-Z]\\w+|Exception\\b");

    @LocalServerPort
    private int port;

    @Autowired
    private EmbeddedApi api;

    @Autowired
    private KubernetesClient client;

    /** The first of each sort. */
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
    void whateverComesIsAnsweredInPlainWordsAndLeavesNothing() throws Exception {
        long seed = Long.getLong("fuzz.seed", System.nanoTime());
        System.out.println(REQUESTS + " fuzzed requests: -Dfuzz.seed=" + seed);
        List<RecordedEvent> recorded = Stream.of("resource", "reference", "ping")
                .flatMap(folder -> RecordedEvent.allOf(folder).stream()).toList();

        send(recorded, seed ^ -1, WARM_UP);
        long heapBefore = liveHeap();
        long socketsBefore = sockets();
        send(recorded, seed, REQUESTS);

        System.out.println("Answers by status (0: the connection was closed): " + new TreeMap<>(statuses));
        assertThat(wrong.values()).isEmpty();
        assertThat(statuses).containsKeys(200, 400, 404, 405);
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            assertThat(liveHeap() - heapBefore).as("bytes of live heap left behind").isLessThan(MOST_LEFT);
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
        // HTTP's own answers to a method and a version that no server here speaks.
        boolean notHttp = !request.whole() && (reply.status() == 501 || reply.status() == 505);
        if (reply.status() >= 500 && reply.status() != 503 && !notHttp) {
            wrong.putIfAbsent(reply.status() + reply.text().replaceFirst("(?s).*\\n\\{", "{"),
                    "answered " + reply + "\nto " + request + "\n" + again);
        }
        // An answer to a good event says what the API server says, and a class's name may be in what was sent.
        if ((reply.status() >= 400 || reply.status() == Reply.WITHOUT_STATUS) && INSIDES.matcher(reply.text()).find()
                && !request.saysWhatIsIn(reply.text(), INSIDES)) {
            Matcher insides = INSIDES.matcher(reply.text());
            wrong.putIfAbsent(insides.find() ? insides.group() : "", "told of its insides: " + reply + "\nto " + request
                    + "\n" + again);
        }
        if (reply.status() == 0 && !request.mayBeHungUpOn()) {
            wrong.putIfAbsent("hung up", "hung up on " + request + "\n" + again);
        }
    }

    private static long liveHeap() {
        // Twice, for what is freed by what was freed.
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
            // Closed meanwhile.
            return false;
        }
    }
}
