package io.elasticjupyter.cluster;

import io.elasticjupyter.serialization.FastKubernetesSerialization;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/** The cluster that the environment names, as kubectl finds it. */
public final class Cluster {

    private static final int CONNECT_MILLIS = 2_000;
    private static final int REQUEST_MILLIS = 10_000;

    private Cluster() {}

    /** A client that tries nothing twice: an event whose run failed is sent again by the Broker. */
    public static KubernetesClient connect() {
        return builder(FastKubernetesSerialization::new).build();
    }

    private static KubernetesClientBuilder builder(Supplier<KubernetesSerialization> json) {
        Config config = new ConfigBuilder(Config.autoConfigure(null))
                .withConnectionTimeout(CONNECT_MILLIS)
                .withRequestTimeout(REQUEST_MILLIS)
                .withRequestRetryBackoffLimit(0)
                .build();
        if (config.getAutoOAuthToken() == null && config.getOauthTokenProvider() == null) {
            // Else the client looks for a newer token before each request: it reads the whole kubeconfig again.
            config.setOauthTokenProvider(() -> null);
        }
        return new KubernetesClientBuilder().withHttpClientFactory(new ApacheHttpClient.Factory()).withConfig(config)
                .withKubernetesSerialization(json.get());
    }

    /**
     * The same while the caller goes on. A first request is made, so that the next one finds the connection; and examples of
     * objects are written and read, so that the next ones find their classes known.
     *
     * @param then what else to make ready, while the next requests wait for the API server
     */
    public static CompletableFuture<KubernetesClient> connectInBackground(Supplier<List<HasMetadata>> examples,
            Runnable then) {
        CompletableFuture<KubernetesSerialization> json = CompletableFuture.supplyAsync(
                FastKubernetesSerialization::new,
                task -> background("json", task));
        json.thenAcceptAsync(
                it -> examples.get().forEach(object -> it.unmarshal(it.asJson(object), object.getClass())),
                task -> background("first-objects", task));
        CompletableFuture<KubernetesClient> connected = new CompletableFuture<>();
        background("first-request", () -> {
            try {
                // The client's classes wait for the log, and these need not.
                readyTls();
                Greeting greeting = new Greeting(Thread.currentThread(), new CompletableFuture<>());
                KubernetesClient client = builder(json::join)
                        .withHttpClientBuilderConsumer(http -> http.addOrReplaceInterceptor("greeting", greeting))
                        .build();
                connected.complete(client);
                greeting.say(client);
                then.run();
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

    /** The first request. Others wait for its connection, or each would make one of its own. */
    private record Greeting(Thread first, CompletableFuture<Void> said) implements Interceptor {

        void say(KubernetesClient client) {
            try {
                client.raw("/version");
            } catch (KubernetesClientException e) {
                // Whoever sends an event is told.
            } finally {
                said.complete(null);
            }
        }

        @Override
        public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
            if (Thread.currentThread() != first) {
                said.join();
            }
        }
    }

    private static void background(String name, Runnable task) {
        Thread.ofPlatform().daemon().name(name).start(task);
    }
}
