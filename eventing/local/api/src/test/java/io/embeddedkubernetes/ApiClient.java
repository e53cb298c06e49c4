package io.embeddedkubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.embeddedkubernetes.json.JsonTrees;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Speaks plain HTTP to a server under test. {@code {namespace}} in a path stands for the namespace of the test. */
final class ApiClient implements AutoCloseable {

    static final String CONFIG_MAPS = "/api/v1/namespaces/{namespace}/configmaps";
    static final String DEPLOYMENTS = "/apis/apps/v1/namespaces/{namespace}/deployments";
    static final String WIDGETS = "/apis/example.com/v1/namespaces/{namespace}/widgets";
    static final String DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    static final String MERGE = "application/merge-patch+json";
    static final String JSON_PATCH = "application/json-patch+json";
    static final String STRATEGIC = "application/strategic-merge-patch+json";
    static final String APPLY = "application/apply-patch+yaml";

    record Reply(int status, ObjectNode body) {

        String message() {
            return JsonTrees.text(body, "message");
        }

        JsonNode at(String... path) {
            return JsonTrees.at(body, path);
        }

        String text(String... path) {
            return JsonTrees.text(body, path);
        }

        String resourceVersion() {
            return text("metadata", "resourceVersion");
        }
    }

    private final ApiServer.Access access;
    private final String namespace;
    private final HttpClient http;

    ApiClient(ApiServer.Access access, String namespace) {
        this.access = access;
        this.namespace = namespace;
        var builder = HttpClient.newBuilder();
        access.tls().ifPresent(builder::sslContext);
        http = builder.build();
    }

    String namespace() {
        return namespace;
    }

    void createNamespace() {
        var created = post("/api/v1/namespaces", yaml("{metadata: {name: %s}}".formatted(namespace)));
        if (created.status() != 201) {
            throw new IllegalStateException(created.message());
        }
    }

    private HttpRequest.Builder request(String path) {
        var request = HttpRequest.newBuilder(URI.create(access.url() + path.replace("{namespace}", namespace)));
        if (!access.token().isEmpty()) {
            request.header("Authorization", "Bearer " + access.token());
        }
        return request;
    }

