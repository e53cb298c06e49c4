package io.elasticjupyter.integration;

import io.elasticjupyter.local.CustomResources;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A complete cluster, with all its controllers. Kinds that are installed already are not changed; kinds that the tests install
 * are deleted at the end.
 */
final class GivenCluster implements Cluster {

    private final String title;
    private final String kubeconfig;
    private final Runnable end;
    private final List<CustomResourceDefinition> brought = new ArrayList<>();

    /**
     * Uses a cluster.
     *
     * @param end the action that stops the cluster, if this process started it
     */
    GivenCluster(String title, String kubeconfig, Runnable end) {
        this.title = title;
        this.kubeconfig = kubeconfig;
        this.end = end;
    }

    @Override
    public String title() {
        return title;
    }

    @Override
    public String kubeconfig() {
        return kubeconfig;
    }

    @Override
    public void prepare(KubernetesClient client) {
        Stream.concat(CustomResources.read().stream(), KnativeDefinitions.read().stream())
                .filter(each -> client.apiextensions().v1().customResourceDefinitions()
                        .withName(each.getMetadata().getName()).get() == null)
                .forEach(brought::add);
        CustomResources.install(client, brought);
    }

    @Override
    public boolean collectsGarbage() {
        return true;
    }

    @Override
    public boolean runsPods() {
        return true;
    }

    @Override
    public void close() {
        try (KubernetesClient client = new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(kubeconfig)).build()) {
            brought.forEach(each -> client.resource(each).delete());
        } finally {
            end.run();
        }
    }
}
