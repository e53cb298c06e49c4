package io.elasticjupyter.local;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;

/** A user with a notebook open in JupyterLab whose kernel Enterprise Gateway runs. */
class EnterpriseGatewayBrowserTest {

    private static final int AN_HOUR = 3600;

    /** JupyterLab polls the kernels about every ten seconds, and a browser on a busy machine is slow. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final String CELL = ".jp-Notebook .jp-InputArea-editor";
    private static final String OUTPUT = ".jp-Notebook .jp-OutputArea-output";
    private static final String PROMPT = ".jp-Notebook .jp-InputPrompt";
    private static final String KERNEL = ".jp-NotebookPanel .jp-KernelName";
    private static final String STATUS_BAR = "#jp-main-statusbar";
    private static final String QUESTION = ".jp-Dialog";

    @Test
    void theKernelOfAnIdleNotebookIsCulledAndTheNextRunGetsANewOne(@TempDir Path folder) throws Exception {
        Browser.assumeInstalled();
        JupyterPython labPython = JupyterPython.withLab();
        JupyterPython gatewayPython = JupyterPython.with("enterprise_gateway", "kubernetes", "ipykernel");
        Path home = folder.resolve("home");
        doNotAskAboutNews(home);
        try (TeamGateway team = TeamGateway.start(gatewayPython, folder);
                NotebookServer lab = ada(team, labPython, home);
                Browser browser = Browser.start(folder.resolve("chromedriver.log"), Path.of("target", "screenshots"))) {
            team.cullIdleTimeout(AN_HOUR);
            lab.save("ada.ipynb", getClass().getResourceAsStream("ada.ipynb"));
            try {
                theKernelIsCulledAndReplaced(team, lab, browser);
            } catch (Exception | Error e) {
                browser.screenshot("failed");
                throw e;
            }
        }
    }

    private static void theKernelIsCulledAndReplaced(TeamGateway team, NotebookServer lab, Browser browser)
            throws Exception {
        browser.open(lab.page("ada.ipynb"));
        awaitReads(browser, KERNEL, "Python of the team");
        awaitIdle(browser);
        assertThat(browser.read(PROMPT)).containsExactly("[ ]:");
        assertThat(browser.read(OUTPUT)).isEmpty();
        browser.screenshot("1-opened");

        runCell(browser);
        awaitReads(browser, PROMPT, "[1]:");
        runCell(browser);
        awaitReads(browser, PROMPT, "[2]:");
        String output = awaitOutput(browser, "process \\d+ run 2");
        awaitIdle(browser);
        String first = team.kernels().getFirst().getMetadata().getUid();
        browser.screenshot("2-ran");

        team.cullIdleTimeout(2);
        awaitReads(browser, KERNEL, "No Kernel");
        assertThat(browser.read(PROMPT)).containsExactly("[2]:");
        assertThat(browser.read(OUTPUT)).as("the output is kept").containsExactly(output);
        assertThat(browser.read(QUESTION)).isEmpty();
        browser.screenshot("3-culled");
        assertThat(team.enterpriseGateway().kernels()).isEmpty();
        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(team.kernels()).isEmpty();
            assertThat(team.pods()).isEmpty();
            assertThat(team.kubelet().running()).isEmpty();
            assertThat(culledEvents(team, first)).hasSize(1);
        });

        team.cullIdleTimeout(AN_HOUR);
        runCell(browser);
        awaitReads(browser, PROMPT, "[1]:");
        assertThat(awaitOutput(browser, "process \\d+ run 1")).isNotEqualTo(output.replace("run 2", "run 1"));
        awaitReads(browser, KERNEL, "Python of the team");
        awaitIdle(browser);
        assertThat(browser.read(QUESTION)).isEmpty();
        browser.screenshot("4-ran-again");
        assertThat(team.enterpriseGateway().kernels()).hasSize(1);
        assertThat(team.kernels()).singleElement()
                .satisfies(kernel -> assertThat(kernel.getMetadata().getUid()).isNotEqualTo(first));
    }

    @Test
    void theTabOfAnOpenNotebookGoesOnWhenItsServerRestarts(@TempDir Path folder) throws Exception {
        Browser.assumeInstalled();
        JupyterPython labPython = JupyterPython.withLab();
        JupyterPython gatewayPython = JupyterPython.with("enterprise_gateway", "kubernetes", "ipykernel");
        Path home = folder.resolve("home");
        doNotAskAboutNews(home);
        try (TeamGateway team = TeamGateway.start(gatewayPython, folder);
                NotebookServer lab = ada(team, labPython, home);
                Browser browser = Browser.start(folder.resolve("chromedriver.log"), Path.of("target", "screenshots"))) {
            lab.save("ada.ipynb", getClass().getResourceAsStream("ada.ipynb"));
            try {
                browser.open(lab.page("ada.ipynb"));
                awaitReads(browser, KERNEL, "Python of the team");
                awaitIdle(browser);
                runCell(browser);
                awaitReads(browser, PROMPT, "[1]:");
                String first = awaitOutput(browser, "process \\d+ run 1");

                lab.terminate();
                lab.start();
                lab.awaitConnection();
                goesOn(browser, first, 2);

                lab.kill();
                lab.start();
                lab.awaitConnection();
                goesOn(browser, first, 3);
                assertThat(team.kernels()).hasSize(1);
            } catch (Exception | Error e) {
                browser.screenshot("restart-failed");
                throw e;
            }
        }
    }

    /** JupyterLab shows a message that the server was away, which need not be closed for the kernel to go on. */
    private static void goesOn(Browser browser, String first, int run) throws Exception {
        browser.screenshot("restarted-" + run);
        if (!browser.read(QUESTION).isEmpty()) {
            assertThat(browser.read(QUESTION)).singleElement().asString().contains("Server Connection Error");
            browser.click(QUESTION + " .jp-Dialog-button");
        }
        runCell(browser);
        awaitReads(browser, PROMPT, "[" + run + "]:");
        awaitReads(browser, OUTPUT, first.replace("run 1", "run " + run));
        awaitIdle(browser);
    }

