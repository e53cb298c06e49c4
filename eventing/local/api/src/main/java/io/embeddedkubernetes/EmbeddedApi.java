package io.embeddedkubernetes;

import io.embeddedkubernetes.json.JsonTrees;
import io.embeddedkubernetes.kinds.Catalog;
import io.embeddedkubernetes.kinds.CustomResources;
import io.embeddedkubernetes.resource.WriteOptions;
import io.embeddedkubernetes.store.Deletion;
import io.embeddedkubernetes.store.GarbageCollector;
import io.embeddedkubernetes.store.ObjectStore;
import io.embeddedkubernetes.store.Registry;
import io.embeddedkubernetes.store.WatchHub;
import io.embeddedkubernetes.transport.HttpTransport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import javax.net.ssl.SSLContext;

/**
 * A Kubernetes API server inside this process. It keeps everything in memory, listens on the loopback address only, needs
 * no credentials, and runs no pods: stock kubectl and any Kubernetes client can use it. Custom resource definitions,
 * server-side apply, watches, admission by schema and CEL, and garbage collection work as in a cluster.
 */
public final class EmbeddedApi implements AutoCloseable {

    private final HttpTransport transport;
    private final String scheme;
    private final WatchHub hub = new WatchHub();
    private final RequestLog log = new RequestLog();
    private final GarbageCollector garbageCollector;

    private EmbeddedApi(int port, Optional<SSLContext> tls) throws IOException {
        var store = new ObjectStore(hub);
        var catalog = new Catalog();
        hub.listen(change -> follow(change, catalog));
        var registry = new Registry(store);
        var deletion = new Deletion(store);
        garbageCollector = new GarbageCollector(store, hub, catalog, deletion);
        var namespaces = catalog.find("v1", "namespaces").orElseThrow();
        for (var name : List.of("default", "kube-system", "kube-public")) {
            var namespace = JsonTrees.object();
            JsonTrees.metadata(namespace).put("name", name);
            registry.create(namespaces, "", namespace, WriteOptions.internal());
        }
        var handler = new RequestHandler(store, hub, catalog, new ResourceEndpoint(store, registry, deletion), log);
        scheme = tls.isPresent() ? "https" : "http";
        transport = HttpTransport.start(
                new InetSocketAddress(InetAddress.getByAddress(new byte[]{127, 0, 0, 1}), port), tls, handler);
    }

    private static void follow(ObjectStore.Change change, Catalog catalog) {
        if (!change.place().store().equals(CustomResources.STORE)) {
            return;
        }
        if (change.type() == ObjectStore.Change.Type.DELETED) {
            catalog.remove(change.place().name());
        } else if (change.old() == null || !change.old().path("spec").equals(change.object().path("spec"))) {
            catalog.install(change.place().name(), CustomResources.types(change.object()));
        }
    }

    /**
     * Starts a server on 127.0.0.1.
     *
     * @param port the port, or 0 for any free one
     * @throws java.net.BindException when the port is in use
     * @throws IOException when the server cannot listen for another reason
     */
    public static EmbeddedApi start(int port) throws IOException {
        return new EmbeddedApi(port, Optional.empty());
    }

    /**
     * Starts a server on 127.0.0.1 that speaks TLS, as a cluster's does.
     *
     * @param port the port, or 0 for any free one
     * @param tls the server's key and certificate
     * @throws java.net.BindException when the port is in use
     * @throws IOException when the server cannot listen for another reason
     */
    public static EmbeddedApi start(int port, SSLContext tls) throws IOException {
        return new EmbeddedApi(port, Optional.of(tls));
    }

    /** Returns the server's URL, such as {@code http://127.0.0.1:6443}. */
    public URI url() {
        return URI.create(scheme + "://127.0.0.1:" + transport.port());
    }

    /** Returns a kubeconfig file for this server, as YAML. */
    public String kubeconfig() {
        return """
                apiVersion: v1
                kind: Config
                current-context: embedded-kubernetes
                clusters:
                - name: embedded-kubernetes
                  cluster:
                    server: %s
                contexts:
                - name: embedded-kubernetes
                  context:
                    cluster: embedded-kubernetes
                    user: embedded-kubernetes
                    namespace: default
                users:
                - name: embedded-kubernetes
                  user: {}
                """.formatted(url());
    }

    /** Returns the last 10,000 requests, oldest first. A watch is listed from its start. */
    public List<Request> requests() {
        return log.all();
    }

    /** Adds a listener for requests, called as soon as the status of a response is known. */
    public void onRequest(Consumer<Request> listener) {
        log.onRequest(listener);
    }

    /** Clears the recorded requests. */
    public void clearRequests() {
        log.clear();
    }

    /**
     * Makes the next request that matches fail without an effect. Call it twice for two failures.
     *
     * @param which sees the request before it is served, so with status 0
     * @param status HTTP status code of the failure, such as 409 or 500
     */
    public void failNext(Predicate<Request> which, int status) {
        failNext(which, status, "failed on request of a test");
    }

    /** Makes the next request that meets a condition fail with a status and a message. */
    public void failNext(Predicate<Request> which, int status, String message) {
        log.failNext(which, status, message);
    }

    int watchers() {
        return hub.watchers();
    }

    /** Stops the server; watches end and everything stored is gone. */
    @Override
    public void close() {
        hub.close();
        garbageCollector.close();
        transport.close();
    }
}
