package io.elasticjupyter.local;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
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
import java.util.concurrent.TimeUnit;

/**
 * A real etcd and kube-apiserver from the directory {@code KUBEBUILDER_ASSETS}, as envtest uses them: without nodes, and with
 * only the requested controllers. Data, keys and logs are in a temporary directory that is deleted at the end.
 */
public final class BinaryApiServer implements ApiServer {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Path folder;
    private final int port;
    private final String token = UUID.randomUUID().toString();
    private final Path assets;
    private final List<String> flags;
    private final String etcd = "http://127.0.0.1:" + FreePort.any();
    private final Deque<Process> processes = new ArrayDeque<>();
    private Process api;

    private BinaryApiServer(Path folder, int port, Path assets, List<String> flags) {
        this.folder = folder;
        this.port = port;
        this.assets = assets;
        this.flags = flags;
    }

    /**
     * Starts both processes and waits until they are ready.
     *
     * @param assets the directory of the executables
     * @param flags additional flags of the API server
     * @throws StartFailure when an executable is missing or does not start
     */
    public static BinaryApiServer start(Path assets, int port, String... flags) {
        for (String name : List.of("etcd", "kube-apiserver")) {
            if (!Files.isExecutable(assets.resolve(name))) {
                throw new StartFailure("KUBEBUILDER_ASSETS is " + assets + ", but there is no executable '" + name
                        + "' in it; 'setup-envtest use -p path' prints a directory that has it, or unset KUBEBUILDER_ASSETS"
                        + " for the embedded API server");
            }
        }
        BinaryApiServer server;
        try {
            server = new BinaryApiServer(Files.createTempDirectory("elastic-jupyter-"), port, assets, List.of(flags));
        } catch (IOException e) {
            throw new StartFailure("cannot create a temporary directory for the API server: " + e.getMessage(), e);
        }
        try {
            server.launch();
            return server;
        } catch (IOException e) {
            server.close();
            throw new StartFailure("the API server of " + assets + " cannot start: " + e.getMessage(), e);
        } catch (RuntimeException e) {
            server.close();
            throw e;
        }
    }

    private void launch() throws IOException {
        writeServiceAccountKey();
        Files.writeString(tokens(), token + ",admin,admin,\"system:masters\"\n");
        run("etcd", assets.resolve("etcd").toString(),
                "--data-dir=" + folder.resolve("etcd"),
                "--listen-client-urls=" + etcd,
                "--advertise-client-urls=" + etcd,
                "--listen-peer-urls=http://127.0.0.1:0",
                "--unsafe-no-fsync");
        launchApi();
    }

    private void launchApi() throws IOException {
        List<String> command = new ArrayList<>(List.of(assets.resolve("kube-apiserver").toString(),
                "--etcd-servers=" + etcd,
                "--bind-address=127.0.0.1",
                "--secure-port=" + port,
                "--cert-dir=" + folder.resolve("certificates"),
                "--service-account-issuer=https://kubernetes.default.svc",
                "--service-account-key-file=" + serviceAccountKey(),
                "--service-account-signing-key-file=" + serviceAccountKey(),
                "--service-cluster-ip-range=10.0.0.0/24",
                "--authorization-mode=RBAC",
                "--token-auth-file=" + tokens(),
                "--disable-admission-plugins=ServiceAccount",
                "--allow-privileged"));
        command.addAll(flags);
        api = run("kube-apiserver", command.toArray(String[]::new));
        awaitReady();
    }

    /**
     * Kills the API server and starts it again with the same data.
     *
     * @throws StartFailure when it does not start again
     */
    public void restart() {
        processes.remove(api);
        api.destroyForcibly().onExit().join();
        try {
            launchApi();
        } catch (IOException e) {
            throw new StartFailure("the API server of " + assets + " does not restart: " + e.getMessage(), e);
        }
    }

