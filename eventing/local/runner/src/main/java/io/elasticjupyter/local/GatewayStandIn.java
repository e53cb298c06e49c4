package io.elasticjupyter.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.elasticjupyter.local.GatewayKernels.Kernel;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Stands in for every JupyterGateway where no container runs: at {@code /{namespace}/{name}} the part of Enterprise Gateway's
 * <a href="https://jupyter-server.readthedocs.io/en/latest/developers/rest-api.html">REST API</a> that is about kernels.
 *
 * <p>For a person, {@code POST /{namespace}/{name}/kernels/{id}/{change}} is the use that nobody makes of those kernels.
 */
final class GatewayStandIn implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final HttpServer server;
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final GatewayKernels kernels;

    private GatewayStandIn(HttpServer server, GatewayKernels kernels) {
        this.server = server;
        this.kernels = kernels;
        server.createContext("/", this::handle);
        server.setExecutor(executor);
        server.start();
    }

    static GatewayStandIn start(KubernetesClient client, int port) {
        FreePort.require(port, "the gateways", "--gateway-port");
        try {
            var address = new InetSocketAddress(InetAddress.getByAddress(new byte[]{127, 0, 0, 1}), port);
            return new GatewayStandIn(HttpServer.create(address, 0), new GatewayKernels(client, Clock.systemUTC()));
        } catch (BindException e) {
            throw FreePort.inUse(port, "the gateways", "--gateway-port", e);
        } catch (IOException e) {
            throw new StartFailure("the stand-in for the gateways cannot start: " + e.getMessage(), e);
        }
    }

    /** The address of any gateway, with its namespace and name left to be filled in. */
    String urlTemplate() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/{namespace}/{name}";
    }

    @Override
    public void close() {
        server.stop(0);
        executor.shutdownNow();
    }

    /** An answer, without a body when that is null. */
    private record Answer(int status, JsonNode body) {

        /** As Jupyter puts it. */
        static Answer error(int status, String reason, String message) {
            return new Answer(status, NODES.objectNode().put("reason", reason).put("message", message));
        }
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            Answer answer = answer(exchange.getRequestMethod(), exchange.getRequestURI().getPath());
            if (answer.body() == null) {
                exchange.sendResponseHeaders(answer.status(), -1);
                return;
            }
            byte[] body = JSON.writeValueAsBytes(answer.body());
            exchange.getResponseHeaders().set("Content-Type", "application/json; charset=UTF-8");
            exchange.sendResponseHeaders(answer.status(), body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private Answer answer(String method, String path) {
        List<String> parts = List.of(path.substring(1).split("/"));
        if (parts.size() < 3) {
            return notFound("There is /{namespace}/{name}/api/kernels for every JupyterGateway.");
        }
        String namespace = parts.get(0);
        String gateway = parts.get(1);
        try {
            return kernels.of(namespace, gateway)
                    .map(known -> answer(method, parts.subList(2, parts.size()), known))
                    .orElseGet(() -> notFound("There is no JupyterGateway " + namespace + "/" + gateway + "."));
        } catch (KubernetesClientException e) {
            return Answer.error(503, "Service Unavailable", ApiServer.reason(e));
        }
    }

    private Answer answer(String method, List<String> path, List<Kernel> known) {
        boolean api = path.size() > 1 && path.subList(0, 2).equals(List.of("api", "kernels"));
        boolean person = path.size() == 3 && path.getFirst().equals("kernels");
        if (api && path.size() == 2 && method.equals("GET")) {
            return new Answer(200, NODES.arrayNode().addAll(known.stream().map(GatewayStandIn::json).toList()));
        }
        if (api && path.size() == 3 && (method.equals("GET") || method.equals("DELETE"))) {
            return known.stream().filter(kernel -> kernel.id().equals(path.getLast())).findFirst()
                    .map(kernel -> method.equals("GET") ? new Answer(200, json(kernel)) : delete(kernel))
                    .orElseGet(() -> unknown(path.getLast()));
        }
        Optional<KernelActivity.Change> change = person
                ? KernelActivity.Change.named(path.getLast())
                : Optional.empty();
        if (change.isPresent() && method.equals("POST")) {
            return GatewayKernels.named(known, path.get(1))
                    .map(kernel -> new Answer(200, json(kernels.change(kernel, change.get()))))
                    .orElseGet(() -> unknown(path.get(1)));
        }
        return notFound("There are GET /api/kernels, GET and DELETE /api/kernels/{id}, and"
                + " POST /kernels/{id}/busy, idle, connected, disconnected or dead.");
    }

    private Answer delete(Kernel kernel) {
        kernels.delete(kernel);
        return new Answer(204, null);
    }

    private static Answer unknown(String kernel) {
        return notFound("Kernel does not exist: " + kernel);
    }

    private static Answer notFound(String message) {
        return Answer.error(404, "Not Found", message);
    }

    private static ObjectNode json(Kernel kernel) {
        return NODES.objectNode()
                .put("id", kernel.id())
                .put("name", kernel.spec())
                .put("last_activity", kernel.activity().lastActivityText())
                .put("execution_state", kernel.activity().state())
                .put("connections", kernel.activity().connections());
    }
}
