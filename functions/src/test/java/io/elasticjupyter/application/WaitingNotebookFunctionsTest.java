package io.elasticjupyter.application;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.elasticjupyter.api.v1alpha1.Conditions;
import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.api.v1alpha1.JupyterKernelSpec;
import io.elasticjupyter.api.v1alpha1.JupyterKernelTemplate;
import io.elasticjupyter.api.v1alpha1.JupyterNotebook;
import io.elasticjupyter.api.v1alpha1.JupyterResource;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Notebooks, gateways and kernel specs say what they wait for, and are not ready without it. */
class WaitingNotebookFunctionsTest extends FunctionsTest {

    @BeforeEach
    void nothing() {
        for (var type : List.of(JupyterNotebook.class, JupyterGateway.class, JupyterKernelSpec.class,
                JupyterKernelTemplate.class, Deployment.class, Pod.class, Event.class)) {
            client.resources(type).inNamespace("default").delete();
        }
    }

    @Test
    void anEventAboutAPodReportsWhatTheNotebookWaitsFor() throws Exception {
        create("JupyterNotebook", "ada", "{}");
        reconcileNotebook();
        rolledOut("ada", 0);
        pod("ada-1", "jupyter-notebook", "ada", "0/1 nodes are available: 1 Insufficient nvidia.com/gpu.");

        JsonNode report = calls.reconcile("reconcileNotebook", Pod.class, "ada-1");

        assertThat(report.path("name").asText()).isEqualTo("ada");
        assertThat(ready(JupyterNotebook.class, "ada")).satisfies(ready -> {
            assertThat(ready.getReason()).isEqualTo("Unschedulable");
            assertThat(ready.getMessage()).contains("1 Insufficient nvidia.com/gpu");
        });
        assertThat(client.v1().events().inNamespace("default").list().getItems()).anySatisfy(event -> {
            assertThat(event.getInvolvedObject().getName()).isEqualTo("ada");
            assertThat(event.getType()).isEqualTo("Warning");
            assertThat(event.getReason()).isEqualTo("Unschedulable");
        });
        api.clearRequests();
        calls.reconcile("reconcileNotebook", Pod.class, "ada-1");
        assertThat(api.requests()).allMatch(request -> request.method().equals("GET"));
    }

    @Test
    void noPodIsListedForAReadyNotebook() throws Exception {
        create("JupyterNotebook", "ada", "{}");
        reconcileNotebook();
        rolledOut("ada", 1);
        pod("ada-1", "jupyter-notebook", "ada", "");
        api.clearRequests();

        calls.reconcile("reconcileNotebook", Pod.class, "ada-1");

        assertThat(api.requests()).noneMatch(request -> request.path().contains("labelSelector"));
        assertThat(ready(JupyterNotebook.class, "ada").getStatus()).isEqualTo("True");
    }

    @Test
    void aDeletedServiceIsCreatedAgain() throws Exception {
        create("JupyterNotebook", "ada", "{}");
        reconcileNotebook();
        client.services().inNamespace("default").withName("ada").delete();

        calls.reconcile("reconcileNotebook", Service.class, "ada");

        assertThat(client.services().inNamespace("default").withName("ada").get()).isNotNull();
    }

    @Test
    void podsOfOthersAreIgnored() throws Exception {
        create("JupyterNotebook", "ada", "{}");
        pod("team-1", "jupyter-gateway", "ada", "no room");
        pod("other", "web", "ada", "no room");

        for (String name : List.of("team-1", "other", "gone")) {
            assertThat(calls.reconcile("reconcileNotebook", Pod.class, name).path("outcome").asText())
                    .isEqualTo("ignored");
        }
        assertThat(client.apps().deployments().inNamespace("default").withName("ada").get()).isNull();
    }

