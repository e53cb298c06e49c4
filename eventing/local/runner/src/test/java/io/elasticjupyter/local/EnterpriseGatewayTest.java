package io.elasticjupyter.local;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.api.v1alpha1.JupyterKernel;
import io.elasticjupyter.api.v1alpha1.JupyterKernelStatus.Phase;
import io.elasticjupyter.api.v1alpha1.JupyterNotebook;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * Kernels of the real Enterprise Gateway, started and ended through its REST API: only the kubelet is played. Each test
 * goes on where the one before it ended.
 */
@TestMethodOrder(OrderAnnotation.class)
class EnterpriseGatewayTest {

    private static final String TEMPLATE = """
            apiVersion: kubeflow.tkestack.io/v1alpha1
            kind: JupyterKernelTemplate
            metadata:
              name: small
            spec:
              template:
                metadata:
                  labels:
                    round: %s
                spec:
                  containers:
                    - name: kernel
                      image: example.org/kernel:1
                      command: %s
                      env:
                        - {name: ROUND, value: %1$s}
                        - {name: WHO_SAYS, value: template}
            """;

    @TempDir
    static Path folder;

    private static JupyterPython python;
    private static Running running;
    private static KubernetesClient client;
    private static ProcessKubelet kubelet;
    private static EnterpriseGateway enterpriseGateway;
    private static Deployment deployment;
    private static String first;
    private static String second;

    @BeforeAll
    static void start() throws Exception {
        python = JupyterPython.with("enterprise_gateway", "kubernetes", "ipykernel");
        Options options = CommandLine.populateCommand(new Options(), "--no-simulation");
        options.port = FreePort.any();
        options.apiPort = FreePort.any();
        options.gatewayPort = FreePort.any();
        options.kubeconfig = folder.resolve("kubeconfig");
        running = new Running(options, new PrintWriter(new StringWriter()));
        running.start(Map.of());
        client = new KubernetesClientBuilder().withConfig(Config.fromKubeconfig(Files.readString(options.kubeconfig)))
                .build();
        kubelet = ProcessKubelet.start(client, "default", folder);

        applyTemplate("first");
        apply(resource("python-team.yaml"));
        client.resources(ConfigMap.class).inNamespace("default").withName("python-team-kernelspec")
                .waitUntilCondition(there -> there != null, 30, SECONDS);
        deployment = client.apps().deployments().inNamespace("default").withName("team-gateway")
                .waitUntilCondition(there -> there != null, 30, SECONDS);
        enterpriseGateway = EnterpriseGateway.start(client, deployment, python, options.kubeconfig, folder);
    }

    @AfterAll
    static void end() throws Exception {
        for (AutoCloseable part : Arrays.asList(enterpriseGateway, kubelet, client, running)) {
            if (part != null) {
                part.close();
            }
        }
    }

    @Test
    @Order(1)
    void theGatewayOffersWhatItsResourceLists() throws Exception {
        var offered = enterpriseGateway.kernelSpecs();
        assertThat(offered.get("default").asText()).isEqualTo("python-team");
        assertThat(offered.get("kernelspecs").fieldNames()).toIterable().containsExactly("python-team");
        assertThat(offered.at("/kernelspecs/python-team/spec/display_name").asText()).isEqualTo("Python of the team");
    }

    @Test
    @Order(2)
    void aKernelIsAJupyterKernelWithAPod() throws Exception {
        first = enterpriseGateway.startKernel("python-team");

        JupyterKernel kernel = runningKernel(first);
        assertThat(kernel.getMetadata().getLabels()).containsEntry("kernel_id", first)
                .containsEntry("component", "kernel").containsEntry("app", "enterprise-gateway");
        JupyterGateway gateway = client.resources(JupyterGateway.class).inNamespace("default")
                .withName("team-gateway").get();
        assertThat(kernel.getMetadata().getOwnerReferences()).singleElement()
                .returns("JupyterGateway", OwnerReference::getKind)
                .returns(gateway.getMetadata().getUid(), OwnerReference::getUid);
        assertThat(kernel.getStatus().conditions()).extracting(Condition::getType, Condition::getStatus)
                .contains(tuple("Ready", "True"), tuple("Running", "True"), tuple("Failed", "False"));

        Pod pod = pod(first);
        assertThat(kernel.getStatus().podName()).isEqualTo(pod.getMetadata().getName());
        assertThat(kernel.getStatus().startTime()).isEqualTo(pod.getStatus().getStartTime());
        assertThat(pod.getMetadata().getOwnerReferences()).singleElement()
                .returns(kernel.getMetadata().getUid(), OwnerReference::getUid);
    }

    @Test
    @Order(3)
    void itRunsCodeInTheEnvironmentOfItsKernelSpec() throws Exception {
        try (KernelChannels channels = enterpriseGateway.channels(first)) {
            assertThat(channels.run("6 * 7")).isEqualTo("42");
            assertThat(channels.run("import os; print(os.environ['TEAM'], os.environ['ROUND'])"))
                    .isEqualTo("science first");
            assertThat(channels.run("print(os.environ['WHO_SAYS'])")).isEqualTo("kernel spec");
        }
    }

    @Test
    @Order(4)
    void itCanBeInterrupted() throws Exception {
        try (KernelChannels channels = enterpriseGateway.channels(first)) {
            String endless = channels.start("print('started')\nwhile True: pass");
            enterpriseGateway.interruptKernel(first);
            assertThat(channels.outcome(endless)).isEqualTo("KeyboardInterrupt");
        }
    }

