package io.elasticjupyter.application;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.elasticjupyter.api.v1alpha1.JupyterKernelTemplate;
import io.elasticjupyter.api.v1alpha1.JupyterNotebook;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Notebooks whose pods are created from a JupyterKernelTemplate follow the template. */
class NotebookTemplateFunctionsTest extends FunctionsTest {

    @BeforeEach
    void aNotebookThatRefersToATemplate() {
        for (var type : List.of(JupyterNotebook.class, JupyterKernelTemplate.class, Deployment.class)) {
            client.resources(type).inNamespace("default").delete();
        }
        client.resource("""
                apiVersion: kubeflow.tkestack.io/v1alpha1
                kind: JupyterNotebook
                metadata: {name: ada, namespace: default}
                spec: {templateRef: {name: small}}
                """).create();
        client.resource("""
                apiVersion: kubeflow.tkestack.io/v1alpha1
                kind: JupyterNotebook
                metadata: {name: grace, namespace: default}
                """).create();
    }

    @Test
    void theNotebookStartsWhenItsTemplateIsCreated() throws Exception {
        JsonNode waiting = calls.reconcile("reconcileNotebook", JupyterNotebook.class, "ada");
        assertThat(waiting.path("reason").asText()).isEqualTo("TemplateNotFound");
        assertThat(waiting.path("outcome").asText()).isEqualTo("rejected");
        assertThat(deployment()).isNull();

        template("small-image");
        JsonNode report = calls.reconcile("reconcileNotebook", JupyterKernelTemplate.class, "small");

        assertThat(report.path("dependents").findValuesAsText("name")).contains("ada").doesNotContain("grace");
        assertThat(server().getImage()).isEqualTo("small-image");
    }

    @Test
    void aChangedTemplateReplacesThePodAndADeletedOneDoesNot() throws Exception {
        template("small-image");
        calls.reconcile("reconcileNotebook", JupyterNotebook.class, "ada");
        template("larger-image");

        calls.reconcile("reconcileNotebook", JupyterKernelTemplate.class, "small");
        assertThat(server().getImage()).isEqualTo("larger-image");

        client.resources(JupyterKernelTemplate.class).inNamespace("default").withName("small").delete();
        calls.reconcile("reconcileNotebook", JupyterKernelTemplate.class, "small");
        assertThat(server().getImage()).isEqualTo("larger-image");
        assertThat(client.resources(JupyterNotebook.class).inNamespace("default").withName("ada").get().getStatus()
                .conditions().getFirst().getReason()).isEqualTo("TemplateNotFound");
    }

    private void template(String image) {
        client.resource("""
                apiVersion: kubeflow.tkestack.io/v1alpha1
                kind: JupyterKernelTemplate
                metadata: {name: small, namespace: default}
                spec: {template: {spec: {containers: [{name: notebook, image: %s}]}}}
                """.formatted(image)).serverSideApply();
    }

    private Deployment deployment() {
        return client.apps().deployments().inNamespace("default").withName("ada").get();
    }

    private Container server() {
        return deployment().getSpec().getTemplate().getSpec().getContainers().getFirst();
    }
}
