package io.elasticjupyter.local;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.elasticjupyter.api.v1alpha1.CullingStatus;
import io.elasticjupyter.api.v1alpha1.JupyterGatewayStatus;
import io.elasticjupyter.api.v1alpha1.JupyterNotebook;
import io.elasticjupyter.api.v1alpha1.KernelCounts;
import io.fabric8.knative.sources.v1.PingSource;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Culling of kernels of the real Enterprise Gateway: an idle kernel is not restarted, and the next run gets a new one. */
class EnterpriseGatewayCullTest {

    private static final String SPEC = "python-team";
    private static final int AN_HOUR = 3600;

    /**
     * Twice the time in which Enterprise Gateway notices that a kernel died, after which it would restart the kernel
     * immediately.
     */
    private static final Duration FOR_GOOD = Duration.ofSeconds(6);

    @TempDir
    static Path folder;

    private static TeamGateway team;
    private static EnterpriseGateway enterpriseGateway;

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

    @BeforeEach
    void nothingIsDue() {
        team.cullIdleTimeout(AN_HOUR);
    }

    @AfterEach
    void noKernels() throws Exception {
        for (JsonNode kernel : enterpriseGateway.kernels()) {
            enterpriseGateway.deleteKernel(kernel.get("id").asText());
        }
        await().atMost(10, SECONDS).untilAsserted(() -> assertThat(team.kubelet().running()).isEmpty());
        // Without kernels, no culling run that this test scheduled remains.
        team.runCull(false);
        assertThat(pingSource()).isNull();
    }

    @Test
    void anIdleKernelIsCulledAndNotRestarted() throws Exception {
        CullingStatus before = culling();
        String id = enterpriseGateway.startKernel(SPEC);
        try (KernelChannels channels = enterpriseGateway.channels(id)) {
            assertThat(channels.run("6 * 7")).isEqualTo("42");
        }
        String uid = team.kernel(id).getMetadata().getUid();
        String pod = team.pod(id).getMetadata().getName();

        JsonNode report = cull(id);

        assertThat(report.at("/culled/0/pod").asText()).isEqualTo(pod);
        assertThat(report.at("/culled/0/reclaimed/nvidia.com~1gpu").asText()).isEqualTo("1");
        assertThat(report.get("kept")).isEmpty();
        assertThat(report.has("nextCull")).isFalse();
        assertThat(pingSource()).isNull();
        assertThat(culledEvents(uid)).singleElement().extracting(Event::getMessage).asString()
                .matches("Deleted after being idle for \\d+ s\\. Reclaimed nvidia.com/gpu 1\\.");
        JupyterGatewayStatus status = team.gateway().get().getStatus();
        assertThat(status.kernels()).isEqualTo(new KernelCounts(0, 0, 0, 0, 0));
        assertThat(status.culling().culled()).isEqualTo(before.culled() + 1);
        assertThat(status.culling().idleSeconds())
                .isEqualTo(before.idleSeconds() + report.at("/culled/0/idleSeconds").asLong());
        assertThat(status.culling().reclaimed()).containsEntry("nvidia.com/gpu",
                new Quantity(String.valueOf(before.culled() + 1)));
        assertThat(status.culling().lastCull()).isNotNull();
        assertThat(status.culling().nextCull()).isNull();
        assertGoneForGood();
    }

    @Test
    void anOpenNotebookDoesNotPreventCulling() throws Exception {
        String id = enterpriseGateway.startKernel(SPEC);
        try (KernelChannels tab = enterpriseGateway.channels(id)) {
            assertThat(tab.run("remembered = 1; remembered")).isEqualTo("1");
            assertThat(enterpriseGateway.kernels()).singleElement()
                    .satisfies(kernel -> assertThat(kernel.get("connections").asInt()).isEqualTo(1));

            cull(id);

            assertGoneForGood();
            String next = enterpriseGateway.startKernel(SPEC);
            assertThat(next).isNotEqualTo(id);
            try (KernelChannels channels = enterpriseGateway.channels(next)) {
                assertThat(channels.run("6 * 7")).isEqualTo("42");
                assertThat(channels.run("remembered")).isEqualTo("NameError");
            }
            assertThat(ids(enterpriseGateway.kernels())).containsExactly(next);
            assertThat(team.kernels()).extracting(TeamGateway::kernelId).containsExactly(next);
            assertThat(tab.isOpen()).as("the tab was open all the time").isTrue();
        }
    }

    /** The reason for deleting kernels through the gateway: with an open notebook, deleting the pod alone is not enough. */
    @Test
    void aKernelWhosePodIsDeletedIsRestartedByTheGateway() throws Exception {
        String id = enterpriseGateway.startKernel(SPEC);
        try (KernelChannels tab = enterpriseGateway.channels(id)) {
            assertThat(tab.run("6 * 7")).isEqualTo("42");
            String uid = team.pod(id).getMetadata().getUid();

            team.client().resource(team.pod(id)).delete();

            await().atMost(30, SECONDS).untilAsserted(() -> assertThat(team.pods()).singleElement()
                    .satisfies(pod -> assertThat(pod.getMetadata().getUid()).isNotEqualTo(uid)));
        }
    }

