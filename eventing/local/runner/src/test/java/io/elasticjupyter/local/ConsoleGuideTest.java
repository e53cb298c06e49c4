package io.elasticjupyter.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A newcomer opens the address that the local run prints, types what the page says, and sees in the page what happens. */
class ConsoleGuideTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Test
    void theCommandsOfThePageDoWhatItShows(@TempDir Path folder) throws Exception {
        Browser.assumeInstalled();
        String path = ShellSession.path();
        assumeTrue(List.of("bash", "kubectl", "curl").stream().allMatch(program -> ShellSession.find(program, path)
                .isPresent()), "bash, kubectl or curl is not on the PATH");
        Files.createSymbolicLink(folder.resolve("deploy"), Page.ROOT.resolve("deploy"));
        Options options = CommandLine.populateCommand(new Options());
        options.port = FreePort.any();
        options.apiPort = FreePort.any();
        options.gatewayPort = FreePort.any();
        options.kubeconfig = folder.resolve(".elastic-jupyter/kubeconfig");
        StringWriter output = new StringWriter();
        try (Running running = new Running(options, new PrintWriter(output));
                Browser browser = Browser.start(folder.resolve("chromedriver.log"), Path.of("target", "screenshots"));
                ShellSession shell = new ShellSession(folder, path)) {
            running.start(Map.of());
            run(shell, "export KUBECONFIG=$PWD/.elastic-jupyter/kubeconfig");
            browser.open(URI.create(output.toString().replaceFirst("(?s).*Console +(\\S+).*", "$1")));
            List<String> commands = browser.read("#guide pre");
            assertThat(commands).hasSize(3);
            assertThat(browser.read("#guide li.done")).isEmpty();

            run(shell, commands.get(0));
            awaitDone(browser, 2);
            assertThat(browser.read("#gateway-rows")).first().asString().contains("team-gateway", "ready");
            await().atMost(PATIENCE).untilAsserted(() -> run(shell, "kubectl wait --for=condition=Ready jks --all"));
            run(shell, commands.get(1));
            awaitDone(browser, 3);
            assertThat(browser.read("#kernel-rows td")).contains("ada");
            run(shell, commands.get(2));
            awaitDone(browser, 4);
            assertThat(browser.read("#given-back-rows td")).contains("default", "1");
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(browser.read("#event-rows")).first().asString()
                    .contains("Deleted after being idle"));
            assertThat(browser.problems()).isEmpty();
        }
    }

    private static void run(ShellSession shell, String command) throws Exception {
        var ran = shell.run(command);
        assertThat(ran.code()).as("%s", ran.output()).isZero();
    }

    /** The page is not loaded again. */
    private static void awaitDone(Browser browser, int steps) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(browser.read("#guide li.done")).hasSize(steps));
    }
}
