package io.elasticjupyter.benchmark;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;

/** What gateways answer to {@code /<namespace>/<gateway>/api/kernels}. They answer at once; real ones take their time. */
final class GatewayStandIns implements AutoCloseable {

    /** What a kernel does. */
    record Use(String state, Instant lastActivity) {}

    private final Map<String, Map<String, Use>> kernels = new ConcurrentHashMap<>();
    private final RequestCount requests = new RequestCount();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpServer server;
    private final Clock clock;

    /**
     * Gateways without kernels.
     *
     * @param clock the time in the functions' world
     */
    GatewayStandIns(Clock clock) throws IOException {
        this.clock = clock;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::handle);
        server.setExecutor(threads);
        server.start();
    }

    /** The functions' setting that leads here. */
    String setting() {
        return "--elastic-jupyter.gateway-url=http://127.0.0.1:" + server.getAddress().getPort()
                + "/{namespace}/{name}";
    }

    RequestCount requests() {
        return requests;
    }

    void set(String gateway, String kernel, Use use) {
        kernels.computeIfAbsent(gateway, name -> new ConcurrentHashMap<>()).put(kernel, use);
    }

    boolean has(String gateway, String kernel) {
        return kernels.getOrDefault(gateway, Map.of()).containsKey(kernel);
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            requests.add(exchange.getRequestMethod());
            // The server dates its answers by the machine's clock, so these gateways' clocks are wrong by the difference.
            Duration ahead = Duration.between(clock.instant(), Instant.now().truncatedTo(ChronoUnit.SECONDS));
            String[] path = exchange.getRequestURI().getPath().split("/");
            Map<String, Use> of = kernels.getOrDefault(path[1] + "/" + path[2], Map.of());
            if (path.length == 5) {
                send(exchange, 200, of.entrySet().stream().map(each -> json(each.getKey(), each.getValue(), ahead))
                        .collect(Collectors.joining(",", "[", "]")));
                return;
            }
            boolean delete = exchange.getRequestMethod().equals("DELETE");
            Use use = delete ? of.remove(path[5]) : of.get(path[5]);
            if (use == null) {
                send(exchange, 404, "{}");
            } else if (delete) {
                exchange.sendResponseHeaders(204, -1);
            } else {
                send(exchange, 200, json(path[5], use, ahead));
            }
        }
    }

    private static String json(String id, Use use, Duration ahead) {
        return """
                {"id":"%s","name":"python","last_activity":"%s","execution_state":"%s","connections":1}"""
                .formatted(id, use.lastActivity().plus(ahead), use.state());
    }

    private static void send(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
