package io.elasticjupyter.local;

import io.fabric8.knative.duck.v1.Destination;
import io.fabric8.knative.duck.v1.KReference;
import io.fabric8.knative.sources.v1.PingSource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/**
 * Replaces the adapter of Knative's PingSources: sends the event of each PingSource according to its schedule. Only PingSources
 * whose sink is the Broker, or one of the functions' Services, which runs in this process, are considered.
 */
final class PingSources implements AutoCloseable {

    /** The value that Knative's adapter uses. */
    private static final RetryPolicy RETRY = new RetryPolicy(5, Duration.ofMillis(50), true);

    private final String namespace;
    private final Broker broker;
    private final URI functions;
    private final EventLines lines;
    private final Clock clock;
    private final HttpClient http = FunctionCall.client();
    private final ScheduledExecutorService timers = Executors
            .newSingleThreadScheduledExecutor(Thread.ofVirtual().name("pings").factory());
    private final ExecutorService deliveries = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, ArmedPing> armed = new HashMap<>();
    private SharedIndexInformer<PingSource> informer;

    private PingSources(String namespace, Broker broker, URI functions, EventLines lines, Clock clock) {
        this.namespace = namespace;
        this.broker = broker;
        this.functions = functions;
        this.lines = lines;
        this.clock = clock;
    }

    /**
     * Starts the adapter.
     *
     * @param wiring the eventing, with the PingSources that exist without being applied
     * @param broker the Broker that replaces the one of the wiring
     * @param functions the URL of the functions
     */
    static PingSources start(KubernetesClient client, Wiring wiring, Broker broker, URI functions, EventLines lines,
            Clock clock) {
        var started = new PingSources(wiring.namespace(), broker, functions, lines, clock);
        wiring.pings().forEach(started::arm);
        try {
            started.informer = client.resources(PingSource.class).inAnyNamespace().inform(started.new Handler());
        } catch (KubernetesClientException e) {
            started.close();
            throw new StartFailure("cannot watch the PingSources: " + ApiServer.reason(e), e);
        }
        return started;
    }

    /** Returns the next instant of a PingSource; empty when it is not armed. */
    synchronized Optional<Instant> next(String sourceNamespace, String name) {
        return Optional.ofNullable(armed.get(sourceNamespace + "/" + name)).flatMap(ArmedPing::next);
    }

    @Override
    public void close() {
        if (informer != null) {
            informer.close();
        }
        timers.shutdownNow();
        deliveries.shutdownNow();
        http.shutdownNow();
    }

    private synchronized void arm(PingSource source) {
        // A status update or a new list must not rearm it, because an instant that is near would be lost.
        if (armed.containsKey(key(source)) && armed.get(key(source)).sendsAs(source)) {
            return;
        }
        disarm(source);
        if (!isForUs(source)) {
            return;
        }
        try {
            armed.put(key(source), new ArmedPing(source, clock, timers, this::send));
        } catch (IllegalArgumentException e) {
            lines.print("PingSource " + key(source) + " is never due: " + e.getMessage());
        }
    }

    private synchronized void disarm(PingSource source) {
        Optional.ofNullable(armed.remove(key(source))).ifPresent(ArmedPing::disarm);
    }

    /** Separate from the timers, because a call may take long, and from arming, because the function may change the schedule. */
    void send(PingSource source) {
        if (isBroker(source.getSpec().getSink().getRef())) {
            broker.publish(PingEvents.event(source, clock.instant()));
            return;
        }
        var call = new FunctionCall(http, functions.resolve(source.getSpec().getSink().getUri()),
                source.getMetadata().getNamespace());
        deliveries.submit(() -> new RetryingCall(call, RETRY, lines::print, givenUp -> {})
                .deliver(PingEvents.event(source, clock.instant())));
    }

    private boolean isForUs(PingSource source) {
        Destination sink = source.getSpec() == null ? null : source.getSpec().getSink();
        if (sink == null || sink.getRef() == null) {
            return false;
        }
        return (isBroker(sink.getRef()) || isService(sink.getRef()) && sink.getUri() != null) && namespace.equals(
                Objects.requireNonNullElse(sink.getRef().getNamespace(), source.getMetadata().getNamespace()));
    }

    private static boolean isBroker(KReference to) {
        return "Broker".equals(to.getKind());
    }

    private static boolean isService(KReference to) {
        return "Service".equals(to.getKind())
                && Objects.toString(to.getApiVersion(), "").startsWith("serving.knative.dev/");
    }

    private static String key(PingSource source) {
        return source.getMetadata().getNamespace() + "/" + source.getMetadata().getName();
    }

    private final class Handler implements ResourceEventHandler<PingSource> {

        @Override
        public void onAdd(PingSource source) {
            arm(source);
        }

        @Override
        public void onUpdate(PingSource before, PingSource source) {
            arm(source);
        }

        @Override
        public void onDelete(PingSource source, boolean lastStateUnknown) {
            disarm(source);
        }
    }
}
