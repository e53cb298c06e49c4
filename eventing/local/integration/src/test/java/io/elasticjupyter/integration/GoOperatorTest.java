package io.elasticjupyter.integration;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Resources of the Go operator: its examples, and resources whose children it has created. */
@OnEachCluster
class GoOperatorTest {

    private static final String GATEWAY = "jupytergateway-sample";

    private static final String KERNEL = """
            apiVersion: kubeflow.tkestack.io/v1alpha1
            kind: JupyterKernel
            metadata: {name: jovyan-1, labels: {kernel_id: "1"}}
            spec: {template: {metadata: {labels: {kernel_id: "1"}}, spec: {containers: [{name: kernel, image: x}]}}}
            """;

    private final Site site;
    private String namespace;

    GoOperatorTest(Site site) {
        this.site = site;
    }

    @BeforeEach
    void createNamespace() {
        namespace = site.namespace();
    }

    /** One example of each structure that the Go operator has shipped, under strict validation, as kubectl applies it. */
    @TestFactory
    Stream<DynamicTest> itsExamplesAreAcceptedAndReconciled() {
        Set<String> rejected = Set.of("Rejected", "Forbidden", "NameTaken", "TemplateWithoutContainer",
                "TemplateMissing", "InvalidTemplate");
        var examples = Documents.under("eventing/local/integration/src/test/resources/go-operator-examples")
                .getFirst().all();
        assertThat(examples).hasSize(25);
        return examples.stream().map(example -> DynamicTest.dynamicTest(example.path("kind").asText() + " "
                + Integer.toHexString(example.hashCode()), () -> {
                    String its = site.namespace();
                    GenericKubernetesResource resource = site.apply(its, example);
                    if (resource.getKind().equals("JupyterKernelTemplate")) {
                        resource = site.apply(its, """
                                apiVersion: kubeflow.tkestack.io/v1alpha1
                                kind: JupyterKernel
                                metadata: {name: from-template}
                                spec: {image: x, templateRef: {name: %s}}
                                """.formatted(resource.getMetadata().getName()));
                    }
                    site.reconcile(resource);
                    GenericKubernetesResource now = site.now(resource);
                    assertThat(Site.condition(now, "Ready").path("reason").asText()).isNotEmpty().isNotIn(rejected);
                    assertThat(site.reconcile(now).outcome()).isEqualTo("unchanged");
                    String name = now.getMetadata().getName();
                    switch (now.getKind()) {
                        case "JupyterKernel" -> {
                            Pod pod = site.client().pods().inNamespace(its).withName(name).get();
                            assertThat(pod.getMetadata().getLabels()).containsEntry("app", "enterprise-gateway")
                                    .containsEntry("component", "kernel").containsEntry("kernel", name);
                            assertThat(pod.getSpec().getContainers()).extracting("name").containsExactly("kernel");
                        }
                        case "JupyterKernelSpec" -> assertThat(site.client().configMaps().inNamespace(its)
                                .withName(name + "-kernelspec").get().getData().get("kernel.json"))
                                .contains("launch");
                        default -> assertThat(deployment(its, name)).isNotNull();
                    }
                }));
    }

    @Test
    void labelsDirectlyUnderTheMetadataOfATemplateAreLabelsOfThePodAndReported() {
        site.apply(namespace, """
                apiVersion: kubeflow.tkestack.io/v1alpha1
                kind: JupyterKernelTemplate
                metadata: {name: jupyterkerneltemplate-sample}
                spec: {template: {metadata: {app: mine, component: kernel, team: science, labels: {a: b}}, spec: {containers: [{name: kernel, image: x}]}}}
                """);
        GenericKubernetesResource kernelSpec = reconcile("""
                apiVersion: kubeflow.tkestack.io/v1alpha1
                kind: JupyterKernelSpec
                metadata: {name: python-labelled}
                spec: {language: python, template: {name: jupyterkerneltemplate-sample}}
                """);
        reconcile("""
                apiVersion: kubeflow.tkestack.io/v1alpha1
                kind: JupyterKernel
                metadata: {name: k}
                spec: {templateRef: {name: jupyterkerneltemplate-sample}}
                """);

        assertThat(site.client().pods().inNamespace(namespace).withName("k").get().getMetadata().getLabels())
                .containsEntry("a", "b").containsEntry("team", "science");
        assertThat(page()).contains(
                Site.condition(site.now(kernelSpec), "MisplacedTemplateFields").path("message").asText()
                        .replace(", metadata.team", "") + "\n");
    }

