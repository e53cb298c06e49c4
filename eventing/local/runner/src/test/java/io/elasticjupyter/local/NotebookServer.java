package io.elasticjupyter.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The real JupyterLab, run on this machine as the notebook's Deployment specifies, and the requests that a browser sends to
 * it.
 */
final class NotebookServer implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http = HttpClient.newHttpClient();
    private final ProcessBuilder command;
    private final Path notebooks;
    private final Path log;
    private final int port;
    private final String token;
    private Process process;

    private NotebookServer(ProcessBuilder command, Path notebooks, Path log, int port, String token) {
        this.command = command;
        this.notebooks = notebooks;
        this.log = log;
        this.port = port;
        this.token = token;
    }

    /**
     * Starts JupyterLab.
     *
     * @param gateway the local URL of the gateway, in place of its Service's address
     */
    static NotebookServer start(KubernetesClient client, Deployment deployment, JupyterPython python, URI gateway,
            Path folder) throws Exception {
        var pod = deployment.getSpec().getTemplate().getSpec();
        Secret secret = client.secrets().inNamespace(deployment.getMetadata().getNamespace())
                .withName(pod.getVolumes().getFirst().getProjected().getSources().getFirst().getSecret().getName())
                .get();
        PodFiles files = new PodFiles(client, deployment.getMetadata().getNamespace());
        Path configuration = Files.createDirectories(folder.resolve("configuration"));
        files.write(pod.getVolumes().getFirst(), configuration);
        Path notebooks = Files.createDirectories(folder.resolve("notebooks"));
        int port = FreePort.any();
        Path log = folder.resolve("jupyterlab.log");
        ProcessBuilder builder = new ProcessBuilder(python.executable(), "-m", "jupyterlab",
                "--ServerApp.ip=127.0.0.1", "--ServerApp.port=" + port,
                "--ServerApp.root_dir=" + notebooks)
                .directory(folder.toFile()).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        Map<String, String> environment = builder.environment();
        environment.clear();
        Container container = pod.getContainers().getFirst();
        environment.putAll(files.environment(container));
        // Each pod has its own ports and directories; processes on one machine share them.
        environment.putAll(Map.of(
                "PATH", System.getenv("PATH"),
                "HOME", folder.toString(),
                "JUPYTER_CONFIG_PATH", configuration.toString(),
                "JUPYTER_GATEWAY_URL", gateway.toString(),
                "JUPYTER_NOTEBOOK_KERNELS", folder.resolve("kernels").toString()));
        String token = new String(Base64.getDecoder().decode(secret.getData().get("token")), StandardCharsets.UTF_8);
        NotebookServer server = new NotebookServer(builder, notebooks, log, port, token);
        try {
            server.start();
            return server;
        } catch (RuntimeException | Error e) {
            server.close();
            throw e;
        }
    }

    /** Starts the server, for the first time or again. */
    void start() throws IOException {
        process = command.start();
        awaitReady();
    }

    /** Ends the server as a kubelet does when its pod is deleted. */
    void terminate() throws InterruptedException {
        process.destroy();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(this::log).isTrue();
    }

    /** Ends the server as a crash does. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    }

    /** Waits until a browser has connected to a kernel since the start. */
    void awaitConnection() {
        await("a connection to a kernel").atMost(PATIENCE).until(() -> log().lastIndexOf("Connecting to kernel") > log()
                .lastIndexOf("kernels of the notebook server before:"));
    }

    private void awaitReady() {
        await("JupyterLab, whose log is " + log).atMost(PATIENCE).until(() -> {
            assertThat(process.isAlive()).as(() -> "JupyterLab is alive: " + log()).isTrue();
            try {
                return send("GET", "/api", "").statusCode() == 200;
            } catch (IOException notYet) {
                return false;
            }
        });
    }

    /** Saves a notebook in the directory of its user. */
    void save(String path, InputStream notebook) throws IOException {
        Files.copy(notebook, notebooks.resolve(path));
    }

    /** Returns the URL at which a browser shows a notebook. */
    URI page(String path) {
        return URI.create("http://127.0.0.1:" + port + "/lab/tree/" + path + "?token=" + token);
    }

    /** Opens a notebook and returns its session. */
    JsonNode openNotebook(String path, String kernelSpec) throws Exception {
        var session = JSON.createObjectNode().put("path", path).put("name", path).put("type", "notebook");
        session.putObject("kernel").put("name", kernelSpec);
        return json(send("POST", "/api/sessions", session.toString()), 201);
    }

    /** Sends the requests that a browser with JupyterLab repeats every few seconds: all kernels, then all sessions. */
    JsonNode sessions() throws Exception {
        kernels();
        return listSessions();
    }

    JsonNode kernels() throws Exception {
        return json(send("GET", "/api/kernels", ""), 200);
    }

    /** Returns the sessions without a request for the kernels before. */
    JsonNode listSessions() throws Exception {
        return json(send("GET", "/api/sessions", ""), 200);
    }

    /** Closes a session, which ends its kernel. */
    void close(JsonNode session) throws Exception {
        assertThat(send("DELETE", "/api/sessions/" + session.get("id").asText(), "").statusCode()).isEqualTo(204);
    }

    KernelChannels channels(String kernelId) {
        return KernelChannels.open(http,
                URI.create("ws://127.0.0.1:" + port + "/api/kernels/" + kernelId + "/channels?token=" + token));
    }

    private JsonNode json(HttpResponse<String> response, int expected) throws IOException {
        assertThat(response.statusCode())
                .as(() -> "%s: %s%n%s".formatted(response.request(), response.body(), log())).isEqualTo(expected);
        return JSON.readTree(response.body());
    }

    private HttpResponse<String> send(String method, String path, String body) throws Exception {
        return http.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).timeout(PATIENCE)
                .header("Authorization", "token " + token).method(method, BodyPublishers.ofString(body)).build(),
                BodyHandlers.ofString());
    }

    private String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Override
    public void close() {
        if (process == null) {
            return;
        }
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().onExit().join();
        http.shutdownNow();
    }
}