    @Test
    @Order(5)
    void aChangedTemplateIsForTheNextKernel() throws Exception {
        applyTemplate("second");
        second = enterpriseGateway.startKernel("python-team");

        assertThat(runningKernel(second).getMetadata().getUid()).isNotEqualTo(kernel(first).getMetadata().getUid());
        assertThat(pod(second).getMetadata().getLabels()).containsEntry("round", "second");
        assertThat(pod(first).getMetadata().getLabels()).containsEntry("round", "first");
        assertThat(roundOf(second)).isEqualTo("second");
        assertThat(roundOf(first)).isEqualTo("first");
        assertThat(client.resource(deployment).get().getMetadata().getGeneration())
                .isEqualTo(deployment.getMetadata().getGeneration());
        assertThat(enterpriseGateway.isAlive()).isTrue();
    }

    @Test
    @Order(6)
    void aRestartedKernelKeepsItsNameAndForgetsTheRest() throws Exception {
        JupyterKernel before = kernel(first);
        Pod podBefore = pod(first);
        try (KernelChannels channels = enterpriseGateway.channels(first)) {
            assertThat(channels.run("remembered = 1; remembered")).isEqualTo("1");
        }

        enterpriseGateway.restartKernel(first);

        JupyterKernel after = runningKernel(first);
        assertThat(after.getMetadata().getName()).isEqualTo(before.getMetadata().getName());
        assertThat(after.getMetadata().getUid()).isNotEqualTo(before.getMetadata().getUid());
        assertThat(pod(first).getMetadata().getName()).isEqualTo(podBefore.getMetadata().getName());
        assertThat(pod(first).getMetadata().getUid()).isNotEqualTo(podBefore.getMetadata().getUid());
        awaitProcessesOf(first, second);
        try (KernelChannels channels = enterpriseGateway.channels(first)) {
            assertThat(channels.run("remembered")).isEqualTo("NameError");
        }
        assertThat(roundOf(first)).as("made from the template as it is now").isEqualTo("second");
    }

    @Test
    @Order(7)
    void aDeletedKernelLeavesNothingBehind() throws Exception {
        String other = pod(second).getMetadata().getUid();

        enterpriseGateway.deleteKernel(first);

        await().atMost(10, SECONDS).untilAsserted(() -> {
            assertThat(kernels()).extracting(EnterpriseGatewayTest::kernelId).containsExactly(second);
            assertThat(pods()).extracting(each -> each.getMetadata().getUid()).containsExactly(other);
        });
        awaitProcessesOf(second);
        assertThat(enterpriseGateway.kernels()).singleElement()
                .satisfies(each -> assertThat(each.get("id").asText()).isEqualTo(second));
        assertThat(roundOf(second)).isEqualTo("second");
    }

    @Test
    @Order(8)
    void aDeletedNotebookLeavesTheKernels() throws Exception {
        var server = client.apps().deployments().inNamespace("default").withName("ada");
        apply(resource("ada.yaml"));
        server.waitUntilCondition(there -> there != null, 30, SECONDS);

        client.resources(JupyterNotebook.class).inNamespace("default").withName("ada").delete();

        server.waitUntilCondition(gone -> gone == null, 30, SECONDS);
        assertThat(kernels()).extracting(EnterpriseGatewayTest::kernelId).containsExactly(second);
        assertThat(roundOf(second)).isEqualTo("second");
    }

    @Test
    @Order(9)
    void aDeletedGatewayTakesItsKernelsAlong() {
        client.resources(JupyterGateway.class).inNamespace("default").withName("team-gateway").delete();

        client.resource(deployment).waitUntilCondition(gone -> gone == null, 30, SECONDS);
        enterpriseGateway.close();
        await().atMost(10, SECONDS).untilAsserted(() -> {
            assertThat(kernels()).isEmpty();
            assertThat(pods()).isEmpty();
            assertThat(kubelet.running()).isEmpty();
        });
    }

    private static void applyTemplate(String round) throws Exception {
        String command = new ObjectMapper().writeValueAsString(python.command("start_kernel.py"));
        apply(new ByteArrayInputStream(TEMPLATE.formatted(round, command).getBytes(StandardCharsets.UTF_8)));
    }

    private static void apply(InputStream yaml) {
        client.load(yaml).inNamespace("default").serverSideApply();
    }

    private static InputStream resource(String name) {
        return EnterpriseGatewayTest.class.getResourceAsStream(name);
    }

    private static String roundOf(String id) throws Exception {
        try (KernelChannels channels = enterpriseGateway.channels(id)) {
            return channels.run("import os; print(os.environ['ROUND'])");
        }
    }

    /** Enterprise Gateway has it running before its status may say so. */
    private static JupyterKernel runningKernel(String id) {
        return client.resource(kernel(id)).waitUntilCondition(
                kernel -> kernel != null && kernel.getStatus() != null && kernel.getStatus().phase() == Phase.Running,
                10, SECONDS);
    }

    private static JupyterKernel kernel(String id) {
        return kernels().stream().filter(kernel -> id.equals(kernelId(kernel))).findFirst().orElseThrow();
    }

    private static List<JupyterKernel> kernels() {
        return client.resources(JupyterKernel.class).inNamespace("default").list().getItems();
    }

    private static String kernelId(JupyterKernel kernel) {
        return kernel.getMetadata().getLabels().get("kernel_id");
    }

    private static Pod pod(String id) {
        return client.pods().inNamespace("default").withLabel("kernel_id", id).list().getItems().getFirst();
    }

    private static List<Pod> pods() {
        return client.pods().inNamespace("default").list().getItems();
    }

    private static void awaitProcessesOf(String... ids) {
        List<String> uids = List.of(ids).stream().map(id -> pod(id).getMetadata().getUid()).toList();
        await().atMost(10, SECONDS)
                .untilAsserted(() -> assertThat(kubelet.running()).containsExactlyInAnyOrderElementsOf(uids));
    }
}
