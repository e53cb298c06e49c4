package io.elasticjupyter.integration;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.elasticjupyter.local.CustomResources;
import io.embeddedkubernetes.EmbeddedApi;
import io.embeddedkubernetes.Request;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The embedded API of this project, which is always available. It has no authorization, but records who sent a request.
 *
 * @param api the server
 * @param audit the requests of the functions' accounts, in the format of a real API server's audit log
 */
record EmbeddedCluster(EmbeddedApi api, Path audit) implements Cluster {

    private static final Pattern WATCH = Pattern.compile("(^|&)watch=(true|1)(&|$)");

    private static final Pattern RESOURCE = Pattern.compile(
            "/api(?:s/(?<group>[^/]+))?/v[^/]+(?:/namespaces/[^/]+)?/(?<resource>[a-z]+)(?:/(?<name>[^/]+)(?:/(?<sub>[a-z]+))?)?");

    static EmbeddedCluster start() {
        try {
            EmbeddedCluster cluster = new EmbeddedCluster(EmbeddedApi.start(0),
                    Files.createTempFile("elastic-jupyter-audit-", ".log"));
            cluster.api.onRequest(cluster::record);
            return cluster;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String title() {
        return "the embedded API";
    }

    @Override
    public String kubeconfig() {
        return api.kubeconfig();
    }

    @Override
    public void prepare(KubernetesClient client) {
        CustomResources.install(client);
        CustomResources.install(client, KnativeDefinitions.read());
    }

    @Override
    public boolean collectsGarbage() {
        return true;
    }

    @Override
    public boolean isReal() {
        return false;
    }

    @Override
    public Optional<Path> auditLog() {
        return Optional.of(audit);
    }

    private void record(Request request) {
        Matcher path = RESOURCE.matcher(request.path());
        if (!request.user().startsWith("system:serviceaccount:") || !path.matches()) {
            return;
        }
        ObjectNode event = JsonNodeFactory.instance.objectNode().put("stage", "ResponseComplete")
                .put("verb", verb(request, path.group("name") != null));
        event.putObject("user").put("username", request.user());
        event.putObject("responseStatus").put("code", request.status());
        event.putObject("objectRef").put("resource", path.group("resource"))
                .put("subresource", Objects.requireNonNullElse(path.group("sub"), ""))
                .put("apiGroup", Objects.requireNonNullElse(path.group("group"), ""));
        append(event + "\n");
    }

    private synchronized void append(String line) {
        try {
            Files.writeString(audit, line, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String verb(Request request, boolean isNamed) {
        return switch (request.method()) {
            case "GET" -> WATCH.matcher(Objects.requireNonNullElse(request.query(), "")).find()
                    ? "watch"
                    : isNamed ? "get" : "list";
            case "POST" -> "create";
            case "PUT" -> "update";
            case "PATCH" -> "patch";
            case "DELETE" -> isNamed ? "delete" : "deletecollection";
            default -> request.method();
        };
    }

    @Override
    public void close() {
        api.close();
        audit.toFile().delete();
    }
}
