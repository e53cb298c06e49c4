package io.elasticjupyter.local;

import io.embeddedkubernetes.EmbeddedApi;
import io.fabric8.kubernetes.client.Config;
import java.io.IOException;
import java.net.BindException;
import java.util.Optional;

/**
 * The embedded API of this project, in this process.
 *
 * @param api the server
 */
public record EmbeddedApiServer(EmbeddedApi api) implements ApiServer {

    /**
     * Starts the embedded API.
     *
     * @param port the port, or 0 for any free one
     * @throws StartFailure when it cannot start
     */
    public static EmbeddedApiServer start(int port) {
        try {
            return new EmbeddedApiServer(EmbeddedApi.start(port));
        } catch (BindException e) {
            throw FreePort.inUse(port, "the API server", "--api-port", e);
        } catch (IOException e) {
            throw new StartFailure("the API server cannot start: " + e.getMessage(), e);
        }
    }

    @Override
    public Config config() {
        return Config.fromKubeconfig(api.kubeconfig());
    }

    @Override
    public String title() {
        return "in this process, empty at every start";
    }

    @Override
    public Optional<String> kubeconfig() {
        return Optional.of(api.kubeconfig());
    }

    @Override
    public boolean runsPods() {
        return false;
    }

    @Override
    public void close() {
        api.close();
    }
}
