package io.elasticjupyter.application;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.elasticjupyter.api.v1alpha1.Conditions;
import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.api.v1alpha1.JupyterKernel;
import io.elasticjupyter.api.v1alpha1.JupyterNotebook;
import io.elasticjupyter.event.RecordedEvent;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;

/** Resources that cannot be reconciled, and what their users and the sender of the event are told. */
class RefusedResourcesTest extends ReconcileTest {

    @Test
    void anInvalidSpecIsReportedOnTheResource() throws Exception {
        apply("""
                apiVersion: kubeflow.tkestack.io/v1alpha1
                kind: JupyterNotebook
                metadata: {name: bad, namespace: default}
                spec: {template: {spec: {containers: [{name: notebook}, {name: sidecar}]}}}
                """);

        JsonNode report = calls.reconcile("reconcileNotebook", JupyterNotebook.class, "bad");

        assertThat(report.path("outcome").asText()).isEqualTo("rejected");
        assertThat(notebook("bad").getStatus().conditions()).singleElement().satisfies(ready -> {
            assertThat(ready.getStatus()).isEqualTo("False");
            assertThat(ready.getReason()).isEqualTo("Rejected");
            assertThat(ready.getMessage()).contains("spec.template.spec.containers[1].image");
        });
        assertThat(eventsOf("bad")).singleElement().satisfies(event -> {
            assertThat(event.getType()).isEqualTo("Warning");
            assertThat(event.getMessage()).contains("spec.template.spec.containers[1].image");
        });
    }

    @Test
    void aServiceOfAnotherOwnerIsNotChanged() throws Exception {
        client.resource(new ServiceBuilder().withNewMetadata().withName("taken").withNamespace("default").endMetadata()
                .withNewSpec().addNewPort().withPort(80).endPort().endSpec().build()).create();
        apply("""
                apiVersion: kubeflow.tkestack.io/v1alpha1
                kind: JupyterNotebook
                metadata: {name: taken, namespace: default}
                """);

        JsonNode report = calls.reconcile("reconcileNotebook", JupyterNotebook.class, "taken");

        assertThat(report.path("reason").asText()).isEqualTo("NameTaken");
        assertThat(report.path("message").asText()).contains("Service 'taken' exists and has no controller");
        assertThat(client.services().inNamespace("default").withName("taken").get().getSpec().getPorts().getFirst()
                .getPort()).isEqualTo(80);
        assertThat(client.apps().deployments().inNamespace("default").withName("taken").get()).isNull();
    }

    @Test
    void aServiceAccountOfAnotherOwnerGetsNoPermissions() throws Exception {
        client.resource(new ServiceAccountBuilder().withNewMetadata().withName("deployer").withNamespace("default")
                .endMetadata().build()).create();
        apply("""
                apiVersion: kubeflow.tkestack.io/v1alpha1
                kind: JupyterGateway
                metadata: {name: deployer, namespace: default}
                """);

        JsonNode report = calls.reconcile("reconcileGateway", JupyterGateway.class, "deployer");

        assertThat(report.path("message").asText()).contains("ServiceAccount 'deployer' exists and has no controller");
        assertThat(client.rbac().roleBindings().inNamespace("default").withName("deployer").get()).isNull();
    }

    @Test
    void aQuotaWithoutRoomIsReportedAndTheSenderRetries() throws Exception {
        apply("""
                apiVersion: kubeflow.tkestack.io/v1alpha1
                kind: JupyterKernel
                metadata: {name: k, namespace: default}
                spec: {template: {spec: {containers: [{name: kernel, image: python}]}}}
                """);
        String message = "pods \"k\" is forbidden: exceeded quota: gpu, requested: requests.nvidia.com/gpu=1, used: requests.nvidia.com/gpu=4, limited: requests.nvidia.com/gpu=4";
        api.failNext(request -> request.method().equals("PATCH") && request.path().endsWith("/pods/k"), 403, message);
        String event = Serialization
                .asJson(client.resources(JupyterKernel.class).inNamespace("default").withName("k").get());

        HttpResponse<String> refused = calls.post("reconcileKernel", "dev.knative.apiserver.resource.add", event);

        FunctionCalls.assertProblem(refused, 503);
        assertThat(refused.headers().firstValue("Retry-After")).isPresent();
        assertThat(kernel("k").getStatus().conditions()).filteredOn(condition -> condition.getType().equals("Ready"))
                .singleElement().satisfies(ready -> {
                    assertThat(ready.getStatus()).isEqualTo("False");
                    assertThat(ready.getReason()).isEqualTo("QuotaExceeded");
                    assertThat(ready.getMessage()).contains("exceeded quota: gpu");
                });
        assertThat(eventsOf("k")).extracting(Event::getReason).containsExactly("QuotaExceeded");

        assertThat(calls.post("reconcileKernel", "dev.knative.apiserver.resource.add", event).statusCode())
                .isEqualTo(200);
        assertThat(client.pods().inNamespace("default").withName("k").get()).isNotNull();
        client.resources(JupyterKernel.class).inNamespace("default").withName("k").delete();
    }

