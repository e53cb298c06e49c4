package io.elasticjupyter.cull;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.cull.GatewayClient.GatewayException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GatewayClientTest {

    @Test
    void theConnectTimeoutIsShorterThanTheResponseTimeout() throws Exception {
        List<Socket> queue = new ArrayList<>();
        try (ServerSocket notAccepting = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            fill(queue, notAccepting.getLocalPort());
            GatewayClient client = new GatewayClient("http://127.0.0.1:" + notAccepting.getLocalPort(),
                    gateway -> Optional.empty(), Clock.systemUTC());

            assertThatThrownBy(() -> client.session(gateway()).kernels(Set.of())).isInstanceOf(GatewayException.class)
                    .hasMessage("cannot be reached: HTTP connect timed out");
        } finally {
            for (Socket socket : queue) {
                socket.close();
            }
        }
    }

    @Test
    void aRefusedConnectionIsReported() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }

        assertThatThrownBy(
                () -> new GatewayClient("http://127.0.0.1:" + port, gateway -> Optional.empty(), Clock.systemUTC())
                        .session(gateway()).kernels(Set.of()))
                .isInstanceOf(GatewayException.class)
                .hasMessage("cannot be reached: connection refused or unknown host");
    }

    @Test
    void allRequestsOfASessionHaveOneDeadline() throws Exception {
        try (ServerSocket dripping = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread.startVirtualThread(() -> HostileGateways.drip(dripping));
            GatewayClient.Session session = new GatewayClient("http://127.0.0.1:" + dripping.getLocalPort(),
                    gateway -> Optional.empty(), Clock.systemUTC(), Duration.ofSeconds(1)).session(gateway());
            long start = System.nanoTime();

            for (int request = 0; request < 3; request++) {
                assertThatThrownBy(() -> session.kernels(Set.of())).isInstanceOf(GatewayException.class)
                        .hasMessage("did not answer all requests within 1 s");
            }

            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(4));
        }
    }

    /** The answer decides whether the requested kernel is deleted. */
    @Test
    void theActivityOfAnotherKernelIsNotAccepted() throws Exception {
        HttpServer gateway = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        gateway.createContext("/", exchange -> {
            byte[] kernel = "{\"id\":\"2\",\"last_activity\":\"2020-01-01T00:00:00Z\",\"execution_state\":\"idle\"}"
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, kernel.length);
            exchange.getResponseBody().write(kernel);
            exchange.close();
        });
        gateway.start();
        try {
            GatewayClient.Session session = new GatewayClient("http://127.0.0.1:" + gateway.getAddress().getPort(),
                    each -> Optional.empty(), Clock.systemUTC()).session(gateway());

            assertThat(session.kernel("2")).isPresent();
            assertThatThrownBy(() -> session.kernel("1")).isInstanceOf(GatewayException.class)
                    .hasMessage("answered with another kernel than the one that was requested");
        } finally {
            gateway.stop(0);
        }
    }

    /** In the image, the functions run with -Xmx256m. */
    @Test
    void sixteenHostileGatewaysAtOnceFitIntoLittleMemory() throws Exception {
        Process program = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError", "-cp",
                System.getProperty("java.class.path"), HostileGateways.class.getName())
                .redirectErrorStream(true).start();
        String output = new String(program.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(program.waitFor()).as(output).isZero();
        assertThat(output).contains("16 gateways failed");
    }

    /** Fills the queue of waiting connections, so that the next one hangs. */
    private static void fill(List<Socket> queue, int port) throws IOException {
        while (true) {
            Socket socket = new Socket();
            queue.add(socket);
            try {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
            } catch (SocketTimeoutException full) {
                return;
            }
        }
    }

    private static JupyterGateway gateway() {
        JupyterGateway gateway = new JupyterGateway();
        gateway.getMetadata().setName("g");
        gateway.getMetadata().setNamespace("default");
        return gateway;
    }
}
