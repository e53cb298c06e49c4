package io.elasticjupyter.application;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Import;

/**
 * The deployable: an HTTP server that serves one function for each kind of resource, the cull, resync and dead-letter functions,
 * the console, and Actuator's health and Prometheus endpoints.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@NeededAutoConfigurations
@EnableConfigurationProperties(ElasticJupyterProperties.class)
@Import({KubernetesConfiguration.class, FunctionsConfiguration.class, FunctionWebConfiguration.class,
        ConsoleConfiguration.class})
public class FunctionsApplication {

    /**
     * Starts the server, or runs {@link EventKeyInstaller} if the only argument is its command. If the server cannot start, exits
     * with 1 and one line in the log: see {@link StartFailureReporter}.
     */
    public static void main(String[] args) {
        if (args.length == 1 && args[0].equals(EventKeyInstaller.COMMAND)) {
            EventKeyInstaller.main();
        } else {
            start(args);
        }
    }

    /**
     * Starts the server in this process.
     *
     * @param args properties, as {@code --name=value}
     */
    public static ConfigurableApplicationContext start(String... args) {
        return SpringApplication.run(FunctionsApplication.class, args);
    }
}
