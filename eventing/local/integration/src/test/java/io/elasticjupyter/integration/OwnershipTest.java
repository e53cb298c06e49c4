package io.elasticjupyter.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Field ownership: the functions own the fields that they set, and leave other fields to other managers. */
@OnEachCluster
class OwnershipTest {

    private static final String GATEWAY = """
            apiVersion: kubeflow.tkestack.io/v1alpha1
            kind: JupyterGateway
            metadata:
              name: team
            spec:
              logLevel: DEBUG
            """;

    private final Site site;
    private String namespace;
    private GenericKubernetesResource gateway;

    OwnershipTest(Site site) {
        this.site = site;
    }

    @BeforeEach
    void aGateway() {
        namespace = site.namespace();
        gateway = site.apply(namespace, GATEWAY);
        site.reconcile(gateway);
    }

    @Test
    void fieldsOfOtherManagersAreKept() {
        patch("scaler", """
                {"spec": {"replicas": 3, "template": {"metadata": {"annotations": {"restartedAt": "noon"}}}}}""");
        assertThat(site.reconcile(gateway).outcome()).isIn("unchanged", "updated");
        assertThat(deployment().getSpec().getReplicas()).isEqualTo(3);
        assertThat(deployment().getSpec().getTemplate().getMetadata().getAnnotations()).containsEntry("restartedAt",
                "noon");
        assertThat(site.reconcile(gateway).outcome()).isEqualTo("unchanged");
    }

    @Test
    void aChangedFieldOfTheFunctionsIsRestored() {
        String image = container(deployment(), "image");
        apply("other-manager", true, """
                {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "team"}, "spec": {"template": {"spec":
                 {"containers": [{"name": "%s", "image": "other:1"}]}}}}""".formatted(container(deployment(),
                "name")));
        assertThat(container(deployment(), "image")).isEqualTo("other:1");

        assertThat(site.reconcile(gateway).outcome()).isEqualTo("updated");
        assertThat(container(deployment(), "image")).isEqualTo(image);
        assertThat(deployment().getMetadata().getManagedFields())
                .filteredOn(it -> it.getManager().equals("other-manager"))
                .noneMatch(it -> Serialization.asJson(it.getFieldsV1()).contains("f:image"));
    }

    @Test
    void aConflictNamesTheFunctionAsManager() {
        assertThatThrownBy(() -> apply("other-manager", false, """
                {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "team"}, "spec": {"template": {"spec":
                 {"containers": [{"name": "%s", "image": "other:1"}]}}}}""".formatted(container(deployment(),
                "name"))))
                .isInstanceOfSatisfying(KubernetesClientException.class, e -> {
                    assertThat(e.getCode()).isEqualTo(409);
                    assertThat(e.getStatus().getMessage()).isEqualTo("Apply failed with 1 conflict: conflict with"
                            + " \"elastic-jupyter\": .spec.template.spec.containers[name=\"%s\"].image"
                                    .formatted(container(deployment(), "name")));
                });
    }

    @Test
    void aFieldThatIsRemovedFromTheSpecIsRemovedFromTheChild() {
        assertThat(Serialization.asJson(deployment())).contains("DEBUG");
        gateway = site.apply(namespace, GATEWAY.replace("logLevel: DEBUG", "resources: {limits: {cpu: 1}}"));
        site.reconcile(gateway);
        assertThat(Serialization.asJson(deployment())).doesNotContain("DEBUG").contains("\"cpu\":");
        gateway = site.apply(namespace, GATEWAY);
        site.reconcile(gateway);
        assertThat(Serialization.asJson(deployment())).contains("DEBUG").doesNotContain("\"cpu\":");
    }

    @Test
    void aChangedImageGetsThePullPolicyOfANewDeployment() {
        for (String image : List.of("eg:1", "eg:latest", "eg:2", "eg")) {
            gateway = site.apply(namespace, GATEWAY.replace("logLevel: DEBUG", "image: " + image));
            site.reconcile(gateway);
            assertThat(deployment().getSpec().getTemplate().getSpec().getContainers().getFirst().getImagePullPolicy())
                    .as(image).isEqualTo(image.matches("eg:[12]") ? "IfNotPresent" : "Always");
        }
    }

