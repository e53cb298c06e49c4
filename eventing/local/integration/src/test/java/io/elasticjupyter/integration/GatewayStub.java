package io.elasticjupyter.integration;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Collectors;

/**
 * Answers for every gateway, with the same kernels.
 *
 * @param server that listens
 * @param lastActivity of each kernel, by its id
 */
record GatewayStub(HttpServer server, Map<String, Instant> lastActivity) implements AutoCloseable {

    static GatewayStub start() {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            GatewayStub stub = new GatewayStub(server, new ConcurrentSkipListMap<>());
            server.createContext("/", stub::answer);
            server.start();
            return stub;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private void answer(HttpExchange exchange) throws IOException {
        String id = exchange.getRequestURI().getPath().replaceFirst("^/api/kernels/?", "");
        int status = !id.isEmpty() && !lastActivity.containsKey(id) ? 404 : 200;
        if (status == 200 && exchange.getRequestMethod().equals("DELETE")) {
            lastActivity.remove(id);
            status = 204;
        }
        String body = id.isEmpty()
                ? lastActivity.keySet().stream().map(this::kernel).collect(Collectors.joining(",", "[", "]"))
                : kernel(id);
        byte[] bytes = status == 200 ? body.getBytes(StandardCharsets.UTF_8) : new byte[0];
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        try (exchange) {
            exchange.getResponseBody().write(bytes);
        }
    }

    private String kernel(String id) {
        return """
                {"id": "%s", "name": "python", "last_activity": "%s", "execution_state": "idle", "connections": 0}"""
                .formatted(id, lastActivity.get(id));
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
