package io.embeddedkubernetes;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A real etcd and kube-apiserver from the folder {@code KUBEBUILDER_ASSETS}, one for all tests of the JVM. If the folder
 * has kube-controller-manager, its garbage collector and its namespace controller run too.
 */
final class BinaryApiServer implements ApiServer {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static Optional<BinaryApiServer> shared;

    private final Path assets;
    private final Path folder;
    private final String token = UUID.randomUUID().toString();
    private final URI url;
    private final Deque<Process> processes = new ArrayDeque<>();
    private Access access;

    private BinaryApiServer(Path assets) throws IOException {
        this.assets = assets;
        this.folder = Files.createTempDirectory("embedded-api-contract-");
        this.url = URI.create("https://127.0.0.1:" + freePort());
    }

    /** Returns the server of this JVM, started on the first call; empty without {@code KUBEBUILDER_ASSETS}. */
    static synchronized Optional<BinaryApiServer> shared() {
        if (shared == null) {
            var assets = System.getenv("KUBEBUILDER_ASSETS");
            if (assets == null || assets.isBlank()) {
                System.out.println("KUBEBUILDER_ASSETS is not set: the contract suite runs on the embedded API only, "
                        + "not on a real kube-apiserver");
                shared = Optional.empty();
            } else {
                shared = Optional.of(start(Path.of(assets)));
            }
        }
        return shared;
    }

    private static BinaryApiServer start(Path assets) {
        try {
            var server = new BinaryApiServer(assets);
            Runtime.getRuntime().addShutdownHook(new Thread(server::stop));
            server.launch();
            return server;
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException("the API server in KUBEBUILDER_ASSETS does not start", e);
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void launch() throws IOException, GeneralSecurityException {
        var etcd = "http://127.0.0.1:" + freePort();
        var key = writeServiceAccountKey();
        var tokens = Files.writeString(folder.resolve("tokens.csv"), token + ",admin,admin,\"system:masters\"\n");
        run("etcd", "--data-dir=" + folder.resolve("etcd"), "--listen-client-urls=" + etcd,
                "--advertise-client-urls=" + etcd, "--listen-peer-urls=http://127.0.0.1:0", "--unsafe-no-fsync");
        var api = run("kube-apiserver", "--etcd-servers=" + etcd, "--bind-address=127.0.0.1",
                "--secure-port=" + url.getPort(), "--cert-dir=" + folder.resolve("certificates"),
                "--service-account-issuer=https://kubernetes.default.svc", "--service-account-key-file=" + key,
                "--service-account-signing-key-file=" + key, "--service-cluster-ip-range=10.96.0.0/16",
                "--authorization-mode=RBAC", "--token-auth-file=" + tokens,
                "--disable-admission-plugins=ServiceAccount", "--allow-privileged");
        awaitReady(api);
        if (collectsGarbage()) {
            var kubeconfig = Files.writeString(folder.resolve("kubeconfig"), access.kubeconfig());
            run("kube-controller-manager", "--kubeconfig=" + kubeconfig, "--service-account-private-key-file=" + key,
                    "--leader-elect=false", "--secure-port=0",
                    "--controllers=garbage-collector-controller,namespace-controller");
        }
    }

    private Process run(String name, String... flags) throws IOException {
        var command = new ArrayList<>(List.of(assets.resolve(name).toString()));
        command.addAll(List.of(flags));
        var process = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(folder.resolve(name + ".log").toFile()).start();
        processes.push(process);
        return process;
    }

    private Path writeServiceAccountKey() throws IOException, GeneralSecurityException {
        var generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        var key = Base64.getMimeEncoder().encodeToString(generator.generateKeyPair().getPrivate().getEncoded());
        return Files.writeString(folder.resolve("service-accounts.key"),
                "-----BEGIN PRIVATE KEY-----\n" + key + "\n-----END PRIVATE KEY-----\n");
    }

    private void awaitReady(Process api) throws IOException, GeneralSecurityException {
        var end = Instant.now().plus(PATIENCE);
        while (!isReady()) {
            if (!api.isAlive() || Instant.now().isAfter(end)) {
                throw new IOException("kube-apiserver is not ready; its log ends with: "
                        + Files.readAllLines(folder.resolve("kube-apiserver.log")).getLast());
            }
            ApiClient.sleep(200);
        }
    }

    private boolean isReady() throws IOException, GeneralSecurityException {
        var certificate = folder.resolve("certificates/apiserver.crt");
        if (!Files.exists(certificate)) {
            return false;
        }
        if (access == null) {
            var pem = Files.readAllBytes(certificate);
            access = new Access(url, token, Optional.of(trusting(pem)), kubeconfig(pem));
        }
        var request = HttpRequest.newBuilder(url.resolve("/readyz")).header("Authorization", "Bearer " + token)
                .timeout(Duration.ofSeconds(5)).build();
        try (var http = HttpClient.newBuilder().sslContext(access.tls().orElseThrow()).build()) {
            return http.send(request, HttpResponse.BodyHandlers.ofString()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static SSLContext trusting(byte[] pem) throws IOException, GeneralSecurityException {
        var certificates = CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(pem));
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        var number = 0;
        for (var certificate : certificates) {
            store.setCertificateEntry("certificate-" + number++, certificate);
        }
        var managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(store);
        var context = SSLContext.getInstance("TLS");
        context.init(null, managers.getTrustManagers(), null);
        return context;
    }

    private String kubeconfig(byte[] pem) {
        return """
                apiVersion: v1
                kind: Config
                current-context: contract
                clusters:
                - name: contract
                  cluster:
                    server: %s
                    certificate-authority-data: %s
                contexts:
                - name: contract
                  context:
                    cluster: contract
                    user: admin
                    namespace: default
                users:
                - name: admin
                  user:
                    token: %s
                """.formatted(url, Base64.getEncoder().encodeToString(pem), token);
    }

    @Override
    public Session open() {
        return new Session() {
            @Override
            public Access access() {
                return access;
            }

            @Override
            public void close() {
                // The server outlives the test.
            }
        };
    }

    @Override
    public boolean collectsGarbage() {
        return Files.isExecutable(assets.resolve("kube-controller-manager"));
    }

    @Override
    public String toString() {
        return "kube-apiserver";
    }

    private void stop() {
        processes.forEach(Process::destroyForcibly);
        processes.forEach(process -> process.onExit().join());
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
