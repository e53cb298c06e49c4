package io.elasticjupyter.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.api.v1alpha1.JupyterKernel;
import io.elasticjupyter.api.v1alpha1.JupyterNotebook;
import io.elasticjupyter.api.v1alpha1.JupyterResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The product as its users run it: installed with kubectl on a cluster with an unmodified Knative, with real Enterprise
 * Gateways, JupyterLabs and kernels. The tests depend on one another, from the installation to its removal.
 */
@TestInstance(Lifecycle.PER_CLASS)
@TestMethodOrder(OrderAnnotation.class)
class RealKnativeTest {

    private static final String INSTALL = "docs/install.md";
    private static final String TEAM = "team";
    private static final String LOAD = "elastic-jupyter-load";
    private static final int IDLE_SECONDS = 30;
    private static final Duration RECONCILED = Duration.ofMinutes(3);
    private static final Duration RUNNING = Duration.ofMinutes(5);

    private KnativeCluster cluster;
    private boolean ours;

    @BeforeAll
    void aClusterWithKnative() throws Exception {
        Optional<KnativeCluster> given = KnativeCluster.given();
        assumeTrue(given.isPresent(),
                "KNATIVE_KUBECONFIG is not set to the kubeconfig of a cluster with Knative (docs/testing.md)");
        cluster = given.get();
        assertThat(cluster.hasKnative()).as("Knative Serving and Eventing in the cluster of " + cluster.kubeconfig())
                .isTrue();
        assertThat(Stream.of(KnativeCluster.FUNCTIONS, TEAM, LOAD).filter(this::exists))
                .as("namespaces that this suite did not create and would delete, with every notebook of the cluster")
                .isEmpty();
        ours = true;
        List.of(TEAM, LOAD).forEach(name -> cluster.client()
                .resource(new NamespaceBuilder().withNewMetadata().withName(name).endMetadata().build())
                .serverSideApply());
    }

    @AfterAll
    void nothingIsLeft() throws Exception {
        if (ours) {
            if (exists(KnativeCluster.FUNCTIONS)) {
                cluster.uninstall(installation());
            }
            List.of(TEAM, LOAD).forEach(name -> cluster.client().namespaces().withName(name).delete());
            await().atMost(RECONCILED).until(() -> !exists(TEAM) && !exists(LOAD));
        }
        if (cluster != null) {
            cluster.close();
        }
    }

    private boolean exists(String namespace) {
        return cluster.client().namespaces().withName(namespace).get() != null;
    }

    /** Runs first: each overlay is installed on an empty cluster, tested, and removed. */
    @ParameterizedTest
    @MethodSource("overlays")
    @Order(1)
    void everyOverlayThatTheClusterSupportsWorks(String overlay) throws Exception {
        Optional<String> missing = cluster.lacks(overlay);
        assumeTrue(missing.isEmpty(), overlay + ": " + missing.orElse(""));

        cluster.install("deploy/overlays/" + overlay);
        cluster.apply(TEAM, quickstart(TEAM));
        await().atMost(RECONCILED).untilAsserted(() -> {
            assertThat(reconciled(JupyterGateway.class, TEAM)).hasSize(1);
            assertThat(reconciled(JupyterNotebook.class, TEAM)).hasSize(1);
        });
        cluster.uninstall("deploy/overlays/" + overlay);

        assertThat(exists(KnativeCluster.FUNCTIONS)).isFalse();
    }

    static Stream<String> overlays() throws Exception {
        try (Stream<Path> folders = Files.list(Documents.ROOT.resolve("deploy/overlays"))) {
            return folders.map(folder -> folder.getFileName().toString()).sorted().toList().stream();
        }
    }

    @Test
    @Order(1)
    void anIncompleteInstallationCanBeRemoved() throws Exception {
        cluster.kubectl("apply", "-k", "deploy/services");

        cluster.uninstall(installation());

        assertThat(exists(KnativeCluster.FUNCTIONS)).isFalse();
    }

    @Test
    @Order(2)
    void resourcesOlderThanTheInstallationAreReconciled() throws Exception {
        cluster.kubectl("apply", "-k", "deploy/crds");
        await().atMost(Duration.ofSeconds(30)).ignoreExceptions().untilAsserted(
                () -> assertThat(all(JupyterGateway.class, TEAM)).isEmpty());
        await().atMost(Duration.ofSeconds(30)).ignoreExceptions().untilAsserted(
                () -> assertThat(all(JupyterNotebook.class, TEAM)).isEmpty());
        cluster.apply(TEAM, quickstart(TEAM));

        Instant start = Instant.now();
        cluster.install(installation());
        report("installed and ready in %d s", Duration.between(start, Instant.now()).toSeconds());

        await().atMost(RECONCILED).untilAsserted(() -> {
            assertThat(reconciled(JupyterGateway.class, TEAM)).hasSize(1);
            assertThat(reconciled(JupyterNotebook.class, TEAM)).hasSize(1);
        });
    }

