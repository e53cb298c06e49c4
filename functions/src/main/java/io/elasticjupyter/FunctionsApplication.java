package io.elasticjupyter;

import io.elasticjupyter.reconcile.WatchedNamespaces;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.time.Clock;
import java.util.Optional;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;

/** The deployable: an HTTP server with one function for each kind of resource, and no state. */
@SpringBootApplication(proxyBeanMethods = false)
public class FunctionsApplication {

    private static final int CONNECT_MILLIS = 2_000;
    private static final int REQUEST_MILLIS = 10_000;

    /** Starts the server. */
    public static void main(String[] args) {
        SpringApplication.run(FunctionsApplication.class, args);
    }

    /**
     * The cluster that the environment names, as kubectl finds it. Nothing is tried twice here: an event whose run failed is
     * sent again by the Broker.
     */
    @Bean
    KubernetesClient kubernetesClient() {
        Config config = new ConfigBuilder(Config.autoConfigure(null))
                .withConnectionTimeout(CONNECT_MILLIS)
                .withRequestTimeout(REQUEST_MILLIS)
                .withRequestRetryBackoffLimit(0)
                .build();
        return new KubernetesClientBuilder().withConfig(config).build();
    }

    /** All namespaces, unless the property names the only one. */
    @Bean
    WatchedNamespaces watchedNamespaces(KubernetesClient client,
            @Value("${elastic-jupyter.watch-namespace:}") String only) {
        return new WatchedNamespaces(client, only.isBlank() ? Optional.empty() : Optional.of(only));
    }

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }
}
