package io.elasticjupyter.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.elasticjupyter.local.ResourceEvents.Change;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Garbage collection: the children of a deleted resource are deleted, and nothing else. */
@OnEachCluster
class GarbageTest {

    private static final List<Class<? extends HasMetadata>> CHILDREN = List.of(Deployment.class, Service.class,
            Secret.class, ServiceAccount.class, Role.class, RoleBinding.class, NetworkPolicy.class, ConfigMap.class,
            Pod.class);

    /** The garbage collector of a real cluster discovers new kinds twice a minute. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Site site;
    private String namespace;
    private final List<GenericKubernetesResource> resources = new ArrayList<>();

    GarbageTest(Site site) {
        this.site = site;
    }

    @BeforeEach
    void everyKind() {
        assumeTrue(site.cluster().collectsGarbage(), "the directory of the binaries has no kube-controller-manager");
        namespace = site.namespace();
        for (JsonNode document : Documents.parse("""
                apiVersion: kubeflow.tkestack.io/v1alpha1
                kind: JupyterNotebook
                metadata: {name: ada}
                ---
                apiVersion: kubeflow.tkestack.io/v1alpha1
                kind: JupyterGateway
                metadata: {name: team}
                ---
                apiVersion: kubeflow.tkestack.io/v1alpha1
                kind: JupyterKernelSpec
                metadata: {name: scipy}
                spec: {image: "elyra/kernel-py:3.3.0"}
                ---
                apiVersion: kubeflow.tkestack.io/v1alpha1
                kind: JupyterKernel
                metadata: {name: k}
                spec: {template: {spec: {containers: [{name: kernel, image: "elyra/kernel-py:3.3.0"}]}}}
                """)) {
            resources.add(site.apply(namespace, document));
        }
        resources.forEach(site::reconcile);
    }

    @Test
    void childrenAreDeletedInTheBackground() {
        goes(DeletionPropagation.BACKGROUND);
    }

    @Test
    void childrenAreDeletedInTheForeground() {
        goes(DeletionPropagation.FOREGROUND);
    }

    private void goes(DeletionPropagation how) {
        assertThat(children()).containsExactlyInAnyOrder("Deployment ada", "Service ada", "Secret ada-auth",
                "NetworkPolicy ada", "Deployment team", "Service team", "ServiceAccount team", "RoleBinding team",
                "Secret team-token", "Role team-culler", "RoleBinding team-culler", "NetworkPolicy team",
                "NetworkPolicy team-kernels", "ConfigMap team-config",
                "ConfigMap scipy-kernelspec", "Pod k");
        site.apply(namespace, """
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: bystander, labels: {app.kubernetes.io/managed-by: elastic-jupyter}}
                """);

        site.client().resource(resources.getFirst()).withPropagationPolicy(how).delete();
        await().atMost(PATIENCE).until(() -> site.now(resources.getFirst()) == null);
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(children()).containsExactlyInAnyOrder(
                "Deployment team", "Service team", "ServiceAccount team", "RoleBinding team",
                "Secret team-token", "Role team-culler", "RoleBinding team-culler", "NetworkPolicy team",
                "NetworkPolicy team-kernels", "ConfigMap team-config", "ConfigMap scipy-kernelspec", "Pod k",
                "ConfigMap bystander"));

        resources.forEach(each -> site.client().resource(each).withPropagationPolicy(how).withGracePeriod(0).delete());
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(children()).containsExactly("ConfigMap bystander"));
        resources.forEach(each -> assertThat(site.reconcile(each).outcome()).isEqualTo("gone"));
        assertThat(children()).as("a late event recreates no child")
                .containsExactly("ConfigMap bystander");
    }

    @Test
    void aResourceOfTheSameNameGetsNewChildren() {
        GenericKubernetesResource first = resources.getFirst();
        String uid = site.client().secrets().inNamespace(namespace).withName("ada-auth").get().getMetadata().getUid();
        site.client().resource(first).delete();
        GenericKubernetesResource second = site.apply(namespace, """
                apiVersion: kubeflow.tkestack.io/v1alpha1
                kind: JupyterNotebook
                metadata: {name: ada}
                """);
        // Until the garbage collector has deleted the old children, the function asks for a retry.
        await().atMost(PATIENCE).untilAsserted(() -> {
            var answer = site.send(Change.ADD, second);
            assertThat(answer.status()).as("%s", answer).isIn(200, 503);
            assertThat(answer.status()).isEqualTo(200);
        });
        await().atMost(PATIENCE).untilAsserted(() -> {
            site.reconcile(second);
            var secret = site.client().secrets().inNamespace(namespace).withName("ada-auth").get();
            assertThat(secret.getMetadata().getUid()).isNotEqualTo(uid);
            assertThat(secret.getMetadata().getOwnerReferences().getFirst().getUid())
                    .isEqualTo(second.getMetadata().getUid());
        });
    }

    private List<String> children() {
        List<String> names = new ArrayList<>();
        for (Class<? extends HasMetadata> type : CHILDREN) {
            site.client().resources(type).inNamespace(namespace)
                    .withLabel("app.kubernetes.io/managed-by", "elastic-jupyter").list().getItems().stream()
                    .filter(it -> it.getMetadata().getDeletionTimestamp() == null || !(it instanceof Pod))
                    .forEach(it -> names.add(it.getKind() + " " + it.getMetadata().getName()));
        }
        return names;
    }
}
