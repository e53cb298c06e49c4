package io.elasticjupyter.local;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import java.util.Optional;

/**
 * The cluster of the current kubeconfig. It is neither started nor stopped.
 *
 * @param config the client configuration
 */
public record CurrentCluster(Config config) implements ApiServer {

    private static final int CONNECT_MILLIS = 5_000;

    static CurrentCluster find() {
        Config config = new ConfigBuilder(Config.autoConfigure(null))
                .withConnectionTimeout(CONNECT_MILLIS)
                .withRequestRetryBackoffLimit(1)
                .build();
        if (config.getCurrentContext() == null) {
            throw new StartFailure("--cluster needs a kubeconfig with a current context: set KUBECONFIG, or run"
                    + " 'kubectl config use-context NAME'");
        }
        return new CurrentCluster(config);
    }

    @Override
    public String title() {
        return "the cluster of context '" + config.getCurrentContext().getName() + "'";
    }

    @Override
    public Optional<String> kubeconfig() {
        return Optional.empty();
    }

    @Override
    public boolean runsPods() {
        return true;
    }

    @Override
    public void close() {
        // This process did not start the cluster.
    }
}
