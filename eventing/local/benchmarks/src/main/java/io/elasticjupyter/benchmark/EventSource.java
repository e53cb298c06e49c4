package io.elasticjupyter.benchmark;

import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.api.v1alpha1.JupyterNotebook;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Replaces Knative between API server and functions: converts each change of a resource to an event, and retries failed
 * deliveries.
 */
final class EventSource implements AutoCloseable {

    /** The number of concurrent deliveries. */
    private static final int AT_ONCE = 16;
    private static final int ATTEMPTS = 5;
    private static final long FIRST_PAUSE_MILLIS = 100;

    /** A line of a watch. Other lines are bookmarks and the end of the watch. */
    private static final Pattern CHANGE = Pattern
            .compile("\\{\"type\":\"(ADDED|MODIFIED|DELETED)\",\"object\":(.*)\\}");

    private static final Map<String, String> CHANGES = Map.of("ADDED", "add", "MODIFIED", "update", "DELETED",
            "delete");

    private final FunctionCaller functions;
    private final Semaphore free = new Semaphore(AT_ONCE);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final List<Stream<String>> watches = new ArrayList<>();
    private final AtomicInteger events = new AtomicInteger();
    private final AtomicInteger failures = new AtomicInteger();
    private final AtomicInteger lost = new AtomicInteger();

    EventSource(URI apiServer, String namespace, FunctionCaller functions) {
        this.functions = functions;
        watch(apiServer, namespace, JupyterNotebook.class);
        watch(apiServer, namespace, JupyterGateway.class);
        watch(apiServer, namespace, Deployment.class);
    }

    /** Returns the number of deliveries. */
    int events() {
        return events.get();
    }

    /** Returns the number of failed deliveries. */
    int failures() {
        return failures.get();
    }

    /** Returns the number of events whose retries all failed. */
    int lost() {
        return lost.get();
    }

    /** Passes each object on as it was received: reading and writing it again would take more time than the functions. */
    private void watch(URI apiServer, String namespace, Class<? extends HasMetadata> type) {
        URI path = apiServer.resolve("/apis/%s/namespaces/%s/%s?watch=true".formatted(HasMetadata.getApiVersion(type),
                namespace, HasMetadata.getPlural(type)));
        CompletableFuture<HttpResponse<Stream<String>>> response = http.sendAsync(HttpRequest.newBuilder(path).build(),
                BodyHandlers.ofLines());
        // The watch has started with the headers of the response.
        Stream<String> lines = response.join().body();
        watches.add(lines);
        threads.submit(() -> lines.forEach(line -> {
            Matcher change = CHANGE.matcher(line);
            if (change.matches()) {
                String object = change.group(2);
                function(type, object).ifPresent(name -> threads.submit(
                        () -> deliver(name, CHANGES.get(change.group(1)), object)));
            }
        }));
    }

    private static Optional<String> function(Class<? extends HasMetadata> type, String object) {
        if (type != Deployment.class) {
            return Optional.of(type == JupyterNotebook.class ? "reconcileNotebook" : "reconcileGateway");
        }
        return Stream.of("Notebook", "Gateway").filter(kind -> object.contains("\"kind\":\"Jupyter" + kind + "\""))
                .map(kind -> "reconcile" + kind).findFirst();
    }

    private void deliver(String function, String change, String object) {
        events.incrementAndGet();
        long pause = FIRST_PAUSE_MILLIS;
        try {
            for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
                if (isTaken(function, change, object)) {
                    return;
                }
                failures.incrementAndGet();
                Thread.sleep(pause);
                pause *= 2;
            }
            lost.incrementAndGet();
        } catch (InterruptedException e) {
            // The source was closed.
            Thread.currentThread().interrupt();
        }
    }

    private boolean isTaken(String function, String change, String object) throws InterruptedException {
        free.acquire();
        try {
            functions.reconcile(function, change, object);
            return true;
        } catch (IOException e) {
            return false;
        } finally {
            free.release();
        }
    }

    @Override
    public void close() {
        watches.forEach(Stream::close);
        threads.shutdownNow();
        http.shutdownNow();
    }
}