    /**
     * Starts the given controllers of Kubernetes. They discover new kinds within half a minute.
     *
     * @return false when kube-controller-manager is missing, as in envtest's archives
     */
    public boolean startControllers(List<String> controllers) {
        Path program = assets.resolve("kube-controller-manager");
        if (!Files.isExecutable(program)) {
            return false;
        }
        try {
            Path kubeconfig = Files.writeString(folder.resolve("controllers.kubeconfig"), yaml());
            run("kube-controller-manager", program.toString(),
                    "--kubeconfig=" + kubeconfig,
                    "--service-account-private-key-file=" + serviceAccountKey(),
                    "--root-ca-file=" + certificate(),
                    "--leader-elect=false",
                    "--secure-port=0",
                    "--controllers=" + String.join(",", controllers));
            return true;
        } catch (IOException e) {
            throw new StartFailure("the controllers of " + assets + " cannot start: " + e.getMessage(), e);
        }
    }

    private Process run(String name, String... command) throws IOException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve(name + ".log").toFile()))
                .start();
        processes.push(process);
        return process;
    }

    private Path tokens() {
        return folder.resolve("tokens.csv");
    }

    private Path serviceAccountKey() {
        return folder.resolve("service-accounts.key");
    }

    private void writeServiceAccountKey() throws IOException {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            String key = Base64.getMimeEncoder().encodeToString(generator.generateKeyPair().getPrivate().getEncoded());
            Files.writeString(serviceAccountKey(),
                    "-----BEGIN PRIVATE KEY-----\n" + key + "\n-----END PRIVATE KEY-----\n");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private void awaitReady() throws IOException {
        Instant end = Instant.now().plus(PATIENCE);
        while (!isReady()) {
            if (!api.isAlive() || Instant.now().isAfter(end)) {
                throw new IOException("its log ends with: " + lastLine(folder.resolve("kube-apiserver.log")));
            }
            try {
                // Only the readiness endpoint reports readiness; an early exit of the process is detected immediately.
                api.waitFor(200, TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
        }
    }

    private boolean isReady() {
        if (!Files.exists(certificate())) {
            return false;
        }
        Config once = new ConfigBuilder(config()).withRequestRetryBackoffLimit(0).build();
        try (KubernetesClient client = new KubernetesClientBuilder().withConfig(once).build()) {
            return "ok".equals(client.raw("/readyz"));
        } catch (KubernetesClientException e) {
            return false;
        }
    }

    private Path certificate() {
        return folder.resolve("certificates/apiserver.crt");
    }

    private static String lastLine(Path log) throws IOException {
        List<String> lines = Files.readAllLines(log);
        return lines.isEmpty() ? "(nothing)" : lines.getLast();
    }

    @Override
    public Config config() {
        return Config.fromKubeconfig(yaml());
    }

    @Override
    public String title() {
        return "the binaries of KUBEBUILDER_ASSETS, empty at every start; without garbage collection";
    }

    @Override
    public Optional<String> kubeconfig() {
        return Optional.of(yaml());
    }

    private String yaml() {
        try {
            return """
                    apiVersion: v1
                    kind: Config
                    clusters:
                      - name: elastic-jupyter
                        cluster:
                          server: https://127.0.0.1:%d
                          certificate-authority-data: %s
                    users:
                      - name: admin
                        user:
                          token: %s
                    contexts:
                      - name: elastic-jupyter
                        context:
                          cluster: elastic-jupyter
                          user: admin
                          namespace: default
                    current-context: elastic-jupyter
                    """.formatted(port, Base64.getEncoder().encodeToString(Files.readAllBytes(certificate())), token);
        } catch (IOException e) {
            throw new StartFailure("the API server's certificate cannot be read: " + e.getMessage(), e);
        }
    }

    @Override
    public boolean runsPods() {
        return false;
    }

    @Override
    public void close() {
        // No data is kept, so an orderly shutdown is unnecessary.
        processes.forEach(Process::destroyForcibly);
        while (!processes.isEmpty()) {
            processes.pop().onExit().join();
        }
        try (var files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            // A leftover in the temporary directory is not an error.
        }
    }
}
