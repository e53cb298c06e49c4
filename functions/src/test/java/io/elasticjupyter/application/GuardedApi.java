package io.elasticjupyter.application;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.function.Predicate;

/** An API server with users in front of the embedded one, which has none: it refuses unknown tokens, and what a token may not do. */
final class GuardedApi implements AutoCloseable {

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    /** A request that was let through or refused. */
    record Call(String token, String method, String path) {}

    private final HttpServer server;
    private final URI api;
    private final Map<String, Predicate<Call>> rights = new ConcurrentHashMap<>();
    private final Map<String, String> answers = new ConcurrentHashMap<>();
    private final List<Call> calls = new CopyOnWriteArrayList<>();

    GuardedApi(URI api) throws IOException {
        this.api = api;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::handle);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Lets a token do what the predicate allows. */
    void allow(String token, Predicate<Call> right) {
        rights.put(token, right);
    }

    /** Answers all requests of a path with this JSON in place of the API server. */
    void answer(String path, String json) {
        answers.put(path, json);
    }

    List<Call> calls() {
        return calls;
    }

    private void handle(HttpExchange exchange) throws IOException {
        String header = exchange.getRequestHeaders().getFirst("Authorization");
        String token = header == null ? "" : header.replaceFirst("^Bearer ", "");
        Call call = new Call(token, exchange.getRequestMethod(), exchange.getRequestURI().getPath());
        calls.add(call);
        byte[] body = exchange.getRequestBody().readAllBytes();
        if (!rights.containsKey(token)) {
            reply(exchange, 401, status(401, "Unauthorized"));
        } else if (!rights.get(token).test(call)) {
            reply(exchange, 403, status(403, "forbidden: " + call.path()));
        } else if (answers.containsKey(call.path())) {
            reply(exchange, 201, answers.get(call.path()));
        } else {
            forward(exchange, body);
        }
    }

    private void forward(HttpExchange exchange, byte[] body) throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(api.resolve(exchange.getRequestURI()))
                .method(exchange.getRequestMethod(), BodyPublishers.ofByteArray(body));
        String type = exchange.getRequestHeaders().getFirst("Content-Type");
        if (type != null) {
            request.header("Content-Type", type);
        }
        try {
            var response = HTTP.send(request.build(), BodyHandlers.ofString());
            reply(exchange, response.statusCode(), response.body());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String status(int code, String message) {
        return "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Failure\",\"message\":\"" + message
                + "\",\"code\":" + code + "}";
    }

    private static void reply(HttpExchange exchange, int status, String json) throws IOException {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        try (var out = exchange.getResponseBody()) {
            out.write(bytes);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
