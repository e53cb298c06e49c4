package io.elasticjupyter.kubernetes;

import io.embeddedkubernetes.EmbeddedApi;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Tests on an embedded API server, each on a new one. */
public abstract class OnAnEmbeddedApi {

    protected EmbeddedApi api;
    protected KubernetesClient client;

    @BeforeEach
    void startTheApi() throws IOException {
        api = EmbeddedApi.start(0);
        client = EmbeddedClient.of(api);
    }

    @AfterEach
    void stopTheApi() {
        client.close();
        api.close();
    }
}
