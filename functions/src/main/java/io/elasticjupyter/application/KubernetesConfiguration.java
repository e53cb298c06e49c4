package io.elasticjupyter.application;

import io.elasticjupyter.serialization.FastKubernetesSerialization;
import io.elasticjupyter.kubernetes.WatchedNamespaces;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.util.Optional;
import java.util.function.Predicate;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The Kubernetes API server that the environment names: a pod's service account, or a kubeconfig file, as kubectl finds it. */
@Configuration(proxyBeanMethods = false)
class KubernetesConfiguration {

    private static final int CONNECT_MILLIS = 2_000;
    private static final int REQUEST_MILLIS = 10_000;

    /** Returns a client that does not retry: the Broker sends an event again if its function failed. */
    @Bean
    KubernetesClient kubernetesClient() {
        return client(new ConfigBuilder(Config.autoConfigure(null))
                .withConnectionTimeout(CONNECT_MILLIS)
                .withRequestTimeout(REQUEST_MILLIS)
                .withRequestRetryBackoffLimit(0)
                .build());
    }

    /**
     * Returns the configuration of a client that has the token of a caller and no other credential. The provider of the token keeps the
     * client from looking for another one, such as the pod's own, when the API server refuses it.
     */
    static Config ofCaller(Config own, String token) {
        return new ConfigBuilder(Config.empty())
                .withMasterUrl(own.getMasterUrl())
                .withCaCertData(own.getCaCertData())
                .withCaCertFile(own.getCaCertFile())
                .withTrustCerts(own.isTrustCerts())
                .withDisableHostnameVerification(own.isDisableHostnameVerification())
                .withConnectionTimeout(CONNECT_MILLIS)
                .withRequestTimeout(REQUEST_MILLIS)
                .withRequestRetryBackoffLimit(0)
                .withOauthTokenProvider(() -> token)
                .build();
    }

    /** Returns a client with that configuration and the application's serialization. */
    static KubernetesClient client(Config config) {
        if (config.getAutoOAuthToken() == null && config.getOauthTokenProvider() == null) {
            // Otherwise the client reads the kubeconfig file before each request, to look for a newer token.
            config.setOauthTokenProvider(() -> null);
        }
        return new KubernetesClientBuilder().withConfig(config)
                .withKubernetesSerialization(new FastKubernetesSerialization()).build();
    }

    @Bean
    WatchedNamespaces watchedNamespaces(KubernetesClient client, ElasticJupyterProperties properties) {
        return new WatchedNamespaces(client,
                Optional.of(properties.watchNamespace()).filter(Predicate.not(String::isBlank)));
    }
}
