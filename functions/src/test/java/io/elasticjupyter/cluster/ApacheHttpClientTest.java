package io.elasticjupyter.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ApacheHttpClientTest {

    private static final String PASSWORD = "changeit";

    /** What a server was asked. */
    private record Asked(String line, String contentType, String authorization, String body) {}

    private final BlockingQueue<Asked> asked = new LinkedBlockingQueue<>();
    private HttpServer server;

    @AfterEach
    void stop() {
        if (server != null) {
            server.stop(0);
        }
    }

    @Test
    void aRequestArrivesAsItWasMade() throws Exception {
        try (KubernetesClient client = client(serve(200, "{}"))) {
            client.raw("/api/v1/namespaces?labelSelector=a%20in%20%28b%2Cc%29&limit=5");
            assertThat(asked.take().line())
                    .isEqualTo("GET /api/v1/namespaces?labelSelector=a%20in%20%28b%2Cc%29&limit=5");

            client.raw("/apis/x?fieldManager=m", "PATCH", "{\"name\": \"grün\"}");
            Asked patch = asked.take();
            assertThat(patch.line()).isEqualTo("PATCH /apis/x?fieldManager=m");
            assertThat(patch.contentType()).isEqualTo("application/json");
            assertThat(patch.authorization()).isEqualTo("Bearer secret");
            assertThat(patch.body()).isEqualTo("{\"name\": \"grün\"}");

            client.raw("/apis/x", "DELETE", null);
            assertThat(asked.take().line()).isEqualTo("DELETE /apis/x");
        }
    }

    @Test
    void anAnswerArrivesAsItWasMade() throws Exception {
        String large = "\"" + "ä".repeat(100_000) + "\"";
        try (KubernetesClient client = client(serve(200, large))) {
            assertThat(client.raw("/")).isEqualTo(large);

            HttpResponse<InputStream> answer = client.getHttpClient()
                    .sendAsync(
                            client.getHttpClient().newHttpRequestBuilder().uri(client.getMasterUrl().toURI()).build(),
                            InputStream.class)
                    .get();
            assertThat(answer.code()).isEqualTo(200);
            assertThat(answer.header("x-kind")).isEqualTo("test");
            assertThat(new String(answer.body().readAllBytes(), StandardCharsets.UTF_8)).isEqualTo(large);
        }
    }

    @Test
    void anEmptyAnswerIsEmpty() throws Exception {
        try (KubernetesClient client = client(serve(204, ""))) {
            assertThat(client.raw("/")).isEmpty();
        }
    }

    @Test
    void aRefusalIsNoFailureOfTheConnection() throws Exception {
        try (KubernetesClient client = client(serve(403, "{\"kind\": \"Status\", \"message\": \"not for you\"}"))) {
            assertThatThrownBy(() -> client.raw("/")).isInstanceOf(KubernetesClientException.class)
                    .hasMessageContaining("not for you");
        }
    }

    @Test
    void aConnectionThatTheOtherSideClosedIsNotUsedAgain() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
                KubernetesClient client = client("http://127.0.0.1:" + socket.getLocalPort())) {
            CountDownLatch rested = new CountDownLatch(1);
            Thread.ofVirtual().start(() -> {
                for (int connection = 1; connection <= 2; connection++) {
                    try (Socket one = socket.accept()) {
                        answerOnce(one, "\"connection " + connection + "\"");
                    } catch (IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                    rested.countDown();
                }
            });

            assertThat(client.raw("/")).isEqualTo("\"connection 1\"");
            rested.await();
            // As long as the client takes a connection for good without a look at it.
            Thread.sleep(ApacheHttpClient.RESTED.toMilliseconds() + 1);
            assertThat(client.raw("/")).isEqualTo("\"connection 2\"");
        }
    }

    private static void answerOnce(Socket socket, String body) throws IOException {
        BufferedReader lines = new BufferedReader(new InputStreamReader(socket.getInputStream()));
        while (!lines.readLine().isEmpty()) {
            continue;
        }
        socket.getOutputStream()
                .write(("HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body).getBytes());
    }

    @Test
    void whoDoesNotListenIsNamed() throws Exception {
        int port;
        try (ServerSocket closed = new ServerSocket(0)) {
            port = closed.getLocalPort();
        }
        try (KubernetesClient client = client("http://127.0.0.1:" + port)) {
            assertThatThrownBy(() -> client.raw("/")).isInstanceOf(KubernetesClientException.class)
                    .rootCause().hasMessageContaining("127.0.0.1:" + port).hasMessageContaining("refused");
        }
    }

    @Test
    void whoDoesNotAnswerIsNotWaitedForLonger() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
                KubernetesClient client = client(
                        config("http://127.0.0.1:" + silent.getLocalPort()).withRequestTimeout(200).build())) {
            assertThatThrownBy(() -> client.raw("/")).isInstanceOf(KubernetesClientException.class)
                    .rootCause().hasMessageContaining("timed out");
        }
    }

    @Test
    void aCertificateOfAnotherNameIsRefused(@TempDir Path folder) throws Exception {
        String url = serveWithCertificateOf("dns:elsewhere.example", folder);

        try (KubernetesClient client = client(
                config(url).withCaCertFile(folder.resolve("ca.crt").toString()).build())) {
            assertThatThrownBy(() -> client.raw("/")).hasRootCauseInstanceOf(SSLPeerUnverifiedException.class);
        }
        try (KubernetesClient client = client(config(url).withTrustCerts(true).build())) {
            assertThat(client.raw("/")).as("insecure-skip-tls-verify").isEqualTo("{}");
        }
    }

    @Test
    void aCertificateOfItsNameIsTakenFromItsAuthorityAlone(@TempDir Path folder) throws Exception {
        String url = serveWithCertificateOf("ip:127.0.0.1", folder);

        try (KubernetesClient client = client(
                config(url).withCaCertFile(folder.resolve("ca.crt").toString()).build())) {
            assertThat(client.raw("/")).isEqualTo("{}");
        }
        try (KubernetesClient client = client(config(url).build())) {
            assertThatThrownBy(() -> client.raw("/")).rootCause()
                    .hasMessageContaining("unable to find valid certification path");
        }
    }

    @Test
    void aProxyIsUsedWithItsCredentials() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            boolean known = exchange.getRequestHeaders().containsKey("Proxy-Authorization");
            exchange.getResponseHeaders().add("Proxy-Authenticate", "Basic realm=\"proxy\"");
            asked.add(new Asked(exchange.getRequestURI().toString(), null,
                    exchange.getRequestHeaders().getFirst("Proxy-Authorization"), null));
            answer(exchange, known ? 200 : 407, "{}");
        });
        server.start();

        try (KubernetesClient client = client(config("http://cluster.invalid:6443")
                .withHttpProxy("http://ada:secret@127.0.0.1:" + server.getAddress().getPort()).build())) {
            assertThat(client.raw("/version")).isEqualTo("{}");
        }
        assertThat(asked).last().isEqualTo(new Asked("http://cluster.invalid:6443/version", null,
                "Basic " + Base64.getEncoder().encodeToString("ada:secret".getBytes(StandardCharsets.UTF_8)), null));
    }

    @Test
    void whatIsNotSupportedIsSaid() {
        assertThatThrownBy(
                () -> client(config("https://cluster.invalid").withHttpsProxy("socks5://127.0.0.1:1").build()))
                .hasMessageContaining("SOCKS5").hasMessageContaining("http://");
        assertThatThrownBy(() -> client(config("https://cluster.invalid").withTlsServerName("other").build()))
                .hasMessageContaining("tls-server-name");
    }

    private String serve(int code, String body) throws IOException {
        return start(HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0), "http", code,
                body);
    }

    private String start(HttpServer made, String scheme, int code, String body) {
        server = made;
        server.createContext("/", exchange -> {
            asked.add(new Asked(exchange.getRequestMethod() + " " + exchange.getRequestURI(),
                    exchange.getRequestHeaders().getFirst("Content-Type"),
                    exchange.getRequestHeaders().getFirst("Authorization"),
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
            answer(exchange, code, body);
        });
        server.start();
        return scheme + "://127.0.0.1:" + server.getAddress().getPort();
    }

    private static void answer(HttpExchange exchange, int code, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("X-Kind", "test");
        exchange.sendResponseHeaders(code, bytes.length == 0 ? -1 : 0);
        try (exchange) {
            exchange.getResponseBody().write(bytes);
        }
    }

    /** The certificate certifies itself, so it is its own authority. */
    private String serveWithCertificateOf(String name, Path folder) throws Exception {
        Path keys = folder.resolve("keys.p12");
        Process keytool = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair", "-alias", "api", "-keyalg", "EC", "-dname", "CN=api", "-ext", "san=" + name,
                "-storetype", "PKCS12", "-storepass", PASSWORD, "-keystore", keys.toString())
                .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        assertThat(keytool.waitFor()).isZero();
        KeyStore store = KeyStore.getInstance(keys.toFile(), PASSWORD.toCharArray());
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(store, PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        Files.writeString(folder.resolve("ca.crt"), "-----BEGIN CERTIFICATE-----\n"
                + Base64.getMimeEncoder().encodeToString(store.getCertificate("api").getEncoded())
                + "\n-----END CERTIFICATE-----\n");
        HttpsServer https = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        https.setHttpsConfigurator(new HttpsConfigurator(context));
        return start(https, "https", 200, "{}");
    }

    private static ConfigBuilder config(String url) {
        return new ConfigBuilder(Config.empty()).withMasterUrl(url).withOauthToken("secret")
                .withRequestRetryBackoffLimit(0);
    }

    private static KubernetesClient client(String url) {
        return client(config(url).build());
    }

    private static KubernetesClient client(Config config) {
        return new KubernetesClientBuilder().withConfig(config).withHttpClientFactory(new ApacheHttpClient.Factory())
                .build();
    }
}
