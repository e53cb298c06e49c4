package io.elasticjupyter.integration;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.elasticjupyter.api.v1alpha1.JupyterNotebook;
import io.elasticjupyter.local.KernelChannels;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.LocalPortForward;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;

/** A JupyterNotebook in a cluster, accessed through Kubernetes' port forwarding as by a browser. */
final class RemoteNotebook implements AutoCloseable {

    private static final Duration KERNEL_STARTS = Duration.ofSeconds(90);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http = HttpClient.newHttpClient();
    private final LocalPortForward forward;
    private final String token;

    RemoteNotebook(KubernetesClient client, String namespace, String name) {
        JupyterNotebook notebook = client.resources(JupyterNotebook.class).inNamespace(namespace).withName(name).get();
        String secret = client.secrets().inNamespace(namespace).withName(notebook.getStatus().secretName()).get()
                .getData().get("token");
        token = new String(Base64.getDecoder().decode(secret), StandardCharsets.UTF_8);
        forward = client.services().inNamespace(namespace).withName(name).portForward(8888);
    }

    /** Opens a notebook file, which starts a kernel if it has none, and returns the kernel's id. */
    String open(String file, String kernelSpec) throws Exception {
        JsonNode session = json(request("/api/sessions").timeout(KERNEL_STARTS).POST(BodyPublishers.ofString(
                JSON.writeValueAsString(Map.of("path", file, "name", file, "type", "notebook",
                        "kernel", Map.of("name", kernelSpec)))))
                .build(), 201);
        return session.at("/kernel/id").asText();
    }

    /** Returns the sessions. Lists the kernels first, as JupyterLab does, so that the server detects deleted ones. */
    JsonNode sessions() throws Exception {
        json(request("/api/kernels").GET().build(), 200);
        return json(request("/api/sessions").GET().build(), 200);
    }

    /** Runs code in a kernel and returns its output. */
    String run(String kernelId, String code) throws InterruptedException {
        try (KernelChannels channels = KernelChannels.open(http, URI.create(
                "ws://127.0.0.1:%d/api/kernels/%s/channels?token=%s".formatted(forward.getLocalPort(), kernelId,
                        token)))) {
            return channels.run(code);
        }
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + forward.getLocalPort() + path))
                .header("Authorization", "token " + token);
    }

    private JsonNode json(HttpRequest request, int status) throws Exception {
        HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        return JSON.readTree(answer.body());
    }

    @Override
    public void close() throws IOException {
        http.shutdownNow();
        forward.close();
    }
}
