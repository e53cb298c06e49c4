package io.elasticjupyter.integration;

import io.fabric8.kubeapitest.KubeAPIServerConfigBuilder;
import io.fabric8.kubeapitest.binary.BinaryManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.testcontainers.k3s.K3sContainer;
import org.testcontainers.utility.DockerImageName;

/** Finds a real cluster. Downloads are started only on request. */
final class RealCluster {

    /** Names a kubeconfig, whose current context is used. */
    static final String KUBECONFIG = "integration.kubeconfig";

    /** If true, envtest's binaries are downloaded. */
    static final String DOWNLOAD = "integration.download";

    /** The image that runs when Docker is available. */
    static final String K3S = "rancher/k3s:v1.34.1-k3s1";

    static final String NONE = "no real API server: set KUBEBUILDER_ASSETS to the directory of envtest's binaries, or"
            + " -D" + KUBECONFIG + "=FILE for a cluster, or -D" + DOWNLOAD + "=true to download them, or start Docker";

    private RealCluster() {}

    /** Returns the first available of a kubeconfig, a directory of binaries, a requested download, and Docker; or empty. */
    static Optional<Supplier<Cluster>> find(Map<String, String> environment) {
        String kubeconfig = System.getProperty(KUBECONFIG, environment.getOrDefault("INTEGRATION_KUBECONFIG", ""));
        if (!kubeconfig.isBlank()) {
            return Optional.of(() -> given(Path.of(kubeconfig)));
        }
        String assets = environment.getOrDefault("KUBEBUILDER_ASSETS", "");
        if (!assets.isBlank()) {
            return Optional.of(() -> BinaryCluster.start(Path.of(assets)));
        }
        if (Boolean.getBoolean(DOWNLOAD)) {
            return Optional.of(() -> BinaryCluster.start(downloaded()));
        }
        boolean docker = environment.containsKey("DOCKER_HOST") || Files.exists(Path.of("/var/run/docker.sock"));
        return docker ? Optional.of(RealCluster::k3s) : Optional.empty();
    }

    private static Cluster given(Path kubeconfig) {
        try {
            return new GivenCluster("the cluster of " + kubeconfig.getFileName(), Files.readString(kubeconfig),
                    () -> {});
        } catch (IOException e) {
            throw new UncheckedIOException("-D" + KUBECONFIG + " names a file that cannot be read", e);
        }
    }

    private static Path downloaded() {
        BinaryManager binaries = new BinaryManager(KubeAPIServerConfigBuilder.anAPIServerConfig().build());
        binaries.initAndDownloadIfRequired();
        return binaries.binaries().getApiServer().toPath().getParent();
    }

    private static Cluster k3s() {
        K3sContainer container = new K3sContainer(DockerImageName.parse(K3S));
        container.start();
        return new GivenCluster("K3s in Docker", container.getKubeConfigYaml(), container::stop);
    }
}
