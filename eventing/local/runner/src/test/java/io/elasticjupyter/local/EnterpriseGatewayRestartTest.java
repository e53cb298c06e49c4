package io.elasticjupyter.local;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.elasticjupyter.api.v1alpha1.Conditions;
import io.elasticjupyter.api.v1alpha1.JupyterKernelStatus;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Secret;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kernels of the real Enterprise Gateway survive its end, and are culled when they would have been. */
class EnterpriseGatewayRestartTest {

    private static final String SPEC = "python-team";

    @TempDir
    static Path folder;

    private static TeamGateway team;

    @BeforeAll
    static void start() throws Exception {
        team = TeamGateway.start(JupyterPython.with("enterprise_gateway", "kubernetes", "ipykernel"), folder);
    }

    @AfterAll
    static void end() {
        if (team != null) {
            team.close();
        }
    }

    @AfterEach
    void noKernels() throws Exception {
        for (JsonNode kernel : gateway().kernels()) {
            gateway().deleteKernel(kernel.get("id").asText());
        }
        await().atMost(30, SECONDS).untilAsserted(() -> {
            assertThat(team.kernels()).isEmpty();
            assertThat(team.kubelet().running()).isEmpty();
        });
    }

    @Test
    void aKernelSurvivesACrashOfItsGateway() throws Exception {
        String id = kernelWithX();
        Instant lastActivity = lastActivity(id);
        String pod = team.pod(id).getMetadata().getUid();

        gateway().kill();
        team.startGateway();

        assertThat(lastActivity(id)).isEqualTo(lastActivity);
        assertThat(kernel(id).get("execution_state").asText()).isEqualTo("idle");
        assertX(id);
        assertThat(team.pod(id).getMetadata().getUid()).isEqualTo(pod);
    }

    @Test
    void aKernelSurvivesTheEndOfItsGatewaysPod() throws Exception {
        String id = kernelWithX();
        Instant lastActivity = lastActivity(id);

        gateway().terminate();
        deleteFiles();
        assertThat(team.kubelet().running()).hasSize(1);
        team.startGateway();

        assertThat(lastActivity(id)).isEqualTo(lastActivity);
        await().atMost(30, SECONDS).untilAsserted(() -> assertThat(reattached(id).getStatus()).isEqualTo("True"));
        assertThat(team.client().v1().events().inNamespace("default").list().getItems())
                .filteredOn(event -> event.getInvolvedObject().getUid()
                        .equals(team.kernel(id).getMetadata().getUid()))
                .extracting(Event::getReason).contains("Reattached");
        assertX(id);
    }

    /** Without the last activity, the kernel counts as active at the restart: it is never culled too early. */
    @Test
    void aKernelSurvivesTheLossOfItsGatewaysNode() throws Exception {
        String id = kernelWithX();
        awaitStored(id);
        Instant lost = Instant.now();

        gateway().kill();
        deleteFiles();
        team.startGateway();

        await().atMost(10, SECONDS)
                .untilAsserted(() -> assertThat(kernel(id).get("execution_state").asText()).isEqualTo("idle"));
        assertThat(lastActivity(id)).isAfter(lost);
        assertX(id);
    }

    @Test
    void aBusyKernelIsBusyUntilItHasFinished() throws Exception {
        String id = kernelWithX();
        try (KernelChannels tab = gateway().channels(id)) {
            tab.start("import os, time\nprint('started')\nwhile not os.path.exists('done'): time.sleep(0.1)\nx = 43");
            await().atMost(10, SECONDS)
                    .untilAsserted(() -> assertThat(kernel(id).get("execution_state").asText()).isEqualTo("busy"));
        }

        gateway().kill();
        team.startGateway();

        assertThat(kernel(id).get("execution_state").asText()).isEqualTo("busy");
        Instant finished = Instant.now();
        Files.createFile(folder.resolve("done"));
        await().atMost(10, SECONDS)
                .untilAsserted(() -> assertThat(kernel(id).get("execution_state").asText()).isEqualTo("idle"));
        assertThat(lastActivity(id)).isAfterOrEqualTo(finished);
        try (KernelChannels channels = gateway().channels(id)) {
            assertThat(channels.run("x")).isEqualTo("43");
        }
    }

    @Test
    void aNotebookThatConnectsAgainDoesNotProlongTheLifeOfItsKernel() throws Exception {
        String id = kernelWithX();
        gateway().terminate();
        team.startGateway();
        Instant lastActivity = lastActivity(id);

        try (KernelChannels tab = gateway().channels(id)) {
            await().atMost(10, SECONDS)
                    .untilAsserted(() -> assertThat(kernel(id).get("connections").asInt()).isEqualTo(1));
            assertThat(lastActivity(id)).isEqualTo(lastActivity);
            assertThat(tab.run("x")).isEqualTo("42");
            assertThat(lastActivity(id)).isAfter(lastActivity);
        }
    }

    @Test
    void aKernelThatRestartsHasItsNewSession() throws Exception {
        String id = kernelWithX();
        gateway().terminate();
        team.startGateway();
        gateway().restartKernel(id);
        try (KernelChannels channels = gateway().channels(id)) {
            assertThat(channels.run("y = 43; y")).isEqualTo("43");
        }
        awaitStored(id);

        gateway().terminate();
        deleteFiles();
        team.startGateway();

        try (KernelChannels channels = gateway().channels(id)) {
            assertThat(channels.run("y")).isEqualTo("43");
        }
    }

    @Test
    void aKernelThatEndedMeanwhileIsGone() throws Exception {
        String id = kernelWithX();
        gateway().terminate();
        team.client().resource(team.pod(id)).delete();
        await().atMost(30, SECONDS).untilAsserted(() -> assertThat(team.kernels()).isEmpty());

        team.startGateway();

        assertThat(gateway().kernels()).isEmpty();
    }

    private static EnterpriseGateway gateway() {
        return team.enterpriseGateway();
    }

    private static String kernelWithX() throws Exception {
        String id = gateway().startKernel(SPEC);
        try (KernelChannels channels = gateway().channels(id)) {
            assertThat(channels.run("x = 42; x")).isEqualTo("42");
        }
        return id;
    }

    private static void assertX(String id) throws Exception {
        try (KernelChannels channels = gateway().channels(id)) {
            assertThat(channels.run("x")).isEqualTo("42");
        }
    }

    /** The volume of a pod does not outlive it. */
    private static void deleteFiles() throws Exception {
        try (Stream<Path> files = Files.walk(folder.resolve("sessions"))) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private static void awaitStored(String id) {
        await().atMost(30, SECONDS).untilAsserted(() -> {
            String name = "kernel-session-" + team.kernel(id).getMetadata().getUid();
            List<Secret> secrets = team.client().secrets().inNamespace("default").list().getItems();
            assertThat(secrets).extracting(secret -> secret.getMetadata().getName()).contains(name);
        });
    }

    private static Condition reattached(String id) {
        return Conditions.of(team.kernel(id).getStatus()).find(JupyterKernelStatus.REATTACHED).orElseThrow();
    }

    private static JsonNode kernel(String id) throws Exception {
        return StreamSupport.stream(gateway().kernels().spliterator(), false)
                .filter(kernel -> kernel.get("id").asText().equals(id)).findFirst().orElseThrow();
    }

    private static Instant lastActivity(String id) throws Exception {
        return Instant.parse(kernel(id).get("last_activity").asText());
    }
}
