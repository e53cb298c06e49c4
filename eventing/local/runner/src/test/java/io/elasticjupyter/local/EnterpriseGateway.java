package io.elasticjupyter.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** The real Enterprise Gateway, run on this machine as the gateway's Deployment specifies, and its REST API. */
final class EnterpriseGateway implements AutoCloseable {

    private static final Path JUPYTER = Path.of("/usr/local/share/jupyter");
    private static final Path CONFIGURATION = Path.of("/usr/local/etc/jupyter");
    private static final Duration START = Duration.ofSeconds(60);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http = HttpClient.newHttpClient();
    private final Process process;
    private final Path log;
    private final int port;
    private final String token;

    private EnterpriseGateway(Process process, Path log, int port, String token) {
        this.process = process;
        this.log = log;
        this.port = port;
        this.token = token;
    }

    static EnterpriseGateway start(KubernetesClient client, Deployment deployment, JupyterPython python,
            int port, URI functions, Path kubeconfig, Path folder) throws Exception {
        mount(client, deployment, folder);
        Path sessions = Files.createDirectories(folder.resolve("sessions"));
        Container container = deployment.getSpec().getTemplate().getSpec().getContainers().getFirst();
        Path log = Files.createTempFile(folder, "enterprise-gateway", ".log");
        ProcessBuilder builder = new ProcessBuilder(python.command("start_enterprise_gateway.py"))
                .directory(folder.toFile()).redirectErrorStream(true).redirectOutput(log.toFile());
        Map<String, String> environment = builder.environment();
        environment.clear();
        environment.putAll(new PodFiles(client, deployment.getMetadata().getNamespace()).environment(container));
        // Each pod has its own ports and directories; processes on one machine share them.
        environment.putAll(Map.of(
                "PATH", System.getenv("PATH"),
                "HOME", folder.toString(),
                "KUBECONFIG", kubeconfig.toString(),
                "JUPYTER_PATH", folder.toString(),
                "JUPYTER_CONFIG_DIR", folder.resolve("etc").toString(),
                "JUPYTER_GATEWAY_FILES", sessions.toString()));
        environment.putAll(Map.of(
                "JUPYTER_GATEWAY_POD", "team-gateway-" + Long.toHexString(System.nanoTime()),
                "JUPYTER_GATEWAY_SESSIONS", functions.resolve("/kernelSessions").toString(),
                "EG_IP", "127.0.0.1",
                "EG_PORT", String.valueOf(port),
                "EG_RESPONSE_IP", "127.0.0.1",
                "EG_RESPONSE_PORT", String.valueOf(FreePort.any())));
        EnterpriseGateway gateway = new EnterpriseGateway(builder.start(), log, port, environment.get("EG_AUTH_TOKEN"));
        try {
            gateway.awaitReady(container.getReadinessProbe().getHttpGet().getPath());
            return gateway;
        } catch (RuntimeException | Error e) {
            gateway.close();
            throw e;
        }
    }

    /** Creates the mounted files in a directory, as a kubelet does; missing optional ConfigMaps are left out. */
    private static void mount(KubernetesClient client, Deployment deployment, Path folder) throws IOException {
        var pod = deployment.getSpec().getTemplate().getSpec();
        Map<String, Volume> volumes = pod.getVolumes().stream().collect(Collectors.toMap(Volume::getName, v -> v));
        for (VolumeMount mount : pod.getContainers().getFirst().getVolumeMounts()) {
            if (volumes.get(mount.getName()).getConfigMap() == null) {
                continue;
            }
            ConfigMap files = client.configMaps().inNamespace(deployment.getMetadata().getNamespace())
                    .withName(volumes.get(mount.getName()).getConfigMap().getName()).get();
            if (files != null) {
                Path path = Path.of(mount.getMountPath());
                Path target = path.startsWith(CONFIGURATION)
                        ? folder.resolve("etc")
                        : folder.resolve(JUPYTER.relativize(path));
                Files.createDirectories(target);
                for (var file : files.getData().entrySet()) {
                    Files.writeString(target.resolve(file.getKey()), file.getValue());
                }
            }
        }
    }

    private void awaitReady(String path) {
        await("Enterprise Gateway, whose log is " + log).atMost(START).until(() -> {
            assertThat(process.isAlive()).as(() -> "Enterprise Gateway is alive: " + log()).isTrue();
            try {
                HttpRequest request = HttpRequest.newBuilder(url(path)).timeout(START).build();
                return http.send(request, BodyHandlers.discarding()).statusCode() == 200;
            } catch (IOException notYet) {
                return false;
            }
        });
    }

    JsonNode kernelSpecs() throws Exception {
        return send("GET", "/api/kernelspecs", "", 200);
    }

    JsonNode kernels() throws Exception {
        return send("GET", "/api/kernels", "", 200);
    }

    /** Starts a kernel for a user, as a notebook server does, and returns the kernel's id. */
    String startKernel(String kernelSpec) throws Exception {
        String request = JSON.createObjectNode().put("name", kernelSpec)
                .set("env", JSON.createObjectNode().put("KERNEL_USERNAME", "jovyan")).toString();
        return send("POST", "/api/kernels", request, 201).get("id").asText();
    }

    void restartKernel(String id) throws Exception {
        send("POST", "/api/kernels/" + id + "/restart", "", 200);
    }

    void interruptKernel(String id) throws Exception {
        send("POST", "/api/kernels/" + id + "/interrupt", "", 204);
    }

    void deleteKernel(String id) throws Exception {
        send("DELETE", "/api/kernels/" + id, "", 204);
    }

    KernelChannels channels(String id) {
        return KernelChannels.open(http,
                URI.create("ws://127.0.0.1:" + port + "/api/kernels/" + id + "/channels?token=" + token));
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Ends the gateway as a kubelet does when its pod is deleted. */
    void terminate() throws InterruptedException {
        process.destroy();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(this::log).isTrue();
    }

    /** Ends the gateway as a crash does. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    }

    private JsonNode send(String method, String path, String body, int expected) throws Exception {
        var response = http.send(HttpRequest.newBuilder(url(path)).timeout(Duration.ofSeconds(60))
                .header("Authorization", "token " + token)
                .method(method, BodyPublishers.ofString(body)).build(), BodyHandlers.ofString());
        assertThat(response.statusCode())
                .as(() -> "%s %s: %s%n%s".formatted(method, path, response.body(), log())).isEqualTo(expected);
        return JSON.readTree(response.body());
    }

    URI url(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    private String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** Also stops the processes that it started. */
    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().onExit().join();
        http.shutdownNow();
    }
}
