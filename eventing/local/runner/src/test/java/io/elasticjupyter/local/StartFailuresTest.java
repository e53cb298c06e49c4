package io.elasticjupyter.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real process: one line with the problem and its solution, and an exit code. */
class StartFailuresTest {

    private static final int COULD_NOT_START = 1;
    private static final int WRONG_OPTION = 2;

    @TempDir
    Path folder;

    record Ended(int exitCode, List<String> out, List<String> err) {}

    @Test
    void thePortOfTheFunctionsInUseIsReported() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = taken.getLocalPort();
            Ended ended = run(Map.of(), "--port=" + port);
            assertThat(ended.err()).containsExactly("elastic-jupyter: port " + port
                    + " for the functions is in use; choose another with --port PORT");
            assertThat(ended.out()).isEmpty();
            assertThat(ended.exitCode()).isEqualTo(COULD_NOT_START);
        }
    }

    @Test
    void thePortOfTheApiServerInUseIsReported() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = taken.getLocalPort();
            Ended ended = run(Map.of(), "--port=" + FreePort.any(), "--api-port=" + port);
            assertThat(ended.err()).containsExactly("elastic-jupyter: port " + port
                    + " for the API server is in use; choose another with --api-port PORT");
            assertThat(ended.out()).isEmpty();
            assertThat(ended.exitCode()).isEqualTo(COULD_NOT_START);
        }
    }

    @Test
    void aKubeconfigThatCannotBeWrittenIsReported() throws Exception {
        Path file = Files.createFile(folder.resolve("file"));
        Ended ended = run(Map.of(), "--port=" + FreePort.any(), "--api-port=" + FreePort.any(),
                "--kubeconfig=" + file.resolve("kubeconfig"));
        assertThat(ended.err()).singleElement().asString()
                .startsWith("elastic-jupyter: cannot write the kubeconfig to " + file.resolve("kubeconfig"))
                .endsWith("choose another place with --kubeconfig FILE");
        assertThat(ended.out()).isEmpty();
        assertThat(ended.exitCode()).isEqualTo(COULD_NOT_START);
    }

    @Test
    void missingBinariesAreReported() throws Exception {
        Ended ended = run(Map.of("KUBEBUILDER_ASSETS", folder.toString()), "--port=" + FreePort.any(),
                "--api-port=" + FreePort.any());
        assertThat(ended.err()).singleElement().asString()
                .startsWith("elastic-jupyter: KUBEBUILDER_ASSETS is " + folder + ", but there is no executable 'etcd'");
        assertThat(ended.out()).isEmpty();
        assertThat(ended.exitCode()).isEqualTo(COULD_NOT_START);
    }

    @Test
    void aMissingKubeconfigIsReported() throws Exception {
        Ended ended = run(Map.of("KUBECONFIG", folder.resolve("none").toString()), "--cluster",
                "--port=" + FreePort.any());
        assertThat(ended.err()).singleElement().asString()
                .startsWith("elastic-jupyter: --cluster needs a kubeconfig with a current context");
        assertThat(ended.out()).isEmpty();
        assertThat(ended.exitCode()).isEqualTo(COULD_NOT_START);
    }

    @Test
    void anUnreachableClusterIsReported() throws Exception {
        int port = FreePort.any();
        Path kubeconfig = Files.writeString(folder.resolve("kubeconfig"), """
                apiVersion: v1
                kind: Config
                clusters: [{name: away, cluster: {server: "http://127.0.0.1:%d"}}]
                users: [{name: me, user: {}}]
                contexts: [{name: away, context: {cluster: away, user: me}}]
                current-context: away
                """.formatted(port));
        Ended ended = run(Map.of("KUBECONFIG", kubeconfig.toString()), "--cluster", "--port=" + FreePort.any());
        assertThat(ended.err()).singleElement().asString()
                .startsWith("elastic-jupyter: the API server at http://127.0.0.1:" + port + "/ does not respond");
        assertThat(ended.out()).isEmpty();
        assertThat(ended.exitCode()).isEqualTo(COULD_NOT_START);
    }

    @Test
    void anUnknownOptionIsReported() throws Exception {
        Ended ended = run(Map.of(), "--cloud");
        assertThat(ended.err())
                .containsExactly("elastic-jupyter: Unknown option: '--cloud' (--help lists the options)");
        assertThat(ended.exitCode()).isEqualTo(WRONG_OPTION);
    }

    @Test
    void helpListsTheOptions() throws Exception {
        Ended ended = run(Map.of(), "--help");
        assertThat(String.join("\n", ended.out()))
                .contains("--cluster", "--port", "--api-port", "--kubeconfig", "--no-simulation", "KUBEBUILDER_ASSETS");
        assertThat(ended.exitCode()).isZero();
        assertThat(Path.of(System.getProperty("repository.root"), "eventing/local/runner/help.txt"))
                .as("the file that Maven prints with -Dlocal.args=--help").hasContent(String.join("\n", ended.out()));
    }

    private Ended run(Map<String, String> environment, String... options) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                // The same options as in the Maven profile.
                "--sun-misc-unsafe-memory-access=allow",
                "-XX:TieredStopAtLevel=1",
                "-cp", System.getProperty("java.class.path"),
                LocalRunner.class.getName()));
        command.addAll(List.of(options));
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile())
                .redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().remove("KUBEBUILDER_ASSETS");
        builder.environment().putAll(environment);
        Process process = builder.start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("exited").isTrue();
        } finally {
            process.destroyForcibly();
        }
        return new Ended(process.exitValue(), Files.readAllLines(out, UTF_8), Files.readAllLines(err, UTF_8));
    }
}