    @Test
    void theNotebookFollowsTheReadinessOfItsGateway() throws Exception {
        create("JupyterNotebook", "ada", "{gateway: {name: team}}");
        reconcileNotebook();
        rolledOut("ada", 1);
        reconcileNotebook();
        assertThat(ready(JupyterNotebook.class, "ada").getReason()).isEqualTo("GatewayNotFound");

        create("JupyterGateway", "team", "{}");
        calls.reconcile("reconcileGateway", JupyterGateway.class, "team");
        calls.reconcile("reconcileNotebook", JupyterGateway.class, "team");
        rolledOut("ada", 1);
        reconcileNotebook();
        assertThat(ready(JupyterNotebook.class, "ada").getReason()).isEqualTo("GatewayNotReady");

        rolledOut("team", 1);
        calls.reconcile("reconcileGateway", Deployment.class, "team");
        calls.reconcile("reconcileNotebook", JupyterGateway.class, "team");
        assertThat(ready(JupyterNotebook.class, "ada").getStatus()).isEqualTo("True");
        JsonNode again = calls.reconcile("reconcileNotebook", JupyterGateway.class, "team");
        assertThat(again.path("dependents").findValuesAsText("name")).doesNotContain("ada");

        client.resources(JupyterGateway.class).inNamespace("default").withName("team").delete();
        calls.reconcile("reconcileNotebook", JupyterGateway.class, "team");
        assertThat(ready(JupyterNotebook.class, "ada").getReason()).isEqualTo("GatewayNotFound");
    }

    @Test
    void aKernelSpecAndItsGatewayFollowTheTemplate() throws Exception {
        create("JupyterKernelSpec", "science", "{template: {name: gpu}}");
        create("JupyterGateway", "team", "{kernels: [science]}");
        calls.reconcile("reconcileKernelSpec", JupyterKernelSpec.class, "science");
        calls.reconcile("reconcileGateway", JupyterKernelSpec.class, "science");
        assertThat(ready(JupyterKernelSpec.class, "science").getReason()).isEqualTo("TemplateNotFound");
        assertThat(kernelSpecs().getReason()).isEqualTo("KernelSpecNotReady");

        create("JupyterKernelTemplate", "gpu", "{template: {spec: {}}}");
        calls.reconcile("reconcileKernelSpec", JupyterKernelTemplate.class, "gpu");
        assertThat(ready(JupyterKernelSpec.class, "science").getReason()).isEqualTo("TemplateWithoutContainer");

        client.resource("""
                apiVersion: kubeflow.tkestack.io/v1alpha1
                kind: JupyterKernelTemplate
                metadata: {name: gpu, namespace: default}
                spec: {template: {spec: {containers: [{name: kernel, image: x}]}}}
                """).serverSideApply();
        calls.reconcile("reconcileKernelSpec", JupyterKernelTemplate.class, "gpu");
        calls.reconcile("reconcileGateway", JupyterKernelSpec.class, "science");
        assertThat(ready(JupyterKernelSpec.class, "science").getStatus()).isEqualTo("True");
        assertThat(kernelSpecs().getStatus()).isEqualTo("True");
    }

    private Condition kernelSpecs() {
        return Conditions.of(client.resources(JupyterGateway.class).inNamespace("default").withName("team").get()
                .getStatus()).find("KernelSpecsResolved").orElseThrow();
    }

    private <T extends JupyterResource<?, ?>> Condition ready(Class<T> type,
            String name) {
        return Conditions.of(client.resources(type).inNamespace("default").withName(name).get().getStatus())
                .find("Ready").orElseThrow();
    }

    private void reconcileNotebook() throws Exception {
        calls.reconcile("reconcileNotebook", JupyterNotebook.class, "ada");
    }

    private void create(String kind, String name, String spec) {
        client.resource("""
                apiVersion: kubeflow.tkestack.io/v1alpha1
                kind: %s
                metadata: {name: %s, namespace: default}
                spec: %s
                """.formatted(kind, name, spec)).create();
    }

    private void rolledOut(String deployment, int ready) {
        client.apps().deployments().inNamespace("default").withName(deployment)
                .editStatus(found -> new DeploymentBuilder(found).editOrNewStatus().withReplicas(1)
                        .withReadyReplicas(ready).endStatus().build());
    }

    private void pod(String name, String application, String instance, String unschedulable) {
        client.resource(new PodBuilder()
                .withNewMetadata().withName(name).withNamespace("default")
                .withLabels(Map.of("app.kubernetes.io/name", application, "app.kubernetes.io/instance", instance))
                .endMetadata()
                .withNewSpec().addNewContainer().withName("notebook").withImage("x").endContainer().endSpec()
                .build()).create();
        client.pods().inNamespace("default").withName(name)
                .editStatus(pod -> new PodBuilder(pod).editOrNewStatus().addNewCondition().withType("PodScheduled")
                        .withStatus(unschedulable.isEmpty() ? "True" : "False").withReason("Unschedulable")
                        .withMessage(unschedulable).endCondition().endStatus().build());
    }
}
