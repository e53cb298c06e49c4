package io.elasticjupyter.local;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** The API server that holds the resources: one started by this process, or the one of a cluster. */
public sealed interface ApiServer extends AutoCloseable permits EmbeddedApiServer, BinaryApiServer, CurrentCluster {

    /** Returns the client configuration for this API server. */
    Config config();

    /** Returns the URL in the form that Knative's event sources use, without a trailing slash. */
    default URI url() {
        String url = config().getMasterUrl();
        return URI.create(url.endsWith("/") ? url.substring(0, url.length() - 1) : url);
    }

    /** Returns the description for the banner. */
    String title();

    /** Returns the path of the kubeconfig to use; empty when the current kubeconfig already leads here. */
    Optional<String> kubeconfig();

    /** Returns true when Deployments result in running pods. */
    boolean runsPods();

    @Override
    void close();

    /** Starts or selects the API server that the options and the environment name. */
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

    /** Returns the version of the API server. Fails with a readable message when the server does not respond. */
    static String version(KubernetesClient client) {
        try {
            return client.getKubernetesVersion().getGitVersion();
        } catch (KubernetesClientException e) {
            throw new StartFailure("the API server at " + client.getMasterUrl() + " does not respond: " + reason(e), e);
        }
    }

    /** Returns the message of the innermost cause, without the client's wrapping. */
    static String reason(Throwable e) {
        Throwable cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }
}
