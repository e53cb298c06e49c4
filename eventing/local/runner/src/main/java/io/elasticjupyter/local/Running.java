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

/** All parts, started in the order in which they need one another and ended in the reverse. */
final class Running implements AutoCloseable {

    private final Options options;
    private final PrintWriter out;
    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final CountDownLatch ended = new CountDownLatch(1);
    private boolean closed;

    Running(Options options, PrintWriter out) {
        this.options = options;
        this.out = out;
    }

    /** Starts everything and says where it is. */
    void start(Map<String, String> environment) {
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
            add(() -> new PodSimulation(client));
        }
        add(() -> ResourceSource.start(client, wiring.watched(), api.url(), broker::publish));
        if (pings) {
            PingSources sources = add(
                    () -> PingSources.start(client, wiring, broker, functions.url(), lines, Clock.systemUTC()));
            if (options.cluster) {
                // Objects that exist already have sent no event. In a cluster a source's start asks for this.
                sources.send(wiring.resync());
            }
        }
    }

    /** Blocks until {@link #close()} is through. */
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

    // Guarded: Ctrl-C closes from another thread, maybe in the middle of the start.
    private synchronized <T extends AutoCloseable> T add(Supplier<T> start) {
        if (closed) {
            throw new StartFailure("ended while it was starting");
        }
        T part = start.get();
        parts.push(part);
        return part;
    }
}
