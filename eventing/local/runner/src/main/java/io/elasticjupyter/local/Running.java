package io.elasticjupyter.local;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;

/** All parts of the local runner, started in the order of their dependencies and stopped in reverse. */
final class Running implements AutoCloseable {

    private static final String STOPPED = "stopped during the start";

    private final Options options;
    private final PrintWriter out;
    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final CountDownLatch ended = new CountDownLatch(1);
    private boolean closed;

    Running(Options options, PrintWriter out) {
        this.options = options;
        this.out = out;
    }

    /**
     * Starts all parts and prints the banner.
     *
     * @throws StartFailure when it cannot start, or {@link #close()} is called meanwhile
     */
    void start(Map<String, String> environment) {
        try {
            startParts(environment);
        } catch (RuntimeException e) {
            // A client that has been closed throws its own exceptions.
            throw isClosed() && !(e instanceof StartFailure) ? new StartFailure(STOPPED, e) : e;
        }
    }

    private void startParts(Map<String, String> environment) {
        Wiring wiring = Wiring.read();
        FreePort.require(options.port, "the functions", "--port");

        ApiServer api = add(() -> ApiServer.start(options, environment));
        KubernetesClient client = add(() -> new KubernetesClientBuilder().withConfig(api.config()).build());
        String version = ApiServer.version(client);
        CustomResources.install(client);
        api.kubeconfig().ifPresent(yaml -> KubeconfigFile.write(options.kubeconfig, yaml));

        boolean pings = PingSourceDefinition.provide(client, api);
        boolean simulated = !api.runsPods() && !options.noSimulation;
        Optional<String> gateways = simulated && options.gatewayUrl == null
                ? Optional.of(add(() -> PodKernels.serve(client, options.gatewayPort)).urlTemplate())
                : Optional.empty();
        Functions functions = add(() -> Functions.start(options, api,
                gateways.or(() -> Optional.ofNullable(options.gatewayUrl))));
        EventLines lines = new EventLines(out);
        Broker broker = add(() -> new Broker(wiring, functions.url(), lines::print));
        new Banner(options, api, version, functions.url(), gateways, wiring, simulated).print(out);

        if (simulated) {
            add(() -> new PodSimulation(client, api instanceof EmbeddedApiServer));
        }
        add(() -> ResourceSource.start(client, wiring.watched(), api.url(), broker::publish));
        if (pings) {
            PingSources sources = add(
                    () -> PingSources.start(client, wiring, broker, functions.url(), lines, Clock.systemUTC()));
            if (options.cluster) {
                // Existing objects sent no event. In a cluster, the start of a source triggers a resync.
                sources.send(wiring.resync());
            }
        }
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    /** Blocks until {@link #close()} has completed. */
    void awaitEnd() throws InterruptedException {
        ended.await();
    }

    @Override
    public synchronized void close() {
        closed = true;
        while (!parts.isEmpty()) {
            try {
                parts.pop().close();
            } catch (Exception e) {
                out.println("While ending: " + e.getMessage());
            }
        }
        ended.countDown();
    }

    // Synchronized, because Ctrl-C calls close on another thread, possibly during the start.
    private synchronized <T extends AutoCloseable> T add(Supplier<T> start) {
        if (closed) {
            throw new StartFailure(STOPPED);
        }
        T part = start.get();
        parts.push(part);
        return part;
    }
}
