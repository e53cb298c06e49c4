package io.embeddedkubernetes;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.embeddedkubernetes.json.JsonTrees;
import io.embeddedkubernetes.kinds.Catalog;
import io.embeddedkubernetes.kubectl.Discovery;
import io.embeddedkubernetes.kubectl.OpenApi;
import io.embeddedkubernetes.kubectl.OpenApiProtobuf;
import io.embeddedkubernetes.kubectl.OpenApiV2;
import io.embeddedkubernetes.kubectl.Representation;
import io.embeddedkubernetes.resource.ResourceType;
import io.embeddedkubernetes.resource.StatusError;
import io.embeddedkubernetes.store.ObjectStore;
import io.embeddedkubernetes.store.WatchHub;
import io.embeddedkubernetes.transport.HttpExchange;
import io.embeddedkubernetes.transport.HttpTransport;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Routes HTTP requests, and turns every failure into a Status. */
final class RequestHandler implements HttpTransport.Handler {

    private static final System.Logger LOG = System.getLogger(RequestHandler.class.getName());
    private static final String JSON_TYPE = "application/json";

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
    public void handle(HttpExchange exchange) throws IOException, InterruptedException {
        var call = new Call(exchange);
        try {
            log.failIfAsked(call.record());
            dispatch(call, exchange);
        } catch (StatusError e) {
            if (e.isPlainText()) {
                text(exchange, call, e.code(), e.getMessage());
            } else {
                send(exchange, call, e.code(), JSON_TYPE, JsonTrees.bytes(e.status()), false);
            }
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "request failed: " + call.method() + " " + call.path(), e);
            var error = StatusError.of(500, "InternalError", "Internal error occurred: the server failed to answer");
            send(exchange, call, 500, JSON_TYPE, JsonTrees.bytes(error.status()), false);
        }
    }

    private void dispatch(Call call, HttpExchange exchange) throws IOException, InterruptedException {
        var path = call.path().length() > 1 && call.path().endsWith("/")
                ? call.path().substring(0, call.path().length() - 1)
                : call.path();
        if (path.startsWith("/api/") || path.startsWith("/apis/")) {
            api(call, exchange, path);
            return;
        }
        switch (path) {
            case "/healthz", "/livez", "/readyz" -> text(exchange, call, 200, "ok");
            case "/version" -> json(exchange, call, Discovery.version());
            case "/api", "/apis" -> roots(exchange, call, path.equals("/api"));
            case "/openapi/v2" -> {
                switch (OpenApiV2.form(call.header("Accept"))) {
                    case JSON -> json(exchange, call, OpenApiV2.document(openApi));
                    case PROTOBUF -> send(exchange, call, 200, OpenApiV2.PROTOBUF,
                            OpenApiProtobuf.write(OpenApiV2.document(openApi)), false);
                }
            }
            case "/openapi/v3" -> json(exchange, call, openApi.index());
            case "/" -> {
                var root = JsonTrees.object();
                root.putArray("paths").add("/api").add("/apis").add("/healthz").add("/openapi/v2")
                        .add("/openapi/v3").add("/version");
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
            send(exchange, call, 200, Discovery.AGGREGATED, JsonTrees.bytes(discovery.aggregated(core)), false);
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
        var route = RequestPath.of(path);
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
        send(exchange, call, answer.status(), JSON_TYPE, JsonTrees.bytes(answer.body()), answer.changed());
    }

    /** Returns the error for an unknown resource: a Status within built-in groups, plain text elsewhere. */
    private StatusError nothingAt(String apiVersion) {
        var slash = apiVersion.indexOf('/');
        return slash < 0 || catalog.isBuiltin(apiVersion.substring(0, slash))
                ? StatusError.noSuchPath()
                : StatusError.pageNotFound();
    }

    private void watch(ResourceType type, RequestPath route, Call call, HttpExchange exchange)
            throws IOException, InterruptedException {
        var stream = new WatchStream(type, route, call);
        log.add(call.record().answered(exchange.isWebSocket() ? 101 : 200, false));
        if (exchange.isWebSocket()) {
            exchange.upgrade(out -> stream.run(store, hub, out));
        } else {
            var form = Representation.of(call.header("Accept")) == Representation.OBJECT ? "" : ";stream=watch";
            exchange.stream(List.of(new HttpExchange.Header("Content-Type", JSON_TYPE + form),
                    new HttpExchange.Header("Cache-Control", "no-cache, private")),
                    out -> stream.run(store, hub, out));
        }
    }

    private void json(HttpExchange exchange, Call call, ObjectNode body) throws IOException {
        send(exchange, call, 200, JSON_TYPE, JsonTrees.bytes(body), false);
    }

    private void text(HttpExchange exchange, Call call, int status, String body) throws IOException {
        send(exchange, call, status, "text/plain; charset=utf-8", body.getBytes(StandardCharsets.UTF_8), false);
    }

    private void send(HttpExchange exchange, Call call, int status, String contentType, byte[] body, boolean changed)
            throws IOException {
        log.add(call.record().answered(status, changed));
        var headers = new ArrayList<HttpExchange.Header>();
        headers.add(new HttpExchange.Header("Content-Type", contentType));
        headers.add(new HttpExchange.Header("Cache-Control", "no-cache, private"));
        call.warnings()
                .forEach(warning -> headers
                        .add(new HttpExchange.Header("Warning", "299 - " + JsonTrees.quote(warning))));
        exchange.respond(status, headers, body);
    }
}