    @Test
    @Order(3)
    void theInstallationCommandsAlsoUpgrade() throws Exception {
        for (String command : PageCommands.of(INSTALL, "For the whole cluster").getFirst()) {
            cluster.run(command, installation());
        }
    }

    /** The Go operator's README uses the namespace default. */
    @Test
    @Order(4)
    void samplesAndPagesRun() throws Exception {
        for (Documents sample : Documents.under("deploy/samples")) {
            cluster.apply(sample.all().toString().contains("default") ? "default" : TEAM, sample.all());
        }
        Documents.under("eventing/local/integration/src/test/resources/go-operator").stream()
                .filter(file -> file.place().endsWith("readme.yaml"))
                .forEach(readme -> cluster.apply("default", readme.all()));
        Documents.onPages().stream().filter(block -> block.place().startsWith("README.md"))
                .forEach(block -> cluster.apply(TEAM, block.only(Documents::isOurs).all()));

        Instant start = Instant.now();
        await().atMost(RUNNING).untilAsserted(() -> {
            for (String namespace : List.of("default", TEAM)) {
                assertThat(ready(JupyterGateway.class, namespace)).isNotEmpty().allMatch(Boolean::booleanValue);
                assertThat(ready(JupyterNotebook.class, namespace)).isNotEmpty().allMatch(Boolean::booleanValue);
            }
        });
        report("samples and pages run after %d s", Duration.between(start, Instant.now()).toSeconds());
    }

