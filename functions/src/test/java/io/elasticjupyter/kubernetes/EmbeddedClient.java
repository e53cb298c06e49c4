package io.elasticjupyter.kubernetes;

import io.elasticjupyter.serialization.FastKubernetesSerialization;
import io.embeddedkubernetes.EmbeddedApi;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;

/** Clients of an embedded API server, with the serialization of the functions. */
public final class EmbeddedClient {

    private EmbeddedClient() {}

    /** Returns a client that does not retry. */
    public static KubernetesClient of(EmbeddedApi api) {
        return new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder(Config.empty()).withMasterUrl(api.url().toString())
                        .withRequestTimeout(30_000).withRequestRetryBackoffLimit(0).build())
                .withKubernetesSerialization(new FastKubernetesSerialization())
                .build();
    }
}
