package io.elasticjupyter.integration;

import io.elasticjupyter.local.CustomResources;
import io.elasticjupyter.local.EmbeddedApiServer;
import io.fabric8.kubernetes.client.KubernetesClient;

/** The embedded API of this project, which is always available. It has no authorization. */
record EmbeddedCluster(EmbeddedApiServer server) implements Cluster {

    static EmbeddedCluster start() {
        return new EmbeddedCluster(EmbeddedApiServer.start(0));
    }

    @Override
    public String title() {
        return "the embedded API";
    }

    @Override
    public String kubeconfig() {
        return server.kubeconfig().orElseThrow();
    }

    @Override
    public void prepare(KubernetesClient client) {
        CustomResources.install(client);
        CustomResources.install(client, KnativeDefinitions.read());
    }

    @Override
    public boolean collectsGarbage() {
        return true;
    }

    @Override
    public boolean isReal() {
        return false;
    }

    @Override
    public void close() {
        server.close();
    }
}
