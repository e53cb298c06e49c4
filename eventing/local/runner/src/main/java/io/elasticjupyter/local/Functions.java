package io.elasticjupyter.local;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import io.elasticjupyter.FunctionsApplication;
import io.fabric8.kubernetes.client.Config;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationContextException;
import org.springframework.context.ConfigurableApplicationContext;

/** The functions' own application, in this process: the same code that runs in the cluster. */
record Functions(ConfigurableApplicationContext application, URI url) implements AutoCloseable {

    /** Starts it; with the addresses of the gateways where those are not the cluster's. */
    static Functions start(Options options, ApiServer api, Optional<String> gatewayUrl) {
        // The application finds its cluster as kubectl does, and this property comes before the environment.
        api.kubeconfig().ifPresent(
                yaml -> System.setProperty(Config.KUBERNETES_KUBECONFIG_FILE,
                        options.kubeconfig.toAbsolutePath().toString()));
        List<String> arguments = new ArrayList<>(List.of(
                "--server.address=127.0.0.1",
                "--server.port=" + options.port,
                // The last answers are waited for, but nobody waits long after Ctrl-C.
                "--elastic-jupyter.shutdown-seconds=3"));
        gatewayUrl.ifPresent(url -> arguments.add("--elastic-jupyter.gateway-url=" + url));
        quiet();
        try {
            return new Functions(
                    FunctionsApplication.start(new FunctionsApplication(), arguments.toArray(String[]::new)),
                    URI.create("http://127.0.0.1:" + options.port));
        } catch (ApplicationContextException e) {
            throw FreePort.inUse(options.port, "the functions", "--port", e);
        }
    }

    /** What the functions log of events stands in the events' own lines. */
    private static void quiet() {
        LoggerContext logs = (LoggerContext) LoggerFactory.getILoggerFactory();
        logs.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(Level.WARN);
        logs.getLogger("io.elasticjupyter.http").setLevel(Level.ERROR);
        logs.getLogger("org.springframework").setLevel(Level.OFF);
    }

    @Override
    public void close() {
        application.close();
        System.clearProperty(Config.KUBERNETES_KUBECONFIG_FILE);
    }
}