    @Test
    @Order(5)
    void anIdleKernelIsCulledAndTheNextRunGetsANewOne() throws Exception {
        cluster.kubectl("patch", "jgw", "team-gateway", "-n", TEAM, "--type", "merge", "-p",
                "{\"spec\":{\"cullInterval\":5,\"cullIdleTimeout\":" + IDLE_SECONDS + "}}");
        await().atMost(RUNNING).untilAsserted(
                () -> assertThat(ready(JupyterGateway.class, TEAM)).isNotEmpty().allMatch(Boolean::booleanValue));
        try (RemoteNotebook notebook = new RemoteNotebook(cluster.client(), TEAM, "team-notebook")) {
            Instant start = Instant.now();
            String kernelId = notebook.open("a.ipynb", "python-science");
            report("a kernel starts in %.1f s", seconds(start));
            assertThat(notebook.run(kernelId, "print(6 * 7)")).isEqualTo("42");
            Instant due = Instant.now().plusSeconds(IDLE_SECONDS);
            JupyterKernel kernel = kernel(kernelId).orElseThrow();
            assertThat(pod(kernel).getStatus().getPhase()).isEqualTo("Running");

            await().atMost(Duration.ofSeconds(90)).pollInterval(Duration.ofMillis(100))
                    .until(() -> kernel(kernelId).isEmpty());
            report("the kernel was deleted %.1f s after it was due", seconds(due));
            assertThat(Duration.between(due, Instant.now())).as("after it was due, a cold start included")
                    .isBetween(Duration.ZERO, Duration.ofSeconds(10));
            await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> assertThat(
                    cluster.client().v1().events().inNamespace(TEAM).withField("reason", "Culled")
                            .withField("involvedObject.name", kernel.getMetadata().getName()).list().getItems())
                    .hasSize(1));
            await().atMost(Duration.ofSeconds(60)).until(() -> notebook.sessions().isEmpty());

            String next = notebook.open("a.ipynb", "python-science");
            assertThat(next).isNotEqualTo(kernelId);
            assertThat(notebook.run(next, "print(7 * 7)")).isEqualTo("49");
        }
    }

    @Test
    @Order(5)
    void aPodThatWaitsGetsTheGpuOfTheIdleKernelAndTheBusyOneComputesOn() throws Exception {
        cluster.client().pods().inNamespace("default").withName("training").withGracePeriod(0).delete();
        Optional<GpuNode> node = GpuNode.of(cluster.client(), TEAM);
        assumeTrue(node.isPresent(), "reclaim: no node has two " + GpuNode.GPU);
        cluster.kubectl("patch", "jgw", "team-gateway", "-n", TEAM, "--type", "merge", "-p",
                "{\"spec\":{\"cullIdleTimeout\":3600,\"reclaimAfter\":10}}");
        cluster.kubectl("patch", "jkt", "python-science", "-n", TEAM, "--type", "json", "-p", """
                [{"op": "add", "path": "/spec/template/spec/nodeSelector", "value": {"kubernetes.io/hostname": "%s"}},
                 {"op": "add", "path": "/spec/template/spec/containers/0/resources/limits", "value": {"%s": 1}}]"""
                .formatted(node.get().name(), GpuNode.GPU));
        await().atMost(RUNNING).untilAsserted(
                () -> assertThat(ready(JupyterGateway.class, TEAM)).isNotEmpty().allMatch(Boolean::booleanValue));
        try (RemoteNotebook notebook = new RemoteNotebook(cluster.client(), TEAM, "team-notebook");
                var thread = Executors.newSingleThreadExecutor()) {
            String busy = notebook.open("busy.ipynb", "python-science");
            String idle = notebook.open("idle.ipynb", "python-science");
            assertThat(notebook.run(idle, "print(6 * 7)")).isEqualTo("42");
            await().atMost(RECONCILED).until(() -> cluster.functionsPods().isEmpty());
            Future<String> output = thread.submit(
                    () -> notebook.run(busy, "import time; time.sleep(25); print('done')"));

            Instant start = Instant.now();
            node.get().createWaiting("waiting", "training");
            node.get().awaitBound("waiting");
            report("a pod got the GPU of an idle kernel in %.1f s, with no function running before", seconds(start));
            assertThat(Duration.between(start, Instant.now())).isLessThan(Duration.ofSeconds(10));

            await().atMost(Duration.ofSeconds(10)).until(() -> kernel(idle).isEmpty());
            assertThat(output.get()).isEqualTo("done");
            assertThat(kernel(busy)).isPresent();
        } finally {
            node.get().release("waiting");
        }
    }

    @Test
    @Order(6)
    void fiftyNotebooksAreReconciledWhileTheFunctionsPodsAreKilled() throws Exception {
        Instant start = Instant.now();
        for (int i = 1; i <= 50; i++) {
            cluster.apply(LOAD, notebook("n" + i));
            if (i % 15 == 0) {
                await().atMost(RECONCILED).until(() -> !cluster.functionsPods().isEmpty());
                cluster.kill(cluster.functionsPods());
            }
        }

        await().atMost(RECONCILED).pollInterval(Duration.ofSeconds(1)).untilAsserted(() -> {
            assertThat(deployments(LOAD)).hasSize(50);
            assertThat(reconciled(JupyterNotebook.class, LOAD)).hasSize(50);
        });
        report("50 notebooks reconciled in %d s, functions' pods killed three times",
                Duration.between(start, Instant.now()).toSeconds());
    }

    @Test
    @Order(7)
    void changesWhileTheSourcesAreDownAreReconciledLater() throws Exception {
        for (int i = 1; i <= 10; i++) {
            await().atMost(RECONCILED).until(() -> !cluster.adapters().isEmpty());
            cluster.kill(cluster.adapters());
            cluster.apply(LOAD, notebook("while-down-" + i));
            cluster.apply(LOAD, gateway("while-down-" + i));
            cluster.client().resources(JupyterNotebook.class).inNamespace(LOAD).withName("n" + i)
                    .edit(notebook -> {
                        notebook.getSpec().template().getSpec().getContainers().getFirst().setImage("changed:" + 1);
                        return notebook;
                    });
        }

        Instant start = Instant.now();
        await().atMost(RECONCILED).pollInterval(Duration.ofSeconds(1)).untilAsserted(() -> {
            assertThat(reconciled(JupyterNotebook.class, LOAD)).hasSize(60);
            assertThat(reconciled(JupyterGateway.class, LOAD)).hasSize(10);
            assertThat(deployments(LOAD)).hasSize(70).filteredOn(deployment -> deployment.getSpec().getTemplate()
                    .getSpec().getContainers().getFirst().getImage().equals("changed:1")).hasSize(10);
        });
        report("all resources reconciled %d s after the last adapter was killed",
                Duration.between(start, Instant.now()).toSeconds());
    }

    @Test
    @Order(8)
    void withoutEventsBothServicesScaleToZero() {
        cluster.client().namespaces().withName(LOAD).delete();
        await().atMost(RECONCILED).until(() -> !exists(LOAD));
        Instant start = Instant.now();
        await().atMost(Duration.ofMinutes(5)).pollInterval(Duration.ofSeconds(1))
                .until(() -> cluster.functionsPods().isEmpty());
        report("both Services scaled to zero %d s after the last event",
                Duration.between(start, Instant.now()).toSeconds());
    }

    /** Then a new installation takes over the remaining resources. */
    @Test
    @Order(9)
    void removingTheFunctionsLeavesNotebooksRunning() throws Exception {
        List<String> before = deployments(TEAM).stream().map(each -> each.getMetadata().getUid()).sorted().toList();

        for (String command : PageCommands.of(INSTALL, "Uninstall").getLast()) {
            cluster.run(command, installation());
        }

        assertThat(exists(KnativeCluster.FUNCTIONS)).isFalse();
        assertThat(deployments(TEAM)).isNotEmpty().extracting(each -> each.getMetadata().getUid())
                .containsExactlyInAnyOrderElementsOf(before);
        cluster.install(installation());
        cluster.apply(TEAM, notebook("afterwards"));
        await().atMost(RECONCILED).untilAsserted(() -> assertThat(deployments(TEAM))
                .anyMatch(deployment -> deployment.getMetadata().getName().equals("afterwards")));
    }

    @Test
    @Order(10)
    void everythingIsRemoved() throws Exception {
        Instant start = Instant.now();
        for (String command : PageCommands.of(INSTALL, "Uninstall").getFirst()) {
            cluster.run(command, installation());
        }
        report("uninstalled in %d s", Duration.between(start, Instant.now()).toSeconds());
        assertThat(Duration.between(start, Instant.now())).isLessThan(Duration.ofMinutes(2));

        assertThat(exists(KnativeCluster.FUNCTIONS)).isFalse();
        assertThat(cluster.client().apiextensions().v1().customResourceDefinitions()
                .withName("jupyternotebooks.kubeflow.tkestack.io").get()).isNull();
        await().atMost(RECONCILED).until(() -> deployments(TEAM).isEmpty());
    }

    private String installation() {
        return cluster.oidc() ? "deploy/overlays/oidc" : "deploy";
    }

    private static List<JsonNode> quickstart(String namespace) {
        return Documents.parse("""
                apiVersion: kubeflow.tkestack.io/v1alpha1
                kind: JupyterGateway
                metadata: {name: early}
                ---
                apiVersion: kubeflow.tkestack.io/v1alpha1
                kind: JupyterNotebook
                metadata: {name: early-notebook}
                spec: {gateway: {name: early, namespace: %s}}
                """.formatted(namespace));
    }

    /** Returns a notebook whose pod cannot be scheduled and never becomes ready. */
    private static List<JsonNode> notebook(String name) {
        return Documents.parse("""
                apiVersion: kubeflow.tkestack.io/v1alpha1
                kind: JupyterNotebook
                metadata: {name: %s}
                spec: {template: {spec: {nodeSelector: {no-such: node}, containers: [{name: notebook}]}}}
                """.formatted(name));
    }

    private static List<JsonNode> gateway(String name) {
        return Documents.parse("""
                apiVersion: kubeflow.tkestack.io/v1alpha1
                kind: JupyterGateway
                metadata: {name: gateway-%s}
                """.formatted(name));
    }

    private <R extends JupyterResource<?, ?>> List<R> all(Class<R> type, String namespace) {
        return cluster.client().resources(type).inNamespace(namespace).list().getItems();
    }

    /** Returns the resources whose status is about the current generation. */
    private <R extends JupyterResource<?, ?>> List<R> reconciled(Class<R> type, String namespace) {
        return all(type, namespace).stream().filter(resource -> resource.getStatus() != null
                && resource.getMetadata().getGeneration().equals(resource.getStatus().observedGeneration())).toList();
    }

    private <R extends JupyterResource<?, ?>> List<Boolean> ready(Class<R> type, String namespace) {
        return all(type, namespace).stream()
                .map(resource -> Site.condition(resource, "Ready").path("status").asText().equals("True")
                        && resource.getMetadata().getGeneration().equals(resource.getStatus().observedGeneration()))
                .toList();
    }

    private List<Deployment> deployments(String namespace) {
        return cluster.client().apps().deployments().inNamespace(namespace).list().getItems();
    }

    private Optional<JupyterKernel> kernel(String id) {
        return cluster.client().resources(JupyterKernel.class).inNamespace(TEAM).withLabel("kernel_id", id).list()
                .getItems().stream().findFirst();
    }

    private Pod pod(HasMetadata kernel) {
        return cluster.client().pods().inNamespace(TEAM).withName(kernel.getMetadata().getName()).get();
    }

    private static double seconds(Instant since) {
        return Duration.between(since, Instant.now()).toMillis() / 1000.0;
    }

    private static void report(String format, Object... figures) {
        System.out.println("RealKnativeTest: " + format.formatted(figures));
    }
}
