package io.elasticjupyter.embedded;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;

/** Answers HTTP requests: finds who is responsible, and turns every failure into a Status. */
final class RequestHandler implements HttpHandler {

    private static final System.Logger LOG = System.getLogger(RequestHandler.class.getName());
    private static final String JSON_TYPE = "application/json";

    /** In bytes. A server in Go sends what is longer in chunks, and clients read those another way. */
    private static final int MOST_IN_ONE_PIECE = 2048;
    private static final int IN_CHUNKS = 0;

    private final ObjectStore store;
    private final WatchHub hub;
    private final Catalog catalog;
    private final ResourceEndpoint resources;
    private final Discovery discovery;
    private final OpenApi openApi;
    private final RequestLog log;

    RequestHandler(ObjectStore store, WatchHub hub, Catalog catalog, ResourceEndpoint resources, RequestLog log) {
        this.store = store;
        this.hub = hub;
        this.catalog = catalog;
        this.resources = resources;
        this.discovery = new Discovery(catalog);
        this.openApi = new OpenApi(catalog);
        this.log = log;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        var call = new Call(exchange);
        try (exchange) {
            try {
                log.failIfAsked(call.record());
                dispatch(call, exchange);
            } catch (StatusError e) {
                if (e.isPlainText()) {
                    text(exchange, call, e.code(), e.getMessage());
                } else {
                    send(exchange, call, e.code(), JSON_TYPE, Json.bytes(e.status()), false);
                }
            } catch (RuntimeException e) {
                LOG.log(Level.WARNING, "request failed: " + call.method() + " " + call.path(), e);
                var error = StatusError.of(500, "InternalError",
                        "Internal error occurred: the server failed to answer");
                send(exchange, call, 500, JSON_TYPE, Json.bytes(error.status()), false);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void dispatch(Call call, HttpExchange exchange) throws IOException, InterruptedException {
        var path = call.path().length() > 1 && call.path().endsWith("/")
                ? call.path().substring(0, call.path().length() - 1)
                : call.path();
        if (call.header("Upgrade").equalsIgnoreCase("websocket")) {
            // Clients that ask for a WebSocket take a plain 200 as: use HTTP streaming.
            exchange.sendResponseHeaders(200, -1);
            return;
        }
        if (path.startsWith("/api/") || path.startsWith("/apis/")) {
            api(call, exchange, path);
            return;
        }
        switch (path) {
            case "/healthz", "/livez", "/readyz" -> text(exchange, call, 200, "ok");
            case "/version" -> json(exchange, call, Discovery.version());
            case "/api", "/apis" -> roots(exchange, call, path.equals("/api"));
            case "/openapi/v3" -> json(exchange, call, openApi.index());
            case "/" -> {
                var root = Json.object();
                root.putArray("paths").add("/api").add("/apis").add("/healthz").add("/openapi/v3").add("/version");
                json(exchange, call, root);
            }
            default -> {
                if (!path.startsWith("/openapi/v3/")) {
                    throw StatusError.pageNotFound();
                }
                json(exchange, call, openApi.document(path.substring("/openapi/v3".length())));
            }
        }
    }

    private void roots(HttpExchange exchange, Call call, boolean core) throws IOException {
        if (call.header("Accept").contains("as=APIGroupDiscoveryList") && call.header("Accept").contains("v=v2;")
                || call.header("Accept").endsWith("v=v2")) {
            send(exchange, call, 200, Discovery.AGGREGATED, Json.bytes(discovery.aggregated(core)), false);
        } else {
            json(exchange, call, core ? Discovery.coreVersions() : discovery.groups());
        }
    }

    private void api(Call call, HttpExchange exchange, String path) throws IOException, InterruptedException {
        var depth = path.substring(1).split("/").length;
        if (path.startsWith("/apis/") && depth == 2) {
            json(exchange, call, discovery.group(path.substring("/apis/".length())));
            return;
        }
        var route = Router.of(path);
        if (route.plural().isEmpty()) {
            var slash = route.apiVersion().indexOf('/');
            json(exchange, call, discovery.resources(slash < 0 ? "" : route.apiVersion().substring(0, slash),
                    route.apiVersion().substring(slash + 1)));
            return;
        }
        var type = catalog.find(route.apiVersion(), route.plural()).orElseThrow(() -> nothingAt(route.apiVersion()));
        if (call.method().equals("GET") && (route.watch() || call.is("watch")) && route.subresource().isEmpty()) {
            watch(type, route, call, exchange);
            return;
        }
        var answer = resources.handle(type, route, call);
        send(exchange, call, answer.status(), JSON_TYPE, Json.bytes(answer.body()), answer.changed());
    }

    /** Only the built-in groups answer for paths below them that they do not serve. */
    private StatusError nothingAt(String apiVersion) {
        var slash = apiVersion.indexOf('/');
        return slash < 0 || catalog.isBuiltin(apiVersion.substring(0, slash))
                ? StatusError.noSuchPath()
                : StatusError.pageNotFound();
    }

    private void watch(ResourceType type, Router route, Call call, HttpExchange exchange)
            throws IOException, InterruptedException {
        var stream = new WatchStream(type, route, call);
        exchange.getResponseHeaders().set("Content-Type", JSON_TYPE + (Tables.of(call.header("Accept")) == Tables.OBJECT
                ? ""
                : ";stream=watch"));
        log.add(call.record().answered(200, false));
        exchange.sendResponseHeaders(200, 0);
        try (var out = exchange.getResponseBody()) {
            out.flush();
            stream.run(store, hub, out);
        }
    }

    private void json(HttpExchange exchange, Call call, ObjectNode body) throws IOException {
        send(exchange, call, 200, JSON_TYPE, Json.bytes(body), false);
    }

    private void text(HttpExchange exchange, Call call, int status, String body) throws IOException {
        send(exchange, call, status, "text/plain; charset=utf-8", body.getBytes(StandardCharsets.UTF_8), false);
    }

    private void send(HttpExchange exchange, Call call, int status, String contentType, byte[] body, boolean changed)
            throws IOException {
        log.add(call.record().answered(status, changed));
        var headers = exchange.getResponseHeaders();
        headers.set("Content-Type", contentType);
        headers.set("Cache-Control", "no-cache, private");
        call.warnings().forEach(warning -> headers.add("Warning", "299 - " + Json.quote(warning)));
        var isHead = call.method().equals("HEAD");
        exchange.sendResponseHeaders(status, isHead ? -1 : body.length > MOST_IN_ONE_PIECE ? IN_CHUNKS : body.length);
        if (!isHead) {
            exchange.getResponseBody().write(body);
        }
    }
}
