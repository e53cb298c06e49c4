package io.elasticjupyter.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.elasticjupyter.kubernetes.OwnerReferences;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The account of a gateway, with the role that the reconciler grants and under the policies: it starts the kernels of the gateway's
 * JupyterKernelSpecs as the launcher does, and no other pods.
 */
@OnEachCluster
class GatewayAccountTest {

    private static final String TEMPLATE = """
            apiVersion: kubeflow.tkestack.io/v1alpha1
            kind: JupyterKernelTemplate
            metadata: {name: science}
            spec: {template: {metadata: {labels: {team: science}}, spec: {containers: [{name: kernel, image: x}]}}}
            """;

    private final Site site;
    private final Accounts accounts;
    private String namespace;

    GatewayAccountTest(Site site) {
        this.site = site;
        this.accounts = new Accounts(site, "elastic-jupyter");
    }

    @BeforeEach
    void install() {
        assumeTrue(site.cluster().isReal(), "only a real API server has authorization");
        assumeTrue(site.cluster().auditLog().isPresent(), "an existing cluster keeps its policies");
        site.namespace("elastic-jupyter");
        Stream.of("deploy/rbac", "deploy/admission").forEach(accounts::installAll);
        accounts.awaitPolicies();
        namespace = site.namespace();
        reconcile(TEMPLATE);
    }

    @Test
    void startsTheKernelsOfItsKernelSpecs() {
        reconcile(kernelSpec("plain", "{image: x}"));
        reconcile(kernelSpec("templated", "{template: {name: science}, image: y, env: [{name: A, value: b}]}"));
        reconcile(gateway("[plain, templated]"));

        try (KubernetesClient gateway = gateway()) {
            for (String kernelSpec : List.of("plain", "templated")) {
                GenericKubernetesResource kernel = launched(kernelSpec);
                // The API server learns of a new RoleBinding with a delay.
                await().atMost(Duration.ofSeconds(30)).ignoreExceptions()
                        .until(() -> gateway.resource(kernel).create() != null);
                site.reconcile(site.now(kernel));
                assertThat(site.client().pods().inNamespace(namespace).withName(kernelSpec).get().getMetadata()
                        .getLabels()).containsEntry("kernel_id", kernelSpec);
            }
            assertThatThrownBy(() -> createPod(gateway)).hasMessageContaining("cannot create resource \"pods\"");
            GenericKubernetesResource root = launched("plain");
            root.getMetadata().setName("root");
            root.setAdditionalProperty("spec", Map.of("template", Map.of("spec", Map.of("serviceAccountName", "admin",
                    "containers", List.of(Map.of("name", "kernel", "image", "x"))))));
            assertThatThrownBy(() -> gateway.resource(root).create()).hasMessageContaining("right to create pods");
        }
    }

    @Test
    void mayCreatePodsWhenAKernelSpecHasAValueFromASecret() {
        reconcile(kernelSpec("secretive",
                "{image: x, env: [{name: P, valueFrom: {secretKeyRef: {name: s, key: k}}}]}"));
        reconcile(gateway("[secretive]"));

        try (KubernetesClient gateway = gateway()) {
            await().atMost(Duration.ofSeconds(30)).ignoreExceptions().until(() -> createPod(gateway));
            assertThat(gateway.resource(launched("secretive")).create()).isNotNull();
        }
    }

    /** The requests of kubeflow-launcher: it copies the template into the JupyterKernel, with an owner that blocks its deletion. */
    @Test
    void startsAKernelAsTheLauncherOfTheGoOperatorDoes() {
        reconcile(kernelSpec("of-go-operator", "{template: {name: science}, command: [kubeflow-launcher]}"));
        reconcile(gateway("[of-go-operator]"));
        try (KubernetesClient gateway = gateway()) {
            GenericKubernetesResource template = await().atMost(Duration.ofSeconds(30)).ignoreExceptions()
                    .until(() -> get(gateway, "JupyterKernelTemplate", "science"), found -> found != null);
            GenericKubernetesResource kernel = new GenericKubernetesResource();
            kernel.setApiVersion("kubeflow.tkestack.io/v1alpha1");
            kernel.setKind("JupyterKernel");
            kernel.setMetadata(new ObjectMetaBuilder().withName("jovyan-1").withNamespace(namespace)
                    .withOwnerReferences(new OwnerReferenceBuilder(
                            OwnerReferences.controller(get(gateway, "JupyterGateway", "team")))
                            .withBlockOwnerDeletion(true).build())
                    .build());
            kernel.setAdditionalProperty("spec", template.getAdditionalProperties().get("spec"));
            gateway.resource(kernel).create();
            site.reconcile(site.now(kernel));
            assertThat(site.client().pods().inNamespace(namespace).withName("jovyan-1").get().getMetadata()
                    .getLabels()).containsEntry("kernel", "jovyan-1").containsEntry("team", "science")
                    .containsEntry("elastic-jupyter.io/gateway", "team");
        }
    }

    private GenericKubernetesResource get(KubernetesClient gateway, String kind, String name) {
        return gateway.genericKubernetesResources("kubeflow.tkestack.io/v1alpha1", kind).inNamespace(namespace)
                .withName(name).get();
    }

    private boolean createPod(KubernetesClient gateway) {
        return gateway.resource(new PodBuilder().withNewMetadata().withName("any").withNamespace(namespace)
                .endMetadata().withNewSpec().addNewContainer().withName("c").withImage("x").endContainer().endSpec()
                .build()).dryRun(true).create() != null;
    }

    private KubernetesClient gateway() {
        return accounts.impersonate("system:serviceaccount:" + namespace + ":team");
    }

    /** Returns the JupyterKernel that the launcher creates from the ConfigMap of a kernel spec. */
    @SuppressWarnings("unchecked")
    private GenericKubernetesResource launched(String kernelSpec) {
        ConfigMap folder = site.client().configMaps().inNamespace(namespace).withName(kernelSpec + "-kernelspec").get();
        GenericKubernetesResource kernel = Serialization.unmarshal(folder.getData().get("jupyterkernel.json"),
                GenericKubernetesResource.class);
        kernel.setMetadata(new ObjectMetaBuilder().withName(kernelSpec).withNamespace(namespace)
                .addToLabels("kernel_id", kernelSpec).build());
        Map<String, Object> spec = (Map<String, Object>) kernel.getAdditionalProperties().get("spec");
        List<Object> variables = new ArrayList<>((List<Object>) spec.getOrDefault("env", List.of()));
        variables.add(Map.of("name", "KERNEL_ID", "value", kernelSpec));
        spec.put("env", variables);
        return kernel;
    }

    private void reconcile(String yaml) {
        site.reconcile(site.apply(namespace, yaml));
    }

    private static String kernelSpec(String name, String spec) {
        return """
                apiVersion: kubeflow.tkestack.io/v1alpha1
                kind: JupyterKernelSpec
                metadata: {name: %s}
                spec: %s
                """.formatted(name, spec);
    }

    private static String gateway(String kernels) {
        return """
                apiVersion: kubeflow.tkestack.io/v1alpha1
                kind: JupyterGateway
                metadata: {name: team}
                spec: {kernels: %s}
                """.formatted(kernels);
    }
}
