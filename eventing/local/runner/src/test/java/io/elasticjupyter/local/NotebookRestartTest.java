package io.elasticjupyter.local;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.elasticjupyter.api.v1alpha1.JupyterNotebook;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kernels of the real JupyterLab survive the end of its server. */
class NotebookRestartTest {

    private static final String SPEC = "python-team";

    private static final String NOTEBOOK = """
            apiVersion: kubeflow.tkestack.io/v1alpha1
            kind: JupyterNotebook
            metadata:
              name: %s
            spec:
              gateway:
                name: team-gateway
              %s
            """;

    @TempDir
    static Path folder;

    private static TeamGateway team;

    @BeforeAll
    static void start() throws Exception {
        JupyterPython.withLab();
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
        if (!team.enterpriseGateway().isAlive()) {
            team.startGateway();
        }
        for (JsonNode kernel : team.enterpriseGateway().kernels()) {
            team.enterpriseGateway().deleteKernel(kernel.get("id").asText());
        }
        await().atMost(30, SECONDS).untilAsserted(() -> assertThat(team.kubelet().running()).isEmpty());
        team.client().resources(JupyterNotebook.class).inNamespace("default").delete();
    }

    @Test
    void kernelsSurviveTheEndOfThePodOfANotebookWithStorage(@TempDir Path home) throws Exception {
        try (NotebookServer lab = withStorage(home)) {
            JsonNode session = openWithX(lab);
            String others = team.enterpriseGateway().startKernel(SPEC);

            lab.terminate();
            assertThat(ids(team.enterpriseGateway().kernels())).contains(kernel(session), others);
            lab.start();

            assertContinues(lab, session);
            assertThat(ids(lab.kernels())).as("not the kernels of others").containsExactly(kernel(session));
        }
    }

    @Test
    void kernelsSurviveACrash(@TempDir Path home, @TempDir Path other) throws Exception {
        try (NotebookServer lab = withStorage(home); NotebookServer withoutStorage = withoutStorage(other)) {
            JsonNode session = openWithX(lab);
            JsonNode sessionWithoutStorage = openWithX(withoutStorage);

            lab.kill();
            withoutStorage.kill();
            lab.start();
            withoutStorage.start();

            assertContinues(lab, session);
            assertContinues(withoutStorage, sessionWithoutStorage);
        }
    }

    @Test
    void kernelsOfANotebookWithoutStorageEndWithItsPod(@TempDir Path home) throws Exception {
        try (NotebookServer lab = withoutStorage(home)) {
            openWithX(lab);

            lab.terminate();

            assertThat(team.enterpriseGateway().kernels()).isEmpty();
        }
    }

    @Test
    void aKernelThatEndedMeanwhileIsReplaced(@TempDir Path home) throws Exception {
        try (NotebookServer lab = withStorage(home)) {
            String id = kernel(openWithX(lab));
            lab.terminate();
            team.enterpriseGateway().deleteKernel(id);

            lab.start();

            assertThat(kernel(lab.openNotebook("ada.ipynb", SPEC))).isNotEqualTo(id);
            assertThat(lab.sessions()).hasSize(1);
        }
    }

    @Test
    void aSessionThatIsClosedDoesNotComeBack(@TempDir Path home) throws Exception {
        try (NotebookServer lab = withStorage(home)) {
            lab.close(openWithX(lab));

            lab.kill();
            lab.start();

            assertThat(lab.sessions()).isEmpty();
            assertThat(lab.kernels()).isEmpty();
        }
    }

    @Test
    void theServerMayStartWithoutItsGateway(@TempDir Path home) throws Exception {
        try (NotebookServer lab = withStorage(home)) {
            JsonNode session = openWithX(lab);
            lab.terminate();
            team.enterpriseGateway().terminate();

            lab.start();

            assertThat(lab.listSessions()).as("the gateway is away").extracting(each -> each.get("id").asText())
                    .containsExactly(session.get("id").asText());
            team.startGateway();
            assertContinues(lab, session);
        }
    }

    @Test
    void aRecordThatCannotBeReadIsIgnored(@TempDir Path home) throws Exception {
        try (NotebookServer lab = withStorage(home)) {
            openWithX(lab);
            lab.kill();
            Files.writeString(home.resolve("kernels").resolve("default.ada.json"),
                    "{\"kernels\": [1], \"sessions\": 2}");

            lab.start();

            assertThat(lab.sessions()).isEmpty();
            assertContinues(lab, openWithX(lab));
        }
    }

    private static NotebookServer withStorage(Path home) throws Exception {
        return server("ada", "storage: {size: 1Gi}", home);
    }

    private static NotebookServer withoutStorage(Path home) throws Exception {
        return server("bob", "", home);
    }

    private static NotebookServer server(String name, String storage, Path home) throws Exception {
        team.apply(new ByteArrayInputStream(NOTEBOOK.formatted(name, storage).getBytes(StandardCharsets.UTF_8)));
        Deployment deployment = team.client().apps().deployments().inNamespace("default").withName(name)
                .waitUntilCondition(there -> there != null, 30, SECONDS);
        return NotebookServer.start(team.client(), deployment, JupyterPython.withLab(),
                team.enterpriseGateway().url(""), home);
    }

    private static JsonNode openWithX(NotebookServer lab) throws Exception {
        JsonNode session = lab.openNotebook("ada.ipynb", SPEC);
        try (KernelChannels tab = lab.channels(kernel(session))) {
            assertThat(tab.run("x = 42; x")).isEqualTo("42");
        }
        return session;
    }

    private static void assertContinues(NotebookServer lab, JsonNode session) throws Exception {
        assertThat(lab.sessions()).singleElement().satisfies(each -> {
            assertThat(each.get("id")).isEqualTo(session.get("id"));
            assertThat(each.get("path")).isEqualTo(session.get("path"));
            assertThat(kernel(each)).isEqualTo(kernel(session));
        });
        try (KernelChannels tab = lab.channels(kernel(session))) {
            assertThat(tab.run("x")).isEqualTo("42");
        }
    }

    private static String kernel(JsonNode session) {
        return session.at("/kernel/id").asText();
    }

    private static Set<String> ids(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false).map(each -> each.get("id").asText())
                .collect(Collectors.toSet());
    }
}
