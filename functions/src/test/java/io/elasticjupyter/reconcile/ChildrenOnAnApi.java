package io.elasticjupyter.reconcile;

import static io.elasticjupyter.reconcile.Child.child;

import io.elasticjupyter.kubernetes.OnAnEmbeddedApi;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;

/** A ConfigMap with children, which are ConfigMaps and a Deployment, on an API server. */
abstract class ChildrenOnAnApi extends OnAnEmbeddedApi {

    ConfigMap owner;

    @BeforeEach
    void createTheOwner() {
        owner = configMap("owner");
    }

    Children<ConfigMap> apply(List<Child<ConfigMap, ?>> declared) {
        Children<ConfigMap> children = read(declared);
        children.apply();
        return children;
    }

    Children<ConfigMap> read(List<Child<ConfigMap, ?>> declared) {
        Children<ConfigMap> children = new Children<>(client, owner, declared);
        children.read(List.of());
        return children;
    }

    static Child<ConfigMap, ConfigMap> named(String suffix) {
        return child(ConfigMap.class, (ConfigMap anybody) -> new ConfigMapBuilder().addToData("k", "v").build())
                .named(anybody -> anybody.getMetadata().getName() + "-" + suffix);
    }

    static Child<ConfigMap, Deployment> deployment(String strategy) {
        return child(Deployment.class, (ConfigMap anybody) -> new DeploymentBuilder().withNewSpec()
                .withNewStrategy().withType(strategy).endStrategy()
                .withNewSelector().addToMatchLabels("a", "b").endSelector()
                .withNewTemplate().withNewMetadata().addToLabels("a", "b").endMetadata()
                .withNewSpec().addNewContainer().withName("c").withImage("i").endContainer().endSpec().endTemplate()
                .endSpec().build());
    }

    Deployment deployment() {
        return client.apps().deployments().inNamespace("default").withName("owner").get();
    }

    void fail(String name, int status) {
        api.failNext(request -> request.method().equals("PATCH") && request.path().endsWith("/" + name), status);
    }

    ConfigMap configMap(String name) {
        return client.resource(new ConfigMapBuilder().withNewMetadata().withName(name).withNamespace("default")
                .endMetadata().build()).create();
    }

    ConfigMap get(String name) {
        return client.configMaps().inNamespace("default").withName(name).get();
    }
}
