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
 * Kernels of the real Enterprise Gateway, started and stopped through its REST API; only the kubelet is simulated. Each test
 * continues from the state in which the previous one ended.
 */
@TestMethodOrder(OrderAnnotation.class)
class EnterpriseGatewayTest {

    @TempDir
    static Path folder;

    private static TeamGateway team;
    private static EnterpriseGateway enterpriseGateway;
    private static String first;
    private static String second;

    @BeforeAll
    static void start() throws Exception {
        team = TeamGateway.start(JupyterPython.with("enterprise_gateway", "kubernetes", "ipykernel"), folder);
        enterpriseGateway = team.enterpriseGateway();
    }

    @AfterAll
    static void end() {
        if (team != null) {
            team.close();
        }
    }

    @Test
    @Order(1)
    void theGatewayOffersTheKernelSpecsThatItsResourceLists() throws Exception {
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
        JupyterGateway gateway = team.gateway().get();
        assertThat(kernel.getMetadata().getOwnerReferences()).singleElement()
                .returns("JupyterGateway", OwnerReference::getKind)
                .returns(gateway.getMetadata().getUid(), OwnerReference::getUid);
        assertThat(kernel.getStatus().conditions()).extracting(Condition::getType, Condition::getStatus)
                .contains(tuple("Ready", "True"), tuple("Running", "True"), tuple("Failed", "False"));

        Pod pod = team.pod(first);
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
            assertThat(channels.run("print(os.environ['SET_BY'])")).isEqualTo("kernel spec");
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
    void aChangedTemplateAppliesToTheNextKernel() throws Exception {
        team.applyTemplate("second");
        second = enterpriseGateway.startKernel("python-team");

        assertThat(runningKernel(second).getMetadata().getUid())
                .isNotEqualTo(team.kernel(first).getMetadata().getUid());
        assertThat(team.pod(second).getMetadata().getLabels()).containsEntry("round", "second");
        assertThat(team.pod(first).getMetadata().getLabels()).containsEntry("round", "first");
        assertThat(roundOf(second)).isEqualTo("second");
        assertThat(roundOf(first)).isEqualTo("first");
        assertThat(team.client().resource(team.deployment()).get().getMetadata().getGeneration())
                .isEqualTo(team.deployment().getMetadata().getGeneration());
        assertThat(enterpriseGateway.isAlive()).isTrue();
    }

    @Test
    @Order(6)
    void aRestartedKernelKeepsItsNameAndLosesItsState() throws Exception {
        JupyterKernel before = team.kernel(first);
        Pod podBefore = team.pod(first);
        try (KernelChannels channels = enterpriseGateway.channels(first)) {
            assertThat(channels.run("remembered = 1; remembered")).isEqualTo("1");
        }

        enterpriseGateway.restartKernel(first);

        JupyterKernel after = runningKernel(first);
        assertThat(after.getMetadata().getName()).isEqualTo(before.getMetadata().getName());
        assertThat(after.getMetadata().getUid()).isNotEqualTo(before.getMetadata().getUid());
        assertThat(team.pod(first).getMetadata().getName()).isEqualTo(podBefore.getMetadata().getName());
        assertThat(team.pod(first).getMetadata().getUid()).isNotEqualTo(podBefore.getMetadata().getUid());
        awaitProcessesOf(first, second);
        try (KernelChannels channels = enterpriseGateway.channels(first)) {
            assertThat(channels.run("remembered")).isEqualTo("NameError");
        }
        assertThat(roundOf(first)).as("created from the current template").isEqualTo("second");
    }

    @Test
    @Order(7)
    void aDeletedKernelLeavesNoPodAndNoProcess() throws Exception {
        String other = team.pod(second).getMetadata().getUid();

        enterpriseGateway.deleteKernel(first);

        await().atMost(10, SECONDS).untilAsserted(() -> {
            assertThat(team.kernels()).extracting(TeamGateway::kernelId).containsExactly(second);
            assertThat(team.pods()).extracting(each -> each.getMetadata().getUid()).containsExactly(other);
        });
        awaitProcessesOf(second);
        assertThat(enterpriseGateway.kernels()).singleElement()
                .satisfies(each -> assertThat(each.get("id").asText()).isEqualTo(second));
        assertThat(roundOf(second)).isEqualTo("second");
    }

    @Test
    @Order(8)
    void aDeletedNotebookLeavesItsKernelsRunning() throws Exception {
        var server = team.client().apps().deployments().inNamespace("default").withName("ada");
        team.apply(getClass().getResourceAsStream("ada.yaml"));
        server.waitUntilCondition(there -> there != null, 30, SECONDS);

        team.client().resources(JupyterNotebook.class).inNamespace("default").withName("ada").delete();

        server.waitUntilCondition(gone -> gone == null, 30, SECONDS);
        assertThat(team.kernels()).extracting(TeamGateway::kernelId).containsExactly(second);
        assertThat(roundOf(second)).isEqualTo("second");
    }

    @Test
    @Order(9)
    void theKernelsOfADeletedGatewayAreDeleted() {
        team.gateway().delete();

        team.client().resource(team.deployment()).waitUntilCondition(gone -> gone == null, 30, SECONDS);
        enterpriseGateway.close();
        await().atMost(10, SECONDS).untilAsserted(() -> {
            assertThat(team.kernels()).isEmpty();
            assertThat(team.pods()).isEmpty();
            assertThat(team.kubelet().running()).isEmpty();
        });
    }

    private static String roundOf(String id) throws Exception {
        try (KernelChannels channels = enterpriseGateway.channels(id)) {
            return channels.run("import os; print(os.environ['ROUND'])");
        }
    }

    /** Waits, because Enterprise Gateway uses the kernel before its status reports it as running. */
    private static JupyterKernel runningKernel(String id) {
        return team.client().resource(team.kernel(id)).waitUntilCondition(
                kernel -> kernel != null && kernel.getStatus() != null && kernel.getStatus().phase() == Phase.Running,
                10, SECONDS);
    }

    private static void awaitProcessesOf(String... ids) {
        List<String> uids = List.of(ids).stream().map(id -> team.pod(id).getMetadata().getUid()).toList();
        await().atMost(10, SECONDS)
                .untilAsserted(() -> assertThat(team.kubelet().running()).containsExactlyInAnyOrderElementsOf(uids));
    }
}
