package io.elasticjupyter.cull;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.cull.GatewayClient.GatewayException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class GatewayClientTest {

    @Test
    void theConnectTimeoutIsShorterThanTheResponseTimeout() throws Exception {
        List<Socket> queue = new ArrayList<>();
        try (ServerSocket notAccepting = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            fill(queue, notAccepting.getLocalPort());
            GatewayClient client = new GatewayClient("http://127.0.0.1:" + notAccepting.getLocalPort(),
                    gateway -> Optional.empty(), Clock.systemUTC());

            assertThatThrownBy(() -> client.kernels(gateway())).isInstanceOf(GatewayException.class)
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
                        .kernels(gateway()))
                .isInstanceOf(GatewayException.class)
                .hasMessage("cannot be reached: connection refused or unknown host");
    }

    /** Fills the queue of waiting connections, so that the next one hangs. */
    private static void fill(List<Socket> queue, int port) throws IOException {
        while (true) {
            Socket socket = new Socket();
            queue.add(socket);
            try {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
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
