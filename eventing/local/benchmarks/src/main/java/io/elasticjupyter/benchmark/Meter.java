package io.elasticjupyter.benchmark;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.internal.SSLUtils;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A proxy before a real API server that counts requests: plain HTTP on the loopback interface on one side, TLS with the
 * cluster's credentials on the other. It adds a fraction of a millisecond to each request of all compared subjects.
 */
final class Meter implements AutoCloseable {

    private static final List<String> PASSED_ON = List.of("Content-Type", "Accept", "User-Agent");

    static {
        System.setProperty("sun.net.httpserver.nodelay", "true");
        System.setProperty("sun.net.httpserver.idleInterval", "3600");
        System.setProperty("sun.net.httpserver.maxIdleConnections", "10000");
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpClient http;
    private final Config config;
    private final RequestCount requests;
    private final boolean recording;

    private final List<RecordedCall> calls = new CopyOnWriteArrayList<>();

    private Meter(Config config, RequestCount requests, boolean recording) throws IOException {
        this.config = config;
        this.requests = requests;
        this.recording = recording;
        try {
            http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
                    .sslContext(SSLUtils.sslContext(config)).build();
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::pass);
        server.setExecutor(threads);
    }

    static Meter start(Config config, RequestCount requests, boolean recording) throws IOException {
        Meter meter = new Meter(config, requests, recording);
        meter.server.start();
        return meter;
    }

    /** Returns the count since the previous call. */
    List<RecordedCall> calls() {
        List<RecordedCall> passed = List.copyOf(calls);
        calls.clear();
        return passed;
    }

    String kubeconfig() {
        return """
                apiVersion: v1
                kind: Config
                current-context: metered
                clusters:
                - name: metered
                  cluster:
                    server: http://127.0.0.1:%d
                contexts:
                - name: metered
                  context: {cluster: metered, user: metered, namespace: default}
                users:
                - name: metered
                  user: {}
                """.formatted(server.getAddress().getPort());
    }

    private void pass(HttpExchange exchange) throws IOException {
        try (exchange) {
            if ("websocket".equalsIgnoreCase(exchange.getRequestHeaders().getFirst("Upgrade"))) {
                // A client that requests a WebSocket falls back to HTTP streaming on a plain 200.
                exchange.sendResponseHeaders(200, -1);
                return;
            }
            requests.add(exchange.getRequestMethod());
            HttpResponse<InputStream> response = http.send(request(exchange), BodyHandlers.ofInputStream());
            response.headers().firstValue("Content-Type")
                    .ifPresent(type -> exchange.getResponseHeaders().set("Content-Type", type));
            exchange.sendResponseHeaders(response.statusCode(), length(response));
            try (var body = response.body(); var out = exchange.getResponseBody()) {
                byte[] buffer = new byte[16_384];
                for (int read = body.read(buffer); read >= 0; read = body.read(buffer)) {
                    out.write(buffer, 0, read);
                    // The events of a watch must be flushed immediately.
                    out.flush();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns the length that the JDK's server expects: 0 for unknown, -1 for an empty body. */
    private static long length(HttpResponse<?> response) {
        long length = response.headers().firstValueAsLong("Content-Length").orElse(0);
        return length == 0 && response.headers().firstValue("Content-Length").isPresent() ? -1 : length;
    }

    private HttpRequest request(HttpExchange exchange) throws IOException {
        URI asked = exchange.getRequestURI();
        Map<String, String> headers = new TreeMap<>();
        PASSED_ON.forEach(name -> Optional.ofNullable(exchange.getRequestHeaders().getFirst(name))
                .ifPresent(value -> headers.put(name, value)));
        RecordedCall call = new RecordedCall(exchange.getRequestMethod(),
                asked.getRawPath() + (asked.getRawQuery() == null ? "" : "?" + asked.getRawQuery()), headers,
                exchange.getRequestBody().readAllBytes());
        if (recording) {
            calls.add(call);
        }
        HttpRequest.Builder request = call.to(URI.create(config.getMasterUrl()));
        if (config.getAutoOAuthToken() != null) {
            request.header("Authorization", "Bearer " + config.getAutoOAuthToken());
        }
        return request.build();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
        http.shutdownNow();
    }
}
