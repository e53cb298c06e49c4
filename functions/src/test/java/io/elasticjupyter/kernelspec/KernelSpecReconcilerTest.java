package io.elasticjupyter.kernelspec;

import static io.elasticjupyter.fixtures.ResourceFixture.aKernelSpec;
import static io.elasticjupyter.fixtures.ResourceFixture.aKernelTemplate;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.elasticjupyter.api.v1alpha1.JupyterKernelSpec;
import io.elasticjupyter.api.v1alpha1.JupyterKernelTemplate;
import io.elasticjupyter.reconcile.ReconcilerFixture;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.Test;

class KernelSpecReconcilerTest {

    @Test
    void kernelJsonHasTheFormatOfJupyter() {
        JsonNode json = kernelJson("""
                language: python
                displayName: Python with GPU
                image: mine
                env: [{name: A, value: b}, {name: SECRET, valueFrom: {secretKeyRef: {name: s, key: k}}}]
                """);

        assertThat(json.path("language").asText()).isEqualTo("python");
        assertThat(json.path("display_name").asText()).isEqualTo("Python with GPU");
        assertThat(json.at("/metadata/process_proxy/class_name").asText())
                .isEqualTo("enterprise_gateway.services.processproxies.k8s.KubernetesProcessProxy");
        assertThat(json.at("/metadata/process_proxy/config/image_name").asText()).isEqualTo("mine");
        assertThat(json.path("env").toString()).isEqualTo("{\"A\":\"b\"}");
        assertThat(json.path("argv").get(1).asText()).isEqualTo("{resource_dir}/launch_jupyterkernel.py");
        assertThat(json.path("argv").toString()).contains("{kernel_id}", "{response_address}", "{public_key}",
                "{port_range}");
    }

    @Test
    void theDisplayNameDefaultsToTheName() {
        assertThat(kernelJson("{language: R, image: r}").path("display_name").asText()).isEqualTo("k");
    }

    @Test
    void withoutAnImageTheImageNameRefersToTheTemplate() {
        assertThat(kernelJson("template: {name: t}").at("/metadata/process_proxy/config/image_name").asText())
                .isEqualTo("JupyterKernelTemplate team/t");
        assertThat(kernelJson("{template: {name: t}, command: [launch]}").at("/metadata/process_proxy").has("config"))
                .isFalse();
    }

    @Test
    void aCommandGetsTheFlagsOfTheTemplate() {
        ConfigMap map = configMap(
                "{language: python, command: [launch, '{kernel_id}'], className: some.Proxy, template: {name: t, namespace: other}}");
        JsonNode json = Serialization.unmarshal(map.getData().get("kernel.json"), JsonNode.class);

        assertThat(json.path("argv").toString())
                .isEqualTo(
                        "[\"launch\",\"{kernel_id}\",\"--kernel-template-name\",\"t\",\"--kernel-template-namespace\",\"other\"]");
        assertThat(json.at("/metadata/process_proxy/class_name").asText()).isEqualTo("some.Proxy");
        assertThat(map.getData()).containsOnlyKeys("kernel.json");
    }

    @Test
    void aCommandWithoutTemplateIsNotChanged() {
        assertThat(kernelJson("{language: python, command: [launch]}").path("argv").toString())
                .isEqualTo("[\"launch\"]");
    }

    @Test
    void theLauncherGetsTheJupyterKernelToCreate() {
        JsonNode kernel = jupyterKernel(
                "{language: python, image: mine, env: [{name: A, value: b}], template: {name: t}}");

        assertThat(kernel.path("kind").asText()).isEqualTo("JupyterKernel");
        assertThat(kernel.at("/spec/templateRef").toString()).isEqualTo("{\"name\":\"t\",\"namespace\":\"team\"}");
        assertThat(kernel.at("/spec/image").asText()).isEqualTo("mine");
        assertThat(kernel.at("/spec/env/0/name").asText()).isEqualTo("A");
        assertThat(kernel.at("/spec").has("template")).isFalse();
    }

    /** The gateway deletes the pod of a kernel that does not start in that time, and never the JupyterKernel. */
    @Test
    void theJupyterKernelEndsWhenItsGatewayGivesUpWaiting() {
        assertThat(jupyterKernel("{language: python, image: mine}").at("/spec/launchTimeout").asInt()).isEqualTo(180);
    }

    @Test
    void withoutTemplateTheKernelIsAPlainContainerOfTheImage() {
        JsonNode kernel = jupyterKernel("{language: python, image: mine}");

        assertThat(kernel.at("/spec/template/spec/containers/0/name").asText()).isEqualTo("kernel");
        assertThat(kernel.at("/spec").has("templateRef")).isFalse();
    }

    @Test
    void theLayoutOfTheTemplateIsReported() {
        var kernelSpecs = new ReconcilerFixture<>(new KernelSpecReconciler());
        JupyterKernelSpec kernelSpec = aKernelSpec("k").withSpec("{template: {name: t}}").build();

        assertThat(kernelSpecs.status(kernelSpec, template("{metadata: {team: science}}")).conditions())
                .filteredOn(c -> c.getType().equals("MisplacedTemplateFields")).singleElement()
                .satisfies(c -> assertThat(c.getMessage())
                        .contains("metadata.team in spec.template of JupyterKernelTemplate 't'"));
        assertThat(kernelSpecs.status(kernelSpec, template("{metadata: {labels: {team: science}}}")).conditions())
                .extracting(Condition::getType).containsExactly("Ready");
        assertThat(kernelSpecs.status(kernelSpec).conditions()).extracting(Condition::getType).containsExactly("Ready");
    }

    @Test
    void aClassThatEnterpriseGatewayDoesNotHaveIsReported() {
        var kernelSpecs = new ReconcilerFixture<>(new KernelSpecReconciler());
        String known = "enterprise_gateway.services.processproxies.k8s.KubernetesProcessProxy";

        assertThat(kernelSpecs.status(aKernelSpec("k").withSpec("{image: x, className: %s}".formatted(known)).build())
                .conditions()).extracting(Condition::getType).containsExactly("Ready");
        assertThat(kernelSpecs.status(aKernelSpec("k").withSpec("{image: x, className: %ss}".formatted(known)).build())
                .conditions()).filteredOn(c -> c.getType().equals("ClassNameKnown")).singleElement().satisfies(c -> {
                    assertThat(c.getStatus()).isEqualTo("False");
                    assertThat(c.getMessage()).contains("spec.className", known);
                });
    }

    private static JupyterKernelTemplate template(String template) {
        return aKernelTemplate("t").withYaml("template", template).build();
    }

    private static JsonNode kernelJson(String spec) {
        return Serialization.unmarshal(configMap(spec).getData().get("kernel.json"), JsonNode.class);
    }

    private static JsonNode jupyterKernel(String spec) {
        return Serialization.unmarshal(configMap(spec).getData().get("jupyterkernel.json"), JsonNode.class);
    }

    private static ConfigMap configMap(String spec) {
        ConfigMap map = new ReconcilerFixture<>(new KernelSpecReconciler()).child(
                aKernelSpec("k").withSpec(spec).build(), ConfigMap.class);
        assertThat(map.getMetadata().getName()).isEqualTo("k-kernelspec");
        return map;
    }
}
