package io.elasticjupyter.local.fake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * Plays every gateway. {@code /{namespace}/{name}/api/kernels} is the kernels' part of
 * <a href="https://jupyter-server.readthedocs.io/en/latest/developers/rest-api.html">Jupyter's REST API</a>, and
 * {@code POST /{namespace}/{name}/kernels/{id}/{change}} simulates the use of a kernel.
 */
public final class FakeGateway implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final int TOO_LARGE = 10_000_000;

    private final HttpServer server;
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final FakeKernels kernels;
    private final Map<String, Fault> faults = new ConcurrentHashMap<>();
    private final Map<String, String> tokens = new ConcurrentHashMap<>();
    private final Queue<String> requests = new ConcurrentLinkedQueue<>();
    private volatile Runnable beforeRead = () -> {};
    private volatile Supplier<Duration> clockSkew = () -> Duration.ZERO;

    /** The faults of a gateway. */
    public enum Fault {
        /** Responds with status 500. */
        ERROR,
        /** Responds with status 200 and HTML. */
        GARBAGE,
        /** Responds with status 200 and ten megabytes. */
        LARGE,
        /** Responds with status 302 and the path {@code /redirected}. */
        REDIRECT,
        /** Responds with status 200 and a list of kernels without id. */
        NO_IDS,
        /** Never responds. */
        SILENT
    }

    /** A response; its body may be null. */
    private record Response(int status, JsonNode body) {

        static Response error(int status, String reason, String message) {
            return new Response(status, NODES.objectNode().put("reason", reason).put("message", message));
        }
    }

    private FakeGateway(HttpServer server, FakeKernels kernels) {
        this.server = server;
        this.kernels = kernels;
        server.createContext("/", this::handle);
        server.setExecutor(executor);
        server.start();
    }

    /** Starts it on a free port of the loopback interface. */
    public static FakeGateway start(FakeKernels kernels) throws IOException {
        return start(0, kernels);
    }

    /**
     * Starts it on a port of the loopback interface.
     *
     * @throws java.net.BindException when the port is in use
     */
    public static FakeGateway start(int port, FakeKernels kernels) throws IOException {
        InetAddress loopback = InetAddress.getByAddress(new byte[]{127, 0, 0, 1});
        return new FakeGateway(HttpServer.create(new InetSocketAddress(loopback, port), 0), kernels);
    }

    /** Returns the URL of a gateway, with {@code {namespace}} and {@code {name}}. */
    public String urlTemplate() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/{namespace}/{name}";
    }

    /** Lets a gateway fail, which is named by {@code namespace/name}, until {@link #recover}. */
    public void fail(String gateway, Fault fault) {
        faults.put(gateway, fault);
    }

    /** Lets a gateway, which is named by {@code namespace/name}, require a token as Enterprise Gateway does. */
    public void require(String gateway, String token) {
        tokens.put(gateway, token);
    }

    /** Ends the fault of a gateway. */
    public void recover(String gateway) {
        faults.remove(gateway);
    }

    /** Sets an action that runs before each response about a single kernel. */
    public void beforeRead(Runnable action) {
        beforeRead = action;
    }

    /** Sets how far the gateways' clocks are ahead of the clock by which the activity of {@link FakeKernels} is given. */
    public void clockSkew(Supplier<Duration> skew) {
        clockSkew = skew;
    }

    /** Returns the requests so far, such as {@code GET /default/team/api/kernels}. */
    public List<String> requests() {
        return List.copyOf(requests);
    }

    /** Forgets faults, tokens, requests and the action before reads. */
    public void reset() {
        faults.clear();
        tokens.clear();
        requests.clear();
        beforeRead = () -> {};
    }

    @Override
    public void close() {
        closing.countDown();
        server.stop(0);
        executor.shutdownNow();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            String path = exchange.getRequestURI().getPath();
            requests.add(exchange.getRequestMethod() + " " + path);
            List<String> parts = List.of(path.substring(1).split("/"));
            Optional<Fault> fault = parts.size() < 2
                    ? Optional.empty()
                    : Optional.ofNullable(faults.get(parts.get(0) + "/" + parts.get(1)));
            if (fault.isPresent()) {
                fail(exchange, fault.get());
                return;
            }
            Response response = isAllowed(exchange, parts)
                    ? respond(exchange.getRequestMethod(), parts, body)
                    : Response.error(401, "Unauthorized", "");
            exchange.getResponseHeaders().set("Content-Type", "application/json; charset=UTF-8");
            send(exchange, response.status(),
                    response.body() == null ? new byte[0] : JSON.writeValueAsBytes(response.body()));
        }
    }

    private boolean isAllowed(HttpExchange exchange, List<String> path) {
        String token = path.size() < 2 ? null : tokens.get(path.get(0) + "/" + path.get(1));
        return token == null
                || ("token " + token).equals(exchange.getRequestHeaders().getFirst("Authorization"));
    }

    private void fail(HttpExchange exchange, Fault fault) throws IOException {
        switch (fault) {
            case ERROR -> send(exchange, 500, "no".getBytes(StandardCharsets.UTF_8));
            case GARBAGE -> send(exchange, 200, "<html>".getBytes(StandardCharsets.UTF_8));
            case LARGE -> send(exchange, 200, ("[" + " ".repeat(TOO_LARGE) + "]").getBytes(StandardCharsets.UTF_8));
            case REDIRECT -> {
                exchange.getResponseHeaders().set("Location", "/redirected");
                send(exchange, 302, new byte[0]);
            }
            case NO_IDS -> send(exchange, 200, "[{},{}]".getBytes(StandardCharsets.UTF_8));
            case SILENT -> {
                try {
                    closing.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }

    private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        if (body.length > 0) {
            exchange.getResponseBody().write(body);
        }
    }

    private Response respond(String method, List<String> path, byte[] body) {
        if (path.size() < 3) {
            return notFound("There is /{namespace}/{name}/api/kernels for every JupyterGateway.");
        }
        String gateway = path.get(0) + "/" + path.get(1);
        if (method.equals("GET") && path.size() == 5) {
            beforeRead.run();
        }
        try {
            return kernels.of(gateway)
                    .map(known -> respond(method, gateway, path.subList(2, path.size()), known, body))
                    .orElseGet(() -> notFound("There is no JupyterGateway " + gateway + "."));
        } catch (FakeKernels.UnavailableException e) {
            return Response.error(503, "Service Unavailable", e.getMessage());
        }
    }

    private Response respond(String method, String gateway, List<String> path, List<FakeKernel> known, byte[] body) {
        boolean api = path.size() > 1 && path.subList(0, 2).equals(List.of("api", "kernels"));
        if (api && path.size() == 2 && method.equals("GET")) {
            return new Response(200, NODES.arrayNode().addAll(known.stream().map(this::json).toList()));
        }
        if (api && path.size() == 2 && method.equals("POST")) {
            return start(gateway, body);
        }
        if (api && path.size() == 3 && (method.equals("GET") || method.equals("DELETE"))) {
            Optional<FakeKernel> kernel = known.stream().filter(each -> each.id().equals(path.getLast())).findFirst();
            Optional<Response> response = method.equals("GET")
                    ? kernel.map(each -> new Response(200, json(each)))
                    : kernel.filter(each -> kernels.delete(gateway, each)).map(each -> new Response(204, null));
            return response.orElseGet(() -> unknown(path.getLast()));
        }
        Optional<FakeKernel.Change> change = path.size() == 3 && path.getFirst().equals("kernels")
                ? FakeKernel.Change.named(path.getLast())
                : Optional.empty();
        if (change.isPresent() && method.equals("POST")) {
            // The name of the pod is easier to type than the id.
            return known.stream().filter(kernel -> List.of(kernel.id(), kernel.pod()).contains(path.get(1))).findFirst()
                    .map(kernel -> new Response(200, json(kernels.change(gateway, kernel, change.get()))))
                    .orElseGet(() -> unknown(path.get(1)));
        }
        return notFound("There are GET and POST /api/kernels, GET and DELETE /api/kernels/{id}, and"
                + " POST /kernels/{id}/busy, idle, connected, disconnected or dead.");
    }

    /** Starts a kernel with the request of Jupyter and the user of Enterprise Gateway. */
    private Response start(String gateway, byte[] body) {
        JsonNode request;
        try {
            request = body.length == 0 ? NODES.objectNode() : JSON.readTree(body);
        } catch (IOException e) {
            return Response.error(400, "Bad Request",
                    "The body is not JSON. Send {\"name\": \"KERNEL_SPEC\", \"env\": {\"KERNEL_USERNAME\": \"USER\"}}.");
        }
        String kernelSpec = request.path("name").asText(null);
        return kernels.start(gateway, kernelSpec, request.at("/env/KERNEL_USERNAME").asText("jovyan"))
                .map(kernel -> new Response(201, json(kernel)))
                .orElseGet(() -> notFound(kernelSpec == null
                        ? "The gateway has no kernel spec. Add one to spec.kernels of the JupyterGateway."
                        : "No such kernel: " + kernelSpec + ". Add it to spec.kernels of the JupyterGateway."));
    }

    private static Response unknown(String kernel) {
        return notFound("Kernel does not exist: " + kernel);
    }

    private static Response notFound(String message) {
        return Response.error(404, "Not Found", message);
    }

    private ObjectNode json(FakeKernel kernel) {
        return NODES.objectNode()
                .put("id", kernel.id())
                .put("name", kernel.spec())
                .put("last_activity", kernel.lastActivityText(clockSkew.get()))
                .put("execution_state", kernel.state())
                .put("connections", kernel.connections());
    }
}
