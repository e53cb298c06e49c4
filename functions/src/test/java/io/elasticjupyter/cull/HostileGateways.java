package io.elasticjupyter.cull;

import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.cull.GatewayClient.GatewayException;
import io.elasticjupyter.kubernetes.Parallel;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** Gateways that answer with as much as they may, in the form that takes the most memory. A program, to limit its memory. */
final class HostileGateways {

    private static final int GATEWAYS = 16;

    private static final String HEADERS = "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n";

    private static final int BYTES = 8 * 1024 * 1024 - 2;

    /** What each list repeats. */
    private static final List<IntFunction<String>> ELEMENTS = List.of(
            i -> "{},",
            i -> "{\"id\":\"00000000-0000-4000-8000-%012d\",\"last_activity\":\"2020-01-01T00:00:00Z\"},".formatted(i),
            i -> (i == 0 ? "{" : "") + "\"name-%d\":%d,".formatted(i, i),
            i -> i == 0 ? "{\"id\":\"" : "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
            i -> i == 0 ? "{\"x\":[{\"id\":\"1\"}" : ",{}");

    private HostileGateways() {}

    public static void main(String[] args) throws IOException {
        try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            AtomicInteger connections = new AtomicInteger();
            Thread.startVirtualThread(() -> serve(server,
                    socket -> answer(socket, ELEMENTS.get(connections.getAndIncrement() % ELEMENTS.size()))));
            GatewayClient client = new GatewayClient("http://127.0.0.1:" + server.getLocalPort(),
                    gateway -> Optional.empty(), Clock.systemUTC());
            List<String> failures = Parallel.map(IntStream.range(0, GATEWAYS).boxed().toList(), GATEWAYS, i -> {
                try {
                    return "read " + client.session(gateway()).kernels(Set.of("1"));
                } catch (GatewayException e) {
                    return e.getMessage();
                }
            });
            failures.forEach(System.out::println);
            if (failures.stream().noneMatch(failure -> failure.startsWith("read "))) {
                System.out.println(failures.size() + " gateways failed");
            }
        }
        System.exit(0);
    }

    /** Answers each request with a byte every tenth of a second. */
    static void drip(ServerSocket server) {
        serve(server, socket -> {
            OutputStream out = socket.getOutputStream();
            out.write(HEADERS.formatted(BYTES).getBytes(StandardCharsets.US_ASCII));
            while (true) {
                out.write(' ');
                out.flush();
                Thread.sleep(100);
            }
        });
    }

    private interface Behaviour {
        void answer(Socket socket) throws IOException, InterruptedException;
    }

    private static void serve(ServerSocket server, Behaviour behaviour) {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                Thread.startVirtualThread(() -> {
                    try (socket) {
                        behaviour.answer(socket);
                    } catch (IOException | InterruptedException e) {
                        // The client has closed the connection.
                    }
                });
            } catch (IOException e) {
                return;
            }
        }
    }

    private static void answer(Socket socket, IntFunction<String> element) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(HEADERS.formatted(BYTES).getBytes(StandardCharsets.US_ASCII));
        out.write('[');
        int written = 1;
        for (int i = 0; written < BYTES; i++) {
            byte[] bytes = element.apply(i).getBytes(StandardCharsets.US_ASCII);
            out.write(bytes, 0, Math.min(bytes.length, BYTES - written));
            written += bytes.length;
        }
        out.flush();
    }

    private static JupyterGateway gateway() {
        JupyterGateway gateway = new JupyterGateway();
        gateway.getMetadata().setName("g");
        gateway.getMetadata().setNamespace("default");
        return gateway;
    }
}
