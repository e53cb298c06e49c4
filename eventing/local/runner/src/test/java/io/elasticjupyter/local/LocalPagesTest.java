package io.elasticjupyter.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.elasticjupyter.local.Page.Command;
import io.elasticjupyter.local.ShellSession.Ran;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * The commands of the README that need no cluster, and those of the page about local use, in their order and in one session of
 * the local runner, with bash, kubectl and curl. Each succeeds, or prints what the page shows. Only names, times and addresses
 * that differ for each session may differ.
 */
class LocalPagesTest {

    /** The steps before that heading of the README need a cluster. */
    private static final List<Page> PAGES = List.of(Page.read("README.md").from("## Try it without a cluster"),
            Page.read("docs/local.md"));

    /** How long a user may have to repeat a command that only reads before it shows what the page shows. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final Map<Pattern, String> DIFFERENT_EACH_TIME = Map.of(
            Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"), "UID",
            Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z"), "TIME",
            Pattern.compile("-[0-9a-f]{8}-(\\d)\\b"), "-POD-$1",
            Pattern.compile("(?<= |^)(\\d+[dhms])+(?= |$)"), "AGE",
            Pattern.compile("\\b\\d+ s\\b"), "SECONDS");

    @TempDir
    static Path folder;

    private static Running running;
    private static Options options;
    private static ShellSession shell;

    @BeforeAll
    static void start() throws Exception {
        String path = ShellSession.path();
        for (String program : List.of("bash", "kubectl", "curl", "timeout")) {
            assumeTrue(ShellSession.find(program, path).isPresent(),
                    "the commands of the pages are not run: " + program + " is not on the PATH");
        }
        Files.createSymbolicLink(folder.resolve("deploy"), Page.ROOT.resolve("deploy"));
        options = CommandLine.populateCommand(new Options());
        options.port = FreePort.any();
        options.apiPort = FreePort.any();
        options.gatewayPort = FreePort.any();
        options.kubeconfig = folder.resolve(".elastic-jupyter/kubeconfig");
        running = new Running(options, new PrintWriter(new StringWriter()));
        running.start(Map.of());
        shell = new ShellSession(folder, path);
    }

    @AfterAll
    static void end() {
        if (shell != null) {
            shell.close();
        }
        if (running != null) {
            running.close();
        }
    }

    @TestFactory
    Stream<DynamicTest> everyCommandDoesWhatThePageShows() {
        return PAGES.stream().flatMap(page -> page.commands().stream()
                .filter(command -> !command.runs("mvn"))
                .map(command -> DynamicTest.dynamicTest(page.name() + ": " + command.text(), () -> check(command))));
    }

    private static void check(Command command) throws Exception {
        if (!isRepeatable(command)) {
            assertAsShown(command, run(command));
            return;
        }
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(500))
                .untilAsserted(() -> assertAsShown(command, run(command)));
    }

    private static Ran run(Command command) throws Exception {
        String text = command.text()
                .replace("localhost:8080", "127.0.0.1:" + options.port)
                .replace("localhost:8890", "127.0.0.1:" + options.gatewayPort);
        if (!text.endsWith(" -w")) {
            return shell.run(text);
        }
        // A watch ends only when the user presses Ctrl-C.
        Ran watch = shell.run("timeout 3 " + text);
        return new Ran(watch.code() == 124 ? 0 : watch.code(), watch.output());
    }

    private static void assertAsShown(Command command, Ran ran) {
        if (!command.response().isEmpty()) {
            assertThat(masked(ran.output())).containsAll(masked(String.join("\n", command.response())));
        } else if (command.output().isEmpty()) {
            assertThat(ran.code()).as("%s", ran.output()).isZero();
        } else {
            assertThat(String.join("\n", masked(ran.output())))
                    .isEqualTo(String.join("\n", masked(String.join("\n", command.output()))));
        }
    }

    private static boolean isRepeatable(Command command) {
        return !command.text().endsWith(" -w")
                && (command.text().startsWith("kubectl get ")
                        || command.runs("curl") && !command.text().contains("/api/kernels"));
    }

    private static List<String> masked(String text) {
        return text.lines().map(line -> {
            String masked = line.stripTrailing().replaceAll(" {2,}", " ");
            for (var each : DIFFERENT_EACH_TIME.entrySet()) {
                masked = each.getKey().matcher(masked).replaceAll(each.getValue());
            }
            return masked;
        }).collect(Collectors.toList());
    }
}