    /** Otherwise, JupyterLab asks on every page whether it may fetch news. */
    private static void doNotAskAboutNews(Path home) throws IOException {
        Path settings = home.resolve(
                ".jupyter/lab/user-settings/@jupyterlab/apputils-extension/notification.jupyterlab-settings");
        Files.createDirectories(settings.getParent());
        Files.writeString(settings, "{\"fetchNews\": \"false\"}");
    }

    private static NotebookServer ada(TeamGateway team, JupyterPython python, Path home) throws Exception {
        team.apply(EnterpriseGatewayBrowserTest.class.getResourceAsStream("ada.yaml"));
        Deployment ada = team.client().apps().deployments().inNamespace("default").withName("ada")
                .waitUntilCondition(there -> there != null, 30, SECONDS);
        return NotebookServer.start(team.client(), ada, python, team.enterpriseGateway().url(""), home);
    }

    private static void runCell(Browser browser) {
        browser.click(CELL);
        browser.press(Keys.CONTROL, Keys.ENTER);
    }

    private static void awaitReads(Browser browser, String selector, String text) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(browser.read(selector)).containsExactly(text));
    }

    private static String awaitOutput(Browser browser, String pattern) {
        return await().atMost(PATIENCE).until(() -> browser.read(OUTPUT),
                outputs -> outputs.size() == 1 && outputs.getFirst().matches(pattern)).getFirst();
    }

    private static void awaitIdle(Browser browser) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(browser.read(STATUS_BAR)).singleElement().asString()
                .contains("Python of the team | Idle"));
    }

    private static List<Event> culledEvents(TeamGateway team, String kernelUid) {
        return team.client().v1().events().inNamespace("default")
                .withFields(Map.of("involvedObject.uid", kernelUid, "reason", "Culled")).list().getItems();
    }
}
