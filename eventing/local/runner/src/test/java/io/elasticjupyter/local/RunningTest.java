package io.elasticjupyter.local;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.cloudevents.CloudEvent;
import io.elasticjupyter.api.v1alpha1.JupyterNotebook;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** All parts together, with the real functions. */
class RunningTest {

    private static final Path QUICKSTART = Path.of(System.getProperty("repository.root"),
            "deploy/samples/quickstart.yaml");

    @TempDir
    Path folder;

    private final StringWriter printed = new StringWriter();

    @Test
    void onTheEmbeddedApi() throws Exception {
        aNotebookBecomesReadyAndIsDeleted(Map.of(), true);
    }

    @Test
    void onARealApiServer() throws Exception {
        String assets = System.getenv("KUBEBUILDER_ASSETS");
        assumeTrue(assets != null && !assets.isBlank(),
                "KUBEBUILDER_ASSETS is not set: no etcd and kube-apiserver to try this on");
        aNotebookBecomesReadyAndIsDeleted(Map.of("KUBEBUILDER_ASSETS", assets), false);
    }

    @Test
    void withoutTheSimulationNoResourceBecomesReady() throws Exception {
        try (var running = new Running(options("--no-simulation"), new PrintWriter(printed, true))) {
            running.start(Map.of());
            try (KubernetesClient client = client()) {
                client.load(Files.newInputStream(QUICKSTART)).inNamespace("default").serverSideApply();
                client.apps().deployments().inNamespace("default").withName("jupyternotebook-sample")
                        .waitUntilCondition(deployment -> deployment != null, 30, SECONDS);
                JupyterNotebook notebook = notebook(client, "False");
                assertThat(notebook.getStatus().conditions().getFirst().getMessage()).isNotBlank();
            }
        }
        assertThat(printed.toString()).contains("Deployments do not become ready");
    }

    @Test
    void existingResourcesGetAnEventToo() throws Exception {
        Wiring wiring = Wiring.read();
        var events = new LinkedBlockingQueue<CloudEvent>();
        try (ApiServer api = EmbeddedApiServer.start(0);
                KubernetesClient client = new KubernetesClientBuilder().withConfig(api.config()).build()) {
            CustomResources.install(client);
            client.load(Files.newInputStream(QUICKSTART)).inNamespace("default").serverSideApply();
            try (var source = ResourceSource.start(client, wiring.watched(), api.url(), events::add)) {
                assertThat(source.informers()).hasSameSizeAs(wiring.watched());
                var first = events.poll(10, SECONDS);
                var second = events.poll(10, SECONDS);
                assertThat(List.of(first.getExtension("kind"), second.getExtension("kind")))
                        .containsExactlyInAnyOrder("JupyterGateway", "JupyterNotebook");
                for (CloudEvent event : List.of(first, second)) {
                    assertThat(event.getType()).isEqualTo("dev.knative.apiserver.ref.add");
                }
            }
        }
    }

    /** Those who can read events may not read the objects: others' environment variables and tokens. */
    @Test
    void noEventHasAValueOfAnEnvironmentOrAToken() throws Exception {
        var events = new LinkedBlockingQueue<CloudEvent>();
        try (ApiServer api = EmbeddedApiServer.start(0);
                KubernetesClient client = new KubernetesClientBuilder().withConfig(api.config()).build()) {
            CustomResources.install(client);
            try (var source = ResourceSource.start(client, Wiring.read().watched(), api.url(), events::add)) {
                assertThat(source.informers()).isNotEmpty();
                List<HasMetadata> objects = client
                        .load(RunningTest.class.getResourceAsStream("objects-with-secrets.yaml")).items();
                for (HasMetadata object : objects) {
                    client.resource(object).create();
                    client.resource(object).edit(it -> {
                        it.getMetadata().getAnnotations().put("changed", "yes");
                        return it;
                    });
                    client.resource(object).delete();
                }

                for (int i = 0; i < 3 * objects.size(); i++) {
                    CloudEvent event = events.poll(10, SECONDS);
                    assertThat(event).as("event %d of %d", i, 3 * objects.size()).isNotNull();
                    assertThat(event.getType()).startsWith("dev.knative.apiserver.ref.");
                    assertThat(data(event)).doesNotContain("hunter2", "env", "spec");
                }
            }
        }
    }

    private static String data(CloudEvent event) {
        return new String(event.getData().toBytes(), StandardCharsets.UTF_8);
    }

    private void aNotebookBecomesReadyAndIsDeleted(Map<String, String> environment, boolean collectsGarbage)
            throws Exception {
        Options options = options();
        try (var running = new Running(options, new PrintWriter(printed, true))) {
            running.start(environment);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(options.kubeconfig)))
                    .isEqualTo("rw-------");
            try (KubernetesClient client = client()) {
                List<HasMetadata> quickstart = client.load(Files.newInputStream(QUICKSTART)).inNamespace("default")
                        .serverSideApply();
                JupyterNotebook notebook = notebook(client, "True");
                Deployment deployment = deployment(client);
                assertThat(notebook.getStatus().observedGeneration())
                        .isEqualTo(notebook.getMetadata().getGeneration());
                assertThat(deployment.getStatus().getReadyReplicas()).isEqualTo(1);
                assertThat(deployment.getMetadata().getOwnerReferences().getFirst().getUid())
                        .isEqualTo(notebook.getMetadata().getUid());

                quickstart.forEach(resource -> client.resource(resource).delete());
                if (collectsGarbage) {
                    client.apps().deployments().inNamespace("default").withName("jupyternotebook-sample")
                            .waitUntilCondition(gone -> gone == null, 30, SECONDS);
                }
            }
        }
        assertThat(printed.toString())
                .contains("export KUBECONFIG=" + options.kubeconfig)
                .contains("simulated: no container runs")
                .containsPattern("JupyterNotebook default/jupyternotebook-sample +add +→ /reconcileNotebook +created")
                .doesNotContain("dead letter");
    }

    private static JupyterNotebook notebook(KubernetesClient client, String ready) {
        return client.resources(JupyterNotebook.class).inNamespace("default").withName("jupyternotebook-sample")
                .waitUntilCondition(notebook -> notebook != null && notebook.getStatus() != null
                        && notebook.getStatus().conditions().stream()
                                .anyMatch(c -> c.getType().equals("Ready") && c.getStatus().equals(ready)),
                        30, SECONDS);
    }

    private static Deployment deployment(KubernetesClient client) {
        return client.apps().deployments().inNamespace("default").withName("jupyternotebook-sample").get();
    }

    private Options options(String... more) {
        Options options = CommandLine.populateCommand(new Options(), more);
        options.port = FreePort.any();
        options.apiPort = FreePort.any();
        options.gatewayPort = FreePort.any();
        options.kubeconfig = folder.resolve("made/kubeconfig");
        return options;
    }

    private KubernetesClient client() throws Exception {
        return new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(Files.readString(folder.resolve("made/kubeconfig")))).build();
    }
}
