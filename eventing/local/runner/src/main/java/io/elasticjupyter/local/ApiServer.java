package io.elasticjupyter.local;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** The API server that holds the resources: one that is started here, or a cluster's. */
public sealed interface ApiServer extends AutoCloseable permits EmbeddedApiServer, BinaryApiServer, CurrentCluster {

    /** How to reach it. */
    Config config();

    /** Its address, spelled as Knative's event source spells it. */
    default URI url() {
        String url = config().getMasterUrl();
        return URI.create(url.endsWith("/") ? url.substring(0, url.length() - 1) : url);
    }

    /** What it is, for the banner. */
    String title();

    /** The kubeconfig that people need to reach it; empty when the one they have does. */
    Optional<String> kubeconfig();

    /** Whether something there makes pods from Deployments. */
    boolean runsPods();

    @Override
    void close();

    /** The one that the options and the environment ask for. */
    static ApiServer start(Options options, Map<String, String> environment) {
        if (options.cluster) {
            return CurrentCluster.find();
        }
        String assets = environment.get("KUBEBUILDER_ASSETS");
        FreePort.require(options.apiPort, "the API server", "--api-port");
        return assets == null || assets.isBlank()
                ? EmbeddedApiServer.start(options.apiPort)
                : BinaryApiServer.start(Path.of(assets), options.apiPort);
    }

    /** Its version; fails in plain words when it does not answer. */
    static String version(KubernetesClient client) {
        try {
            return client.getKubernetesVersion().getGitVersion();
        } catch (KubernetesClientException e) {
            throw new StartFailure("the API server at " + client.getMasterUrl() + " does not answer: " + reason(e), e);
        }
    }

    /** The innermost message: what the network or the server said, without the client's wrapping. */
    static String reason(Throwable e) {
        Throwable cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }
}