    @Test
    void aGatewayKeepsItsChildrenUntilTheyAreLabelled() {
        GenericKubernetesResource gateway = site.apply(namespace, """
                apiVersion: kubeflow.tkestack.io/v1alpha1
                kind: JupyterGateway
                metadata: {name: jupytergateway-sample}
                """);
        Deployment deployment = createDeployment(gateway, "gateway");
        Service service = create(gateway, new ServiceBuilder().withNewMetadata().withName(GATEWAY).endMetadata()
                .withNewSpec().addToSelector(Map.of("namespace", namespace, "gateway", GATEWAY))
                .addNewPort().withName("gateway").withPort(8888).withProtocol("TCP").endPort().endSpec().build());
        RoleBinding binding = create(gateway, new RoleBindingBuilder().withNewMetadata().withName(GATEWAY).endMetadata()
                .addNewSubject(null, "ServiceAccount", GATEWAY, namespace)
                .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", "enterprise-gateway-controller").build());

        site.reconcile(gateway);
        site.reconcile(gateway);

        assertThat(Stream.of(deployment, service, binding)).allSatisfy(child -> assertThat(version(child))
                .isEqualTo(child.getMetadata().getResourceVersion()));
        assertPending(gateway);

        Stream.of(service, binding, deployment).forEach(this::handOver);
        site.reconcile(site.now(gateway));

        assertThat(deployment(namespace, GATEWAY).getSpec().getSelector().getMatchLabels())
                .containsEntry("app.kubernetes.io/instance", GATEWAY).doesNotContainKey("gateway");
        assertThat(site.client().services().inNamespace(namespace).withName(GATEWAY).get().getSpec().getSelector())
                .as("the labels of the new pods only")
                .isEqualTo(deployment(namespace, GATEWAY).getSpec().getSelector().getMatchLabels());
        assertThat(site.client().rbac().roleBindings().inNamespace(namespace).withName(GATEWAY).get().getRoleRef()
                .getName()).startsWith("elastic-jupyter-gateway");
    }

    @Test
    void aNotebookKeepsItsDeploymentUntilItIsLabelled() {
        GenericKubernetesResource notebook = site.apply(namespace, """
                apiVersion: kubeflow.tkestack.io/v1alpha1
                kind: JupyterNotebook
                metadata: {name: jupyternotebook-sample}
                """);
        Deployment deployment = createDeployment(notebook, "notebook");

        site.reconcile(notebook);
        site.reconcile(notebook);

        assertThat(version(deployment)).isEqualTo(deployment.getMetadata().getResourceVersion());
        assertPending(notebook);

        handOver(deployment);
        site.reconcile(site.now(notebook));

        assertThat(deployment(namespace, "jupyternotebook-sample").getMetadata().getUid())
                .isNotEqualTo(deployment.getMetadata().getUid());
    }

    @Test
    void aKernelInADeploymentGetsNoOtherPodAndEndsWithIt() {
        GenericKubernetesResource kernel = site.apply(namespace, KERNEL);
        Deployment deployment = createDeployment(kernel, "kernel");

        site.reconcile(kernel);
        site.reconcile(kernel);

        assertThat(site.client().pods().inNamespace(namespace).withName("jovyan-1").get()).isNull();
        assertThat(version(deployment)).isEqualTo(deployment.getMetadata().getResourceVersion());
        assertThat(site.now(kernel).<String>get("status", "phase")).isEqualTo("Running");

        site.client().resource(deployment).delete();
        site.reconcile(kernel);

        assertThat(site.client().genericKubernetesResources("kubeflow.tkestack.io/v1alpha1", "JupyterKernel")
                .inNamespace(namespace).withName("jovyan-1").get()).isNull();
        assertThat(site.client().pods().inNamespace(namespace).withName("jovyan-1").get()).isNull();
    }

    private void assertPending(GenericKubernetesResource resource) {
        JsonNode ready = Site.condition(site.now(resource), "Ready");
        assertThat(ready.path("reason").asText()).isEqualTo("TakeOverPending");
        assertThat(page()).contains(ready.path("message").asText().replace(namespace, "team") + "\n");
    }

    private static String page() {
        try {
            return Files.readString(Documents.ROOT.resolve("docs/migrating.md"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private GenericKubernetesResource reconcile(String yaml) {
        GenericKubernetesResource resource = site.apply(namespace, yaml);
        site.reconcile(resource);
        return resource;
    }

    /** Creates the Deployment that the Go operator creates for a resource. */
    private Deployment createDeployment(HasMetadata owner, String label) {
        Map<String, String> labels = Map.of("namespace", namespace, label, owner.getMetadata().getName());
        return create(owner, new DeploymentBuilder()
                .withNewMetadata().withName(owner.getMetadata().getName()).withLabels(labels).endMetadata()
                .withNewSpec().withNewSelector().withMatchLabels(labels).endSelector()
                .withNewTemplate().withNewMetadata().withLabels(labels).endMetadata()
                .withNewSpec().addNewContainer().withName(label).withImage("x").endContainer().endSpec()
                .endTemplate().endSpec().build());
    }

    private <T extends HasMetadata> T create(HasMetadata owner, T child) {
        child.getMetadata().setNamespace(namespace);
        child.getMetadata().setOwnerReferences(List.of(new OwnerReferenceBuilder()
                .withApiVersion(owner.getApiVersion()).withKind(owner.getKind())
                .withName(owner.getMetadata().getName()).withUid(owner.getMetadata().getUid())
                .withController(true).withBlockOwnerDeletion(true).build()));
        return site.client().resource(child).create();
    }

    private <T extends HasMetadata> void handOver(T child) {
        site.client().resource(child).edit(it -> {
            Map<String, String> labels = new HashMap<>(
                    Objects.requireNonNullElse(it.getMetadata().getLabels(), Map.of()));
            labels.put("app.kubernetes.io/managed-by", "elastic-jupyter");
            it.getMetadata().setLabels(labels);
            return it;
        });
    }

    private Deployment deployment(String in, String name) {
        return site.client().apps().deployments().inNamespace(in).withName(name).get();
    }

    private String version(HasMetadata child) {
        return site.client().resource(child).get().getMetadata().getResourceVersion();
    }
}
