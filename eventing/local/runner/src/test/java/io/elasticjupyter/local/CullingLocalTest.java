package io.elasticjupyter.local;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** All parts together: an idle kernel is culled without a request, a busy one stays. */
class CullingLocalTest {

    private static final String GATEWAY = """
            apiVersion: kubeflow.tkestack.io/v1alpha1
            kind: JupyterGateway
            metadata: {name: team, namespace: default}
            spec: {cullIdleTimeout: 10, cullInterval: 1}
            """;

    private static final String KERNEL = """
            apiVersion: kubeflow.tkestack.io/v1alpha1
            kind: JupyterKernel
            metadata:
              name: %s
              namespace: default
              ownerReferences: [{apiVersion: kubeflow.tkestack.io/v1alpha1, kind: JupyterGateway, name: team, uid: %s, controller: true}]
            spec: {template: {spec: {containers: [{name: kernel, image: kernel}]}}}
            """;

    @TempDir
    Path folder;

    private final StringWriter printed = new StringWriter();

    @Test
    void anIdleKernelIsCulledAndABusyOneStays() throws Exception {
        Options options = CommandLine.populateCommand(new Options());
        options.port = FreePort.any();
        options.apiPort = FreePort.any();
        options.gatewayPort = FreePort.any();
        options.kubeconfig = folder.resolve("kubeconfig");
        try (var running = new Running(options, new PrintWriter(printed, true))) {
            running.start(Map.of());
            assertThat(printed.toString()).contains("http://127.0.0.1:" + options.gatewayPort + "/{namespace}/{name}");
            try (KubernetesClient client = new KubernetesClientBuilder()
                    .withConfig(Config.fromKubeconfig(Files.readString(options.kubeconfig))).build()) {
                String gateway = apply(client, GATEWAY);
                apply(client, KERNEL.formatted("idle", gateway));
                apply(client, KERNEL.formatted("busy", gateway));
                await().atMost(Duration.ofSeconds(30)).until(() -> use(options.gatewayPort, "idle", "idle") == 200);
                await().atMost(Duration.ofSeconds(30)).until(() -> use(options.gatewayPort, "busy", "busy") == 200);

                client.pods().inNamespace("default").withName("idle")
                        .waitUntilCondition(pod -> pod == null, 60, SECONDS);
                await().untilAsserted(() -> assertThat(printed.toString())
                        .containsPattern(
                                "PingSource default/team-cull +ping +→ /cullKernels +culled: culled 1, kept 1"));
                assertThat(client.pods().inNamespace("default").withName("busy").get()).isNotNull();
            }
        }
    }

    /** Applies a resource and returns its uid. */
    private static String apply(KubernetesClient client, String yaml) {
        return client.load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8))).serverSideApply()
                .getFirst().getMetadata().getUid();
    }

    private static int use(int port, String kernel, String change) throws Exception {
        return post(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/default/team/kernels/" + kernel
                + "/" + change)).POST(HttpRequest.BodyPublishers.noBody()));
    }

    private static int post(HttpRequest.Builder request) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(request.build(), HttpResponse.BodyHandlers.discarding()).statusCode();
        }
    }
}