    @Test
    void aProbeOfAnotherKindIsApplied() {
        for (String probe : List.of("httpGet: {path: /api, port: 8888}", "exec: {command: [look]}",
                "tcpSocket: {port: 8888}", "httpGet: {path: /, port: 8888}")) {
            var notebook = site.apply(namespace, """
                    apiVersion: kubeflow.tkestack.io/v1alpha1
                    kind: JupyterNotebook
                    metadata: {name: ada}
                    spec: {template: {spec: {containers: [{name: notebook, image: n, readinessProbe: {%s}}]}}}
                    """.formatted(probe));
            var answer = site.reconcile(notebook);
            assertThat(answer.outcome()).as("%s", answer).isIn("created", "updated");
            assertThat(site.reconcile(notebook).outcome()).isEqualTo("unchanged");
        }
    }

    @Test
    void aConditionOfAnotherManagerIsKept() {
        site.client().genericKubernetesResources(gateway.getApiVersion(), gateway.getKind()).inNamespace(namespace)
                .withName("team").subresource("status").patch(Site.strictly("auditor"),
                        new GenericKubernetesResourceBuilder().withApiVersion(gateway.getApiVersion())
                                .withKind(gateway.getKind()).withNewMetadata().withName("team").withNamespace(namespace)
                                .endMetadata()
                                .addToAdditionalProperties("status", Map.of("conditions", List.of(
                                        new ConditionBuilder().withType("Audited").withStatus("True")
                                                .withReason("Fine").withMessage("Seen.")
                                                .withLastTransitionTime("2026-01-01T00:00:00Z").build())))
                                .build());
        gateway = site.apply(namespace, GATEWAY.replace("DEBUG", "INFO"));
        site.reconcile(gateway);
        gateway = site.now(gateway);
        assertThat(Site.condition(gateway, "Audited").path("reason").asText()).isEqualTo("Fine");
        assertThat(Site.condition(gateway, "Ready").path("status").asText()).isEqualTo("False");
        assertThat(gateway.<Number>get("status", "observedGeneration").longValue())
                .isEqualTo(gateway.getMetadata().getGeneration());
    }

    @Test
    void anObjectOfAnotherOwnerIsNotChanged() {
        GenericKubernetesResource taken = site.apply(namespace, """
                apiVersion: v1
                kind: Service
                metadata:
                  name: taken
                spec:
                  ports: [{port: 80}]
                """);
        GenericKubernetesResource late = site.apply(namespace, GATEWAY.replace("team", "taken"));
        assertThat(site.reconcile(late).outcome()).isEqualTo("rejected");
        assertThat(Site.condition(site.now(late), "Ready").path("reason").asText()).isEqualTo("NameTaken");
        assertThat(site.now(taken).getMetadata().getResourceVersion())
                .isEqualTo(taken.getMetadata().getResourceVersion());
        assertThat(site.client().apps().deployments().inNamespace(namespace).withName("taken").get()).isNull();

        site.client().resources(Service.class).inNamespace(namespace).withName("taken").delete();
        // The children that do not depend on the Service were created before.
        assertThat(site.reconcile(late).outcome()).isEqualTo("updated");
    }

    @Test
    void eachFunctionIsAFieldManagerOfItsOwn() {
        assertThat(deployment().getMetadata().getManagedFields()).extracting(ManagedFieldsEntry::getManager)
                .contains("elastic-jupyter");
        assertThat(site.now(gateway).getMetadata().getManagedFields())
                .filteredOn(it -> "status".equals(it.getSubresource()))
                .extracting(ManagedFieldsEntry::getManager).containsExactly("elastic-jupyter");
    }

    private Deployment deployment() {
        return site.client().apps().deployments().inNamespace(namespace).withName("team").get();
    }

    private static String container(Deployment deployment, String field) {
        var container = deployment.getSpec().getTemplate().getSpec().getContainers().getFirst();
        return field.equals("name") ? container.getName() : container.getImage();
    }

    private void patch(String manager, String json) {
        site.client().apps().deployments().inNamespace(namespace).withName("team").patch(
                new PatchContext.Builder().withPatchType(PatchType.JSON_MERGE).withFieldManager(manager).build(), json);
    }

    private void apply(String manager, boolean force, String json) {
        site.client().apps().deployments().inNamespace(namespace).withName("team").patch(new PatchContext.Builder()
                .withPatchType(PatchType.SERVER_SIDE_APPLY).withFieldManager(manager).withForce(force).build(), json);
    }
}