    /** The run has not done its work, although it could write the status. */
    @Test
    void aQuotaWithoutRoomDoesNotEndAFailedDelivery() throws Exception {
        apply("""
                apiVersion: kubeflow.tkestack.io/v1alpha1
                kind: JupyterKernel
                metadata: {name: k, namespace: default}
                spec: {template: {spec: {containers: [{name: kernel, image: python}]}}}
                """);
        calls.send(HttpRequest.newBuilder(calls.function("deadLetter")).header("ce-specversion", "1.0")
                .header("ce-id", "1").header("ce-source", "/test").header("ce-type", "dev.knative.apiserver.ref.add")
                .header("ce-knativeerrordest", "http://reconciler/reconcileKernel")
                .header("Content-Type", "application/json").POST(HttpRequest.BodyPublishers.ofString(
                        "{\"apiVersion\":\"kubeflow.tkestack.io/v1alpha1\",\"kind\":\"JupyterKernel\",\"namespace\":\"default\",\"name\":\"k\"}"))
                .build());
        api.failNext(request -> request.method().equals("PATCH") && request.path().endsWith("/pods/k"), 403,
                "pods \"k\" is forbidden: exceeded quota: gpu");
        String event = Serialization.asJson(kernel("k"));

        FunctionCalls.assertProblem(calls.post("reconcileKernel", "dev.knative.apiserver.resource.add", event), 503);
        assertThat(delivered("k")).isEqualTo("False");

        calls.post("reconcileKernel", "dev.knative.apiserver.resource.add", event);
        assertThat(delivered("k")).isEqualTo("True");
        client.resources(JupyterKernel.class).inNamespace("default").withName("k").delete();
    }

    private String delivered(String kernel) {
        return Conditions.of(kernel(kernel).getStatus()).find("Delivered").orElseThrow().getStatus();
    }

    /** Another function writes the status of the same resource. */
    @Test
    void aConflictOnTheStatusIsLeftToTheSender() throws Exception {
        applyObjectOf(NOTEBOOK_ADD);
        api.failNext(request -> request.method().equals("PATCH")
                && request.path().endsWith("/jupyternotebook-elastic/status"), 409);

        HttpResponse<String> response = calls.call("reconcileNotebook", RecordedEvent.of(NOTEBOOK_ADD));

        FunctionCalls.assertProblem(response, 503);
        assertThat(response.headers().firstValue("Retry-After")).isPresent();
        assertThat(notebook("jupyternotebook-elastic").getStatus()).isNull();
        calls.call("reconcileNotebook", RecordedEvent.of(NOTEBOOK_ADD));
        assertThat(notebook("jupyternotebook-elastic").getStatus()).isNotNull();
    }

    @Test
    void aNamespaceThatIsBeingDeletedIsNoFault() throws Exception {
        client.resource(new NamespaceBuilder().withNewMetadata().withName("ending").endMetadata().build()).create();
        ConfigMap last = client.resource(new ConfigMapBuilder().withNewMetadata().withName("last")
                .withNamespace("ending").addToFinalizers("test/wait").endMetadata().build()).create();
        apply("""
                apiVersion: kubeflow.tkestack.io/v1alpha1
                kind: JupyterNotebook
                metadata: {name: ada, namespace: ending}
                """);
        String event = Serialization.asJson(client.resources(JupyterNotebook.class).inNamespace("ending")
                .withName("ada").get());
        // The deletion starts after the notebook was read.
        api.failNext(request -> {
            if (request.method().equals("PATCH") && request.path().contains("/namespaces/ending/")) {
                client.namespaces().withName("ending").delete();
            }
            return false;
        }, 500);

        JsonNode report = FunctionCalls.report(
                calls.post("reconcileNotebook", "dev.knative.apiserver.resource.add", event));

        assertThat(report.path("outcome").asText()).isEqualTo("gone");
        client.resource(last).patch(MERGE, "{\"metadata\":{\"finalizers\":null}}");
    }

    @Test
    void aMissingRightToReadIsNotRetried() throws Exception {
        applyObjectOf(NOTEBOOK_ADD);
        api.failNext(request -> request.path().endsWith("/jupyternotebooks/jupyternotebook-elastic"), 403);

        HttpResponse<String> response = calls.call("reconcileNotebook", RecordedEvent.of(NOTEBOOK_ADD));

        FunctionCalls.assertProblem(response, 422);
        assertThat(response.headers().firstValue("Retry-After")).isEmpty();
    }

    private void apply(String yaml) {
        client.resource(yaml).create();
    }

    private JupyterKernel kernel(String name) {
        return client.resources(JupyterKernel.class).inNamespace("default").withName(name).get();
    }
}
