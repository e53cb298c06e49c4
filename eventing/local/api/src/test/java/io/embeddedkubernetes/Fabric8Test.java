package io.embeddedkubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The fabric8 client, with only the kubeconfig. */
class Fabric8Test extends ContractTest {

    private static final ResourceDefinitionContext WIDGETS = new ResourceDefinitionContext.Builder()
            .withGroup("example.com").withVersion("v1").withKind("Widget").withPlural("widgets").withNamespaced(true)
            .build();

    private KubernetesClient kubernetes;

    @BeforeEach
    void connect() {
        kubernetes = new KubernetesClientBuilder().withConfig(Config.fromKubeconfig(session.access().kubeconfig()))
                .build();
    }

    @AfterEach
    void disconnect() {
        kubernetes.close();
    }

    private ConfigMap map(String name, String value) {
        return new ConfigMapBuilder().withNewMetadata().withName(name).withNamespace(client.namespace()).endMetadata()
                .addToData("k", value).build();
    }

    @Test
    void createsEditsAndDeletes() {
        kubernetes.resource(map("a", "v")).create();
        kubernetes.configMaps().inNamespace(client.namespace()).withName("a").edit(m -> {
            m.getData().put("k", "w");
            return m;
        });
        assertThat(kubernetes.configMaps().inNamespace(client.namespace()).withName("a").get().getData()).containsEntry(
                "k",
                "w");
        assertThatThrownBy(() -> kubernetes.resource(map("a", "v")).create())
                .isInstanceOf(KubernetesClientException.class).hasMessageContaining("configmaps \"a\" already exists");
        assertThat(kubernetes.configMaps().inNamespace(client.namespace()).withName("a").delete()).hasSize(1);
        assertThat(kubernetes.configMaps().inNamespace(client.namespace()).withName("a").get()).isNull();
        assertThat(kubernetes.getKubernetesVersion().getMinor()).isEqualTo("36");
    }

    @Test
    void appliesOnTheServerAndRepeatsWithoutAChange() {
        var context = new PatchContext.Builder().withPatchType(PatchType.SERVER_SIDE_APPLY).withFieldManager("me")
                .withForce(true).build();
        var deployment = new DeploymentBuilder().withNewMetadata().withName("web").withNamespace(client.namespace())
                .endMetadata()
                .withNewSpec().withNewSelector().addToMatchLabels("app", "web").endSelector().withNewTemplate()
                .withNewMetadata().addToLabels("app", "web").endMetadata().withNewSpec().addNewContainer().withName("c")
                .withImage("i").addNewPort().withContainerPort(80).endPort().endContainer().endSpec().endTemplate()
                .endSpec().build();
        var first = kubernetes.resource(deployment).patch(context);
        var second = kubernetes.resource(deployment).patch(context);
        assertThat(second).isEqualTo(first);
        assertThat(
                kubernetes.apps().deployments().inNamespace(client.namespace()).withName("web").scale(3).getSpec()
                        .getReplicas())
                .isEqualTo(3);
    }

    @Test
    void watches() throws Exception {
        var seen = new CopyOnWriteArrayList<String>();
        try (var watch = kubernetes.configMaps().inNamespace(client.namespace()).watch(new Watcher<ConfigMap>() {
            @Override
            public void eventReceived(Action action, ConfigMap resource) {
                seen.add(action + " " + resource.getMetadata().getName());
            }

            @Override
            public void onClose(WatcherException cause) {
                seen.add("closed");
            }
        })) {
            kubernetes.resource(map("a", "v")).create();
            kubernetes.resource(map("a", "w")).update();
            kubernetes.resource(map("a", "w")).delete();
            ApiClient.await(() -> seen.size() >= 3);
            assertThat(seen).containsExactly("ADDED a", "MODIFIED a", "DELETED a");
            assertThat(watch).isNotNull();
        }
    }

    @Test
    void watchesTextInAnyScript() throws Exception {
        var seen = new CopyOnWriteArrayList<String>();
        try (var watch = kubernetes.configMaps().inNamespace(client.namespace()).watch(new Watcher<ConfigMap>() {
            @Override
            public void eventReceived(Action action, ConfigMap resource) {
                seen.add(action + " " + resource.getData().get("k"));
            }

            @Override
            public void onClose(WatcherException cause) {
                seen.add("closed");
            }
        })) {
            kubernetes.resource(map("a", "Größe")).create();
            kubernetes.resource(map("a", "日本語")).update();
            kubernetes.resource(map("a", "\uD83D\uDE00")).update();
            kubernetes.resource(map("b", "plain")).create();
            ApiClient.await(() -> seen.size() >= 4);
            assertThat(seen).containsExactly("ADDED Größe", "MODIFIED 日本語", "MODIFIED \uD83D\uDE00", "ADDED plain");
            assertThat(watch).isNotNull();
        }
    }

    @Test
    void informsAndWaits() throws Exception {
        kubernetes.resource(map("a", "v")).create();
        try (var informer = kubernetes.configMaps().inNamespace(client.namespace()).inform()) {
            kubernetes.resource(map("b", "v")).create();
            ApiClient.await(() -> informer.getStore().list().size() == 2);
            kubernetes.configMaps().inNamespace(client.namespace()).withName("a").delete();
            ApiClient.await(() -> informer.getStore().list().size() == 1);
        }
        var waiting = kubernetes.configMaps().inNamespace(client.namespace()).withName("b").informOnCondition(
                found -> found.stream().anyMatch(m -> "now".equals(m.getData().get("k"))));
        kubernetes.resource(map("b", "now")).update();
        assertThat(waiting.get(5, TimeUnit.SECONDS)).hasSize(1);
    }

    @Test
    void handlesCustomResources() {
        client.installWidgets();
        var widget = new GenericKubernetesResource();
        widget.setApiVersion("example.com/v1");
        widget.setKind("Widget");
        widget.setMetadata(map("a", "").getMetadata());
        widget.setAdditionalProperty("spec", java.util.Map.of("size", 2, "tags", List.of("x")));
        kubernetes.resource(widget).create();
        var widgets = kubernetes.genericKubernetesResources(WIDGETS).inNamespace(client.namespace());
        var status = widgets.withName("a").get();
        status.setAdditionalProperty("status", java.util.Map.of("phase", "Fine"));
        kubernetes.resource(status).updateStatus();
        var read = widgets.withName("a").get();
        assertThat(read.<String>get("status", "phase")).isEqualTo("Fine");
        assertThat(read.<String>get("spec", "mode")).isEqualTo("enable");
        widget.setAdditionalProperty("spec", java.util.Map.of("size", 1000));
        assertThatThrownBy(() -> kubernetes.resource(widget).update()).hasMessageContaining(
                "spec.size: Invalid value: 1000: spec.size in body should be less than or equal to 100");
    }
}
