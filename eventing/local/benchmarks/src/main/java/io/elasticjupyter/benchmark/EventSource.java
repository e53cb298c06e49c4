package io.elasticjupyter.benchmark;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.api.v1alpha1.JupyterNotebook;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.io.IOException;
import java.io.UncheckedIOException;
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

    /** The types of a watch's events, and the changes that Knative makes of them. */
    private static final Map<String, String> CHANGES = Map.of("ADDED", "add", "MODIFIED", "update", "DELETED",
            "delete");

    private static final JsonFactory JSON = new JsonFactory();

    /** A change of an object in the watched namespace. */
    private record Change(String change, Class<? extends HasMetadata> type, String name) {}

    private final FunctionCaller functions;
    private final String namespace;
    private final Semaphore free = new Semaphore(AT_ONCE);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final List<Stream<String>> watches = new ArrayList<>();
    private final AtomicInteger events = new AtomicInteger();
    private final AtomicInteger failures = new AtomicInteger();
    private final AtomicInteger lost = new AtomicInteger();

    EventSource(URI apiServer, String namespace, FunctionCaller functions) {
        this.functions = functions;
        this.namespace = namespace;
        watch(apiServer, JupyterNotebook.class);
        watch(apiServer, JupyterGateway.class);
        watch(apiServer, Deployment.class);
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

    private void watch(URI apiServer, Class<? extends HasMetadata> type) {
        URI path = apiServer.resolve("/apis/%s/namespaces/%s/%s?watch=true".formatted(HasMetadata.getApiVersion(type),
                namespace, HasMetadata.getPlural(type)));
        CompletableFuture<HttpResponse<Stream<String>>> response = http.sendAsync(HttpRequest.newBuilder(path).build(),
                BodyHandlers.ofLines());
        // The watch has started with the headers of the response.
        Stream<String> lines = response.join().body();
        watches.add(lines);
        threads.submit(() -> lines.forEach(line -> change(type, line).ifPresent(change -> functions(type)
                .forEach(function -> threads.submit(() -> deliver(function, change))))));
    }

    /** Returns the functions whose Triggers select the events of a type. */
    private static Stream<String> functions(Class<? extends HasMetadata> type) {
        return Stream.of(JupyterNotebook.class, JupyterGateway.class)
                .filter(each -> type == Deployment.class || type == each)
                .map(each -> "reconcile" + each.getSimpleName().substring("Jupyter".length()));
    }

    /** Reads a line of a watch up to the object's name: reading all of it would take more time than the functions. */
    private static Optional<Change> change(Class<? extends HasMetadata> type, String line) {
        String change = null;
        try (JsonParser json = JSON.createParser(line)) {
            int depth = 0;
            boolean inMetadata = false;
            while (json.nextToken() != null) {
                switch (json.currentToken()) {
                    case START_OBJECT -> {
                        depth++;
                        inMetadata = depth == 3 && "metadata".equals(json.currentName());
                    }
                    case END_OBJECT -> depth--;
                    case VALUE_STRING -> {
                        if (depth == 1 && json.currentName().equals("type")) {
                            change = CHANGES.get(json.getText());
                        } else if (inMetadata && depth == 3 && json.currentName().equals("name")) {
                            return Optional.ofNullable(change).map(known -> new Change(known, type, text(json)));
                        }
                    }
                    default -> {
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Optional.empty();
    }

    private static String text(JsonParser json) {
        try {
            return json.getText();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void deliver(String function, Change change) {
        events.incrementAndGet();
        long pause = FIRST_PAUSE_MILLIS;
        try {
            for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
                if (isTaken(function, change)) {
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

    private boolean isTaken(String function, Change change) throws InterruptedException {
        free.acquire();
        try {
            functions.reconcile(function, change.change(), change.type(), namespace, change.name());
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
