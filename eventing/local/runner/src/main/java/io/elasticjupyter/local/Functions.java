package io.elasticjupyter.local;

import io.elasticjupyter.FunctionsApplication;
import io.fabric8.kubernetes.client.Config;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.springframework.boot.Banner;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.PortInUseException;
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
                "--spring.lifecycle.timeout-per-shutdown-phase=3s",
                "--logging.level.root=WARN",
                // Its refusals stand in the lines of the events.
                "--logging.level.io.elasticjupyter.event=ERROR",
                "--logging.level.io.fabric8.kubernetes.client.dsl.internal.VersionUsageUtils=ERROR",
                "--logging.level.org.springframework.boot.SpringApplication=OFF",
                "--logging.level.org.springframework.boot.diagnostics=OFF",
                "--logging.structured.format.console=",
                "--logging.pattern.console=%-5level %logger{0}: %msg%n%wEx"));
        gatewayUrl.ifPresent(url -> arguments.add("--elastic-jupyter.gateway-url=" + url));
        try {
            var application = new SpringApplicationBuilder(FunctionsApplication.class)
                    .bannerMode(Banner.Mode.OFF)
                    .logStartupInfo(false)
                    // Running ends everything in order.
                    .registerShutdownHook(false)
                    .run(arguments.toArray(String[]::new));
            return new Functions(application, URI.create("http://127.0.0.1:" + options.port));
        } catch (PortInUseException e) {
            throw FreePort.inUse(options.port, "the functions", "--port", e);
        }
    }

    @Override
    public void close() {
        application.close();
        System.clearProperty(Config.KUBERNETES_KUBECONFIG_FILE);
    }
}
