package io.elasticjupyter.resync;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResyncOnceTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private HttpServer server;
    private volatile int status;
    private volatile String outcome;
    private volatile String type;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/resync", exchange -> {
            type = exchange.getRequestHeaders().getFirst("ce-type");
            exchange.getRequestBody().readAllBytes();
            exchange.getResponseHeaders().set("ce-outcome", outcome);
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @ParameterizedTest
    @CsvSource({"200, unchanged, 0", "200, changed, 0", "200, failed, 1", "503, x, 1"})
    void endsWellOnlyWhenAllWasReconciled(int status, String outcome, int exit) throws Exception {
        this.status = status;
        this.outcome = outcome;

        assertThat(run()).isEqualTo(exit);
        assertThat(type).isEqualTo("dev.knative.sources.ping");
        assertThat(out.toString(StandardCharsets.UTF_8)).startsWith(status + ", " + outcome);
    }

    @Test
    void saysThatNobodyAnswers() throws Exception {
        server.stop(0);

        assertThat(run()).isEqualTo(1);
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("/resync does not answer: ");
    }

    private int run() throws InterruptedException {
        return ResyncOnce.run(URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/resync"),
                new PrintStream(out, true, StandardCharsets.UTF_8));
    }
}