    static ObjectNode yaml(String text) {
        try {
            return (ObjectNode) JsonTrees.readYaml(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String widgetDefinition() {
        try (var in = ApiClient.class.getResourceAsStream("widgets.yaml")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static ObjectNode widget(String name, String spec) {
        return yaml("{apiVersion: example.com/v1, kind: Widget, metadata: {name: %s}, spec: %s}".formatted(name, spec));
    }

    static ObjectNode configMap(String name, String data) {
        return yaml("{apiVersion: v1, kind: ConfigMap, metadata: {name: %s}, data: %s}".formatted(name, data));
    }

    /** Installs the definition as it is in the file, and waits until it is served. */
    void installWidgets() {
        var found = get(DEFINITIONS + "/widgets.example.com");
        if (found.status() == 200 && found.at("metadata", "generation").asInt() == 1
                && !found.at("metadata").has("deletionTimestamp")) {
            return;
        }
        if (found.status() == 200) {
            uninstallWidgets();
        }
        var created = post(DEFINITIONS, yaml(widgetDefinition()));
        if (created.status() != 201) {
            throw new IllegalStateException(created.message());
        }
        await(() -> get(WIDGETS).status() == 200 && get("/openapi/v3/apis/example.com/v1").status() == 200);
    }

    void uninstallWidgets() {
        delete(DEFINITIONS + "/widgets.example.com");
        await(() -> get(DEFINITIONS + "/widgets.example.com").status() == 404 && get(WIDGETS).status() == 404);
    }

    Reply get(String path) {
        return send("GET", path, "", (byte[]) null);
    }

    Reply post(String path, JsonNode body) {
        return send("POST", path, "application/json", JsonTrees.compact(body));
    }

    Reply put(String path, JsonNode body) {
        return send("PUT", path, "application/json", JsonTrees.compact(body));
    }

    Reply patch(String path, String contentType, String body) {
        return send("PATCH", path, contentType, body);
    }

    Reply apply(String path, String manager, String body) {
        return patch(path + (path.contains("?") ? "&" : "?") + "fieldManager=" + manager, APPLY, body);
    }

    Reply delete(String path) {
        return send("DELETE", path, "", (byte[]) null);
    }

    Reply delete(String path, String options) {
        return send("DELETE", path, "application/json", options);
    }

    Reply send(String method, String path, String contentType, String body) {
        return send(method, path, contentType, body.getBytes(StandardCharsets.UTF_8));
    }

    Reply send(String method, String path, String contentType, byte[] body) {
        var response = raw(method, path, contentType, "application/json", body);
        var read = response.headers().firstValue("Content-Type").orElse("").startsWith("application/json")
                ? yaml(response.body())
                : JsonTrees.object().put("message", response.body());
        return new Reply(response.statusCode(), read);
    }

    HttpResponse<String> raw(String method, String path, String contentType, String accept, byte[] body) {
        var request = request(path).timeout(Duration.ofSeconds(10))
                .header("Accept", accept).header("User-Agent", "tester/1.0").method(method, body == null
                        ? HttpRequest.BodyPublishers.noBody()
                        : HttpRequest.BodyPublishers.ofByteArray(body));
        if (!contentType.isEmpty()) {
            request.header("Content-Type", contentType);
        }
        try {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    JsonNode table(String path) {
        return yaml(raw("GET", path, "", "application/json;as=Table;v=v1;g=meta.k8s.io,application/json", null).body());
    }

    /** A watch whose events are read one by one. */
    Events watch(String path) {
        var request = request(path).build();
        try {
            var response = http.send(request, HttpResponse.BodyHandlers.ofInputStream());
            return new Events(response.statusCode(), new BufferedReader(new InputStreamReader(response.body(),
                    StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** A watch over WebSocket whose messages are read one by one. */
    Messages webSocket(String path) {
        var messages = new Messages(new LinkedBlockingQueue<>(), new CompletableFuture<>(), new CompletableFuture<>(),
                new CompletableFuture<>());
        var builder = http.newWebSocketBuilder().header("Origin", access.url().toString());
        if (!access.token().isEmpty()) {
            builder.header("Authorization", "Bearer " + access.token());
        }
        var address = (access.url() + path.replace("{namespace}", namespace)).replaceFirst("^http", "ws");
        messages.opened().complete(builder.buildAsync(URI.create(address), messages.listener()).join());
        return messages;
    }

    record Messages(BlockingQueue<String> texts, CompletableFuture<Integer> closed, CompletableFuture<String> pong,
            CompletableFuture<WebSocket> opened) implements AutoCloseable {

        WebSocket socket() {
            return opened.join();
        }

        String next() throws InterruptedException {
            return texts.poll(10, TimeUnit.SECONDS);
        }

        private WebSocket.Listener listener() {
            var part = new StringBuilder();
            return new WebSocket.Listener() {
                @Override
                public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean isLast) {
                    part.append(data);
                    if (isLast) {
                        texts.add(part.toString());
                        part.setLength(0);
                    }
                    socket.request(1);
                    return null;
                }

                @Override
                public CompletionStage<?> onPong(WebSocket socket, ByteBuffer message) {
                    pong.complete(StandardCharsets.UTF_8.decode(message).toString());
                    return null;
                }

                @Override
                public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
                    closed.complete(code);
                    return null;
                }
            };
        }

        @Override
        public void close() {
            socket().abort();
        }
    }

    /** Asks for a WebSocket with these headers. Returns the status line and the headers of the answer. */
    List<String> handshake(String path, String headers) throws IOException {
        var factory = access.tls().isPresent()
                ? access.tls().get().getSocketFactory()
                : javax.net.SocketFactory.getDefault();
        try (var socket = factory.createSocket(access.url().getHost(), access.url().getPort())) {
            socket.getOutputStream().write(("GET " + path.replace("{namespace}", namespace) + " HTTP/1.1\r\nHost: x\r\n"
                    + "Authorization: Bearer " + access.token() + "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                    + headers + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            var reader = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            var lines = new ArrayList<String>();
            for (var line = reader.readLine(); line != null && !line.isEmpty(); line = reader.readLine()) {
                lines.add(line);
            }
            return lines;
        }
    }

    record Events(int status, BufferedReader lines) implements AutoCloseable {

        /** The next event, or null at the end of the stream. */
        ObjectNode next() {
            try {
                var line = lines.readLine();
                return line == null ? null : yaml(line);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** The next event as {@code TYPE name}. */
        String nextShort() {
            var event = next();
            return event == null ? null : JsonTrees.text(event, "type") + " " + JsonTrees.name(event.path("object"));
        }

        @Override
        public void close() throws IOException {
            lines.close();
        }
    }

    static void await(BooleanSupplier condition) {
        var end = Instant.now().plusSeconds(20);
        while (!condition.getAsBoolean()) {
            if (Instant.now().isAfter(end)) {
                throw new AssertionError("the condition did not hold within 20 seconds");
            }
            sleep(5);
        }
    }

    static void sleep(long milliseconds) {
        try {
            Thread.sleep(milliseconds);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
