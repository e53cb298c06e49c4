package io.elasticjupyter.benchmark;

import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.api.v1alpha1.JupyterNotebook;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Replaces Knative between API server and functions: converts each change of a resource to an event, and retries failed
 * deliveries.
 */
final class EventSource implements AutoCloseable {

    /** The number of concurrent deliveries. */
    private static final int AT_ONCE = 16;
    private static final int ATTEMPTS = 5;
    private static final long FIRST_PAUSE_MILLIS = 100;

    private final FunctionCaller functions;
    private final Semaphore free = new Semaphore(AT_ONCE);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Watch> watches = new ArrayList<>();
    private final AtomicInteger events = new AtomicInteger();
    private final AtomicInteger failures = new AtomicInteger();
    private final AtomicInteger lost = new AtomicInteger();

    EventSource(KubernetesClient client, String namespace, FunctionCaller functions) {
        this.functions = functions;
        watch(client, namespace, JupyterNotebook.class);
        watch(client, namespace, JupyterGateway.class);
        watch(client, namespace, Deployment.class);
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

    private <T extends HasMetadata> void watch(KubernetesClient client, String namespace, Class<T> type) {
        watches.add(client.resources(type).inNamespace(namespace).watch(new Watcher<T>() {
            @Override
            public void eventReceived(Action action, T object) {
                Optional<String> change = switch (action) {
                    case ADDED -> Optional.of("add");
                    case MODIFIED -> Optional.of("update");
                    case DELETED -> Optional.of("delete");
                    // A bookmark, or the end of the watch.
                    case BOOKMARK, ERROR -> Optional.empty();
                };
                change.flatMap(type -> function(object).map(name -> (Runnable) () -> deliver(name, type,
                        Serialization.asJson(object)))).ifPresent(threads::submit);
            }

            @Override
            public void onClose(WatcherException e) {
                // Stopped when the source is closed.
            }
        }));
    }

    private static Optional<String> function(HasMetadata object) {
        String kind = object instanceof Deployment
                ? object.getMetadata().getOwnerReferences().stream().findFirst().map(OwnerReference::getKind).orElse("")
                : object.getKind();
        return switch (kind.toLowerCase(Locale.ROOT)) {
            case "jupyternotebook" -> Optional.of("reconcileNotebook");
            case "jupytergateway" -> Optional.of("reconcileGateway");
            default -> Optional.empty();
        };
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
        watches.forEach(Watch::close);
        threads.shutdownNow();
    }
}
