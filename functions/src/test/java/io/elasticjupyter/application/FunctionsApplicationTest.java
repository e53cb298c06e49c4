package io.elasticjupyter.application;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The log of a process that cannot start. */
class FunctionsApplicationTest {

    @Test
    void anInvalidPropertyIsNamedWithItsValidValues() throws Exception {
        assertThat(startFailure("--elastic-jupyter.cull-sink=kafka"))
                .endsWith("not started: elastic-jupyter.cull-sink is 'kafka'. Set it to broker or function.");
    }

    @Test
    void aFunctionThatDoesNotExistIsReported() throws Exception {
        assertThat(startFailure("--elastic-jupyter.functions=resync,cull")).contains(
                "not started: elastic-jupyter.functions contains 'cull', which is not a function. Set it to some of cullKernels, ");
    }

    @Test
    void aShortKeyIsReportedAndNotLogged() throws Exception {
        assertThat(startFailure("--elastic-jupyter.event-key=letmein"))
                .contains("not started: elastic-jupyter.event-key has 7 characters. Set it to at least 32 random ones")
                .doesNotContain("letmein");
    }

    @Test
    void aPortThatIsNotANumberIsReported() throws Exception {
        assertThat(startFailure("--server.port=http"))
                .endsWith("not started: server.port is 'http'. Set it to a valid Integer.");
    }

    @Test
    void aPortInUseIsReported() throws Exception {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThat(startFailure("--server.address=127.0.0.1", "--server.port=" + other.getLocalPort()))
                    .endsWith("not started: port " + other.getLocalPort()
                            + " is in use. Set server.port, or PORT, to one that is free.");
        }
    }

    /** Returns the only line that a process prints before it exits with code 1. */
    private static String startFailure(String... arguments) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(Stream
                .concat(Stream.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                        System.getProperty("java.class.path"), FunctionsApplication.class.getName()),
                        Stream.of(arguments))
                .toList()).redirectErrorStream(true).start();
        List<String> lines = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines()
                .filter(line -> !line.startsWith("WARNING: ")).toList();
        assertThat(process.waitFor()).as("%s", lines).isEqualTo(1);
        assertThat(lines).hasSize(1);
        return lines.getFirst();
    }
}
