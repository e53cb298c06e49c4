package io.elasticjupyter.cull;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;

/** Gateways as {@code GET} and {@code DELETE /<gateway>/api/kernels} show them, which can misbehave. */
final class GatewayForTests implements AutoCloseable {

    /** How one of them answers. */
    enum Mood {
        WELL, ERROR, GARBAGE, LARGE, SILENT
    }

    private record Kernel(String gateway, String state, Instant lastActivity) {}

    private final HttpServer server;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Map<String, Kernel> kernels = new ConcurrentHashMap<>();
    private final Map<String, Mood> moods = new ConcurrentHashMap<>();
    final List<String> ended = new CopyOnWriteArrayList<>();
    final List<String> asked = new CopyOnWriteArrayList<>();
    private volatile Runnable beforeSecondLook = () -> {};

    GatewayForTests() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::handle);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
    }

    String template() {
        return "http://localhost:" + server.getAddress().getPort() + "/{name}";
    }

    void has(String gateway, String id, String state, Duration idle) {
        kernels.put(id, new Kernel(gateway, state, Instant.now().minus(idle)));
    }

    void is(String gateway, Mood mood) {
        moods.put(gateway, mood);
    }

    void beforeSecondLook(Runnable action) {
        beforeSecondLook = action;
    }

    void reset() {
        kernels.clear();
        moods.clear();
        ended.clear();
        asked.clear();
        beforeSecondLook = () -> {};
    }

    private void handle(HttpExchange exchange) throws IOException {
        try {
            asked.add(exchange.getRequestURI().getPath());
            String[] path = exchange.getRequestURI().getPath().split("/");
            switch (moods.getOrDefault(path[1], Mood.WELL)) {
                case WELL -> answer(exchange, path);
                case ERROR -> send(exchange, 500, "no");
                case GARBAGE -> send(exchange, 200, "<html>");
                case LARGE -> send(exchange, 200, "[" + " ".repeat(10_000_000) + "]");
                case SILENT -> closing.await();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            exchange.close();
        }
    }

    private void answer(HttpExchange exchange, String[] path) throws IOException {
        if (path.length == 4) {
            send(exchange, 200, kernels.entrySet().stream().filter(k -> k.getValue().gateway().equals(path[1]))
                    .map(GatewayForTests::json).collect(Collectors.joining(",", "[", "]")));
            return;
        }
        String id = path[4];
        if (exchange.getRequestMethod().equals("DELETE")) {
            boolean known = kernels.remove(id) != null;
            if (known) {
                ended.add(id);
            }
            exchange.sendResponseHeaders(known ? 204 : 404, -1);
            return;
        }
        beforeSecondLook.run();
        Kernel kernel = kernels.get(id);
        send(exchange, kernel == null ? 404 : 200, kernel == null ? "{}" : json(Map.entry(id, kernel)));
    }

    private static String json(Map.Entry<String, Kernel> kernel) {
        return "{\"id\":\"%s\",\"name\":\"python\",\"last_activity\":\"%s\",\"execution_state\":\"%s\",\"connections\":1}"
                .formatted(kernel.getKey(), kernel.getValue().lastActivity(), kernel.getValue().state());
    }

    private static void send(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        closing.countDown();
        server.stop(0);
    }
}
