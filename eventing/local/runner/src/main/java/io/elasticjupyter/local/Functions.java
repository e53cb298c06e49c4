package io.elasticjupyter.local;

import io.elasticjupyter.application.FunctionsApplication;
import io.fabric8.kubernetes.client.Config;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.springframework.context.ApplicationContextException;
import org.springframework.context.ConfigurableApplicationContext;

/** The functions' application, run in this process with the same code as in a cluster. */
record Functions(ConfigurableApplicationContext application, URI url) implements AutoCloseable {

    /** Starts the application, with the addresses of the gateways when they differ from those in a cluster. */
    static Functions start(Options options, ApiServer api, Optional<String> gatewayUrl) {
        // The application finds its cluster as kubectl does; this property takes precedence over the environment.
        api.kubeconfig().ifPresent(
                yaml -> System.setProperty(Config.KUBERNETES_KUBECONFIG_FILE,
                        options.kubeconfig.toAbsolutePath().toString()));
        List<String> arguments = new ArrayList<>(List.of(
                "--server.address=127.0.0.1",
                "--server.port=" + options.port,
                // Who can connect here can use the kubeconfig, too.
                "--elastic-jupyter.console-open=true",
                // Responses in progress are completed, but Ctrl-C must not take long.
                "--spring.lifecycle.timeout-per-shutdown-phase=3s",
                // The runner closes the application itself, after its callers.
                "--spring.main.register-shutdown-hook=false",
                // The runner prints a line for each event, and its own message when the functions cannot start.
                "--logging.level.io.elasticjupyter.application=ERROR",
                "--logging.level.io.elasticjupyter.application.FunctionsApplication=OFF"));
        gatewayUrl.ifPresent(url -> arguments.add("--elastic-jupyter.gateway-url=" + url));
        try {
            return new Functions(
                    FunctionsApplication.start(arguments.toArray(String[]::new)),
                    URI.create("http://127.0.0.1:" + options.port));
        } catch (ApplicationContextException e) {
            throw FreePort.inUse(options.port, "the functions", "--port", e);
        }
    }

    @Override
    public void close() {
        application.close();
        System.clearProperty(Config.KUBERNETES_KUBECONFIG_FILE);
    }
}
