package io.elasticjupyter;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.security.GeneralSecurityException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/** The cluster that the environment names, as kubectl finds it. */
final class Cluster {

    private static final int CONNECT_MILLIS = 2_000;
    private static final int REQUEST_MILLIS = 10_000;

    private Cluster() {}

    /** A client that tries nothing twice: an event whose run failed is sent again by the Broker. */
    static KubernetesClient connect() {
        return connect(Cluster::json);
    }

    /** Every object is asked for by its class, so this need not look through all classes that it knows. */
    private static KubernetesSerialization json() {
        return new KubernetesSerialization(new ObjectMapper(), false);
    }

    private static KubernetesClient connect(Supplier<KubernetesSerialization> json) {
        Config config = new ConfigBuilder(Config.autoConfigure(null))
                .withConnectionTimeout(CONNECT_MILLIS)
                .withRequestTimeout(REQUEST_MILLIS)
                .withRequestRetryBackoffLimit(0)
                // One protocol less to start; a run sends its requests one after the other.
                .withHttp2Disable(true)
                .build();
        if (config.getAutoOAuthToken() == null && config.getOauthTokenProvider() == null) {
            // Else the client looks for a newer token before each request: it reads the whole kubeconfig again.
            config.setOauthTokenProvider(() -> null);
        }
        return new KubernetesClientBuilder().withConfig(config).withKubernetesSerialization(json.get()).build();
    }

    /**
     * The same while the caller goes on. A first request is made, so that the next one finds the connection; and a first object
     * is written and read, so that the next one finds its classes known: Deployments have nearly all that any child has.
     */
    static CompletableFuture<KubernetesClient> connectInBackground() {
        CompletableFuture<KubernetesSerialization> json = new CompletableFuture<>();
        background("first-object", () -> {
            json.complete(json());
            json.join().unmarshal(json.join().asJson(new Deployment()), Deployment.class);
        });
        CompletableFuture<KubernetesClient> connected = new CompletableFuture<>();
        background("first-request", () -> {
            try {
                // The client's classes wait for the log, and these need not.
                readyTls();
                KubernetesClient client = connect(json::join);
                // Who comes meanwhile would make a connection of his own.
                greet(client);
                connected.complete(client);
            } catch (RuntimeException e) {
                connected.completeExceptionally(e);
            }
        });
        return connected;
    }

    private static void readyTls() {
        try {
            SSLContext tls = SSLContext.getInstance("TLS");
            tls.init(null, new TrustManager[0], null);
            tls.createSSLEngine();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void greet(KubernetesClient client) {
        try {
            client.raw("/version");
        } catch (KubernetesClientException e) {
            // Whoever sends an event is told.
        }
    }

    private static void background(String name, Runnable task) {
        Thread.ofPlatform().daemon().name(name).start(task);
    }
}