    @Test
    void aBusyKernelStaysUntilItIsIdle() throws Exception {
        String idle = enterpriseGateway.startKernel(SPEC);
        String busy = enterpriseGateway.startKernel(SPEC);
        String uid = team.pod(busy).getMetadata().getUid();
        try (KernelChannels idleTab = enterpriseGateway.channels(idle);
                KernelChannels busyTab = enterpriseGateway.channels(busy)) {
            assertThat(idleTab.run("6 * 7")).isEqualTo("42");
            String cell = busyTab.start("import time\nprint('started')\nwhile True: time.sleep(0.1)");
            awaitDue(1, idle);

            JsonNode report = team.runCull(false);

            assertThat(report.get("culled").findValuesAsText("kernelId")).containsExactly(idle);
            assertThat(report.get("kept")).singleElement().satisfies(kept -> {
                assertThat(kept.get("kernelId").asText()).isEqualTo(busy);
                assertThat(kept.get("why").asText()).isEqualTo("busy");
            });
            assertThat(ids(enterpriseGateway.kernels())).containsExactly(busy);
            assertThat(team.kubelet().running()).containsExactly(uid);
            assertThat(team.gateway().get().getStatus().kernels()).isEqualTo(new KernelCounts(1, 1, 0, 1, 0));

            enterpriseGateway.interruptKernel(busy);
            assertThat(busyTab.outcome(cell)).isEqualTo("KeyboardInterrupt");
            // That run has scheduled the next one, so no further request is necessary.
            await().atMost(30, SECONDS).untilAsserted(() -> assertThat(team.kernels()).isEmpty());
            assertGoneForGood();
        }
    }

    @Test
    void inJupyterLabTheNextRunGetsANewKernel(@TempDir Path home) throws Exception {
        JupyterPython python = JupyterPython.withLab();
        team.apply(getClass().getResourceAsStream("ada.yaml"));
        Deployment ada = team.client().apps().deployments().inNamespace("default").withName("ada")
                .waitUntilCondition(there -> there != null, 30, SECONDS);
        try (NotebookServer lab = NotebookServer.start(team.client(), ada, python, enterpriseGateway.url(""), home)) {
            JsonNode session = lab.openNotebook("ada.ipynb", SPEC);
            String id = session.at("/kernel/id").asText();
            try (KernelChannels tab = lab.channels(id)) {
                assertThat(tab.run("remembered = 1; remembered")).isEqualTo("1");
                assertThat(ids(lab.sessions())).containsExactly(session.get("id").asText());

                cull(id);

                await().atMost(30, SECONDS).untilAsserted(() -> assertThat(lab.sessions()).isEmpty());
                assertGoneForGood();
                JsonNode again = lab.openNotebook("ada.ipynb", SPEC);
                String next = again.at("/kernel/id").asText();
                assertThat(next).isNotEqualTo(id);
                try (KernelChannels channels = lab.channels(next)) {
                    assertThat(channels.run("6 * 7")).isEqualTo("42");
                    assertThat(channels.run("remembered")).isEqualTo("NameError");
                }
                assertThat(ids(lab.sessions())).containsExactly(again.get("id").asText());
                assertThat(ids(enterpriseGateway.kernels())).containsExactly(next);
                assertThat(tab.isOpen()).as("the tab was open all the time").isTrue();
            }
        } finally {
            team.client().resources(JupyterNotebook.class).inNamespace("default").withName("ada").delete();
        }
    }

    /** Waits until a kernel is due, and culls once. */
    private static JsonNode cull(String id) throws Exception {
        awaitDue(1, id);
        JsonNode report = team.runCull(false);
        team.cullIdleTimeout(AN_HOUR);
        assertThat(report.get("culled").findValuesAsText("kernelId")).containsExactly(id);
        return report;
    }

    /** Repeats dry runs, which change nothing, until one reports the kernel as due. */
    private static void awaitDue(int idleTimeout, String id) {
        team.cullIdleTimeout(idleTimeout);
        await().atMost(30, SECONDS).untilAsserted(
                () -> assertThat(team.runCull(true).get("culled").findValuesAsText("kernelId")).containsExactly(id));
    }

    private static void assertGoneForGood() {
        await().during(FOR_GOOD).atMost(FOR_GOOD.multipliedBy(3)).untilAsserted(() -> {
            assertThat(enterpriseGateway.kernels()).isEmpty();
            assertThat(team.pods()).isEmpty();
            assertThat(team.kernels()).isEmpty();
            assertThat(team.kubelet().running()).isEmpty();
        });
    }

    private static CullingStatus culling() {
        return Optional.ofNullable(team.gateway().get().getStatus()).map(JupyterGatewayStatus::culling)
                .orElseGet(() -> new CullingStatus(null, null, 0, null, 0, null, null));
    }

    private static List<Event> culledEvents(String uid) {
        return team.client().v1().events().inNamespace("default")
                .withFields(Map.of("involvedObject.uid", uid, "reason", "Culled")).list().getItems();
    }

    private static PingSource pingSource() {
        return team.client().resources(PingSource.class).inNamespace("default").withName("team-gateway-cull").get();
    }

    private static Set<String> ids(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false).map(each -> each.get("id").asText())
                .collect(Collectors.toSet());
    }
}
