package io.elasticjupyter.application;

import static io.elasticjupyter.application.FunctionCalls.assertProblem;
import static io.elasticjupyter.application.FunctionCalls.event;
import static io.elasticjupyter.application.FunctionCalls.report;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.api.v1alpha1.JupyterKernel;
import io.elasticjupyter.api.v1alpha1.JupyterKernelSpec;
import io.elasticjupyter.api.v1alpha1.JupyterKernelTemplate;
import io.elasticjupyter.api.v1alpha1.JupyterNotebook;
import io.embeddedkubernetes.Request;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reconciling resources without an event about them. */
class ResyncFunctionTest extends FunctionsTest {

    @BeforeEach
    void nothing() {
        client.resource(new NamespaceBuilder().withNewMetadata().withName("other").endMetadata().build())
                .serverSideApply();
        for (Class<? extends HasMetadata> type : List.of(JupyterNotebook.class, JupyterGateway.class,
                JupyterKernelSpec.class, JupyterKernelTemplate.class, JupyterKernel.class, Deployment.class,
                Pod.class)) {
            List.of("default", "other").forEach(namespace -> client.resources(type).inNamespace(namespace).delete());
        }
    }

    @Test
    void everyKindIsReconciled() throws Exception {
        create("JupyterNotebook", "ada", "default");
        create("JupyterGateway", "team", "default");
        client.resource("""
                apiVersion: kubeflow.tkestack.io/v1alpha1
                kind: JupyterKernelSpec
                metadata: {name: scipy, namespace: default}
                spec: {image: python, template: {name: small}}
                """).create();
        client.resource("""
                apiVersion: kubeflow.tkestack.io/v1alpha1
                kind: JupyterKernelTemplate
                metadata: {name: small, namespace: default}
                spec: {template: {spec: {containers: [{name: kernel, image: python}]}}}
                """).create();
        client.resource("""
                apiVersion: kubeflow.tkestack.io/v1alpha1
                kind: JupyterKernel
                metadata: {name: k, namespace: default}
                spec: {template: {spec: {containers: [{name: kernel, image: python}]}}}
                """).create();

        JsonNode report = report(resync("{}"));

        assertThat(report.path("resources").asInt()).isEqualTo(4);
        assertThat(report.path("outcomes").path("created").asInt()).isEqualTo(4);
        assertThat(client.apps().deployments().inNamespace("default").list().getItems())
                .extracting(deployment -> deployment.getMetadata().getName())
                .containsExactlyInAnyOrder("ada", "team");
        assertThat(client.pods().inNamespace("default").withName("k").get()).isNotNull();
        assertThat(
                client.resources(JupyterKernelSpec.class).inNamespace("default").withName("scipy").get().getStatus())
                .isNotNull();
    }

    @Test
    void aThousandUnchangedResourcesAreReadInPagesAndNothingIsWritten() throws Exception {
        for (int i = 0; i < 1000; i++) {
            create("JupyterNotebook", "n" + i, "default");
        }
        assertThat(report(resync("{}")).path("outcomes").path("created").asInt()).isEqualTo(1000);
        api.clearRequests();

        HttpResponse<String> second = resync("{}");

        assertThat(event(second).getExtension("outcome")).isEqualTo("unchanged");
        assertThat(report(second).path("outcomes").path("unchanged").asInt()).isEqualTo(1000);
        assertThat(report(second).path("changed")).isEmpty();
        assertThat(api.requests()).noneMatch(Request::changed);
    }

    @Test
    void aNamespaceOrAResourceCanBeSelected() throws Exception {
        create("JupyterNotebook", "ada", "default");
        create("JupyterNotebook", "bob", "default");
        create("JupyterNotebook", "eve", "other");

        assertThat(report(resync("{\"namespace\": \"default\", \"kind\": \"JupyterNotebook\", \"name\": \"ada\"}"))
                .path("changed").path(0).path("name").asText()).isEqualTo("ada");
        assertThat(report(resync("{\"namespace\": \"default\"}")).path("resources").asInt()).isEqualTo(2);
        assertThat(report(resync("{\"kind\": \"JupyterNotebook\"}")).path("resources").asInt()).isEqualTo(3);
        assertThat(report(resync("{\"kind\": \"JupyterGateway\"}")).path("resources").asInt()).isZero();
    }

    @Test
    void aKindThatCannotBeListedDoesNotKeepTheOthersFromBeingReconciled() throws Exception {
        create("JupyterNotebook", "ada", "default");
        create("JupyterGateway", "team", "default");
        for (String plural : List.of("jupyternotebooks", "jupyterkernelspecs")) {
            api.failNext(request -> request.path().endsWith("/" + plural), 410);
        }

        assertProblem(resync("{}"), 503);

        assertThat(client.apps().deployments().inNamespace("default").list().getItems())
                .extracting(deployment -> deployment.getMetadata().getName()).containsExactly("team");
    }

    @Test
    void aMissingRightToListIsNotRetried() throws Exception {
        api.failNext(request -> request.path().endsWith("/jupyternotebooks"), 403);

        HttpResponse<String> response = resync("{}");

        assertProblem(response, 422);
        assertThat(response.body()).contains("grant the functions the rights in deploy/rbac");
    }

    @Test
    void aDeletedChildIsCreatedAgain() throws Exception {
        create("JupyterNotebook", "ada", "default");
        resync("{}");
        client.apps().deployments().inNamespace("default").withName("ada").delete();

        assertThat(event(resync("{}")).getExtension("outcome")).isEqualTo("changed");

        assertThat(client.apps().deployments().inNamespace("default").withName("ada").get()).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"name\": \"ada\"}", "{\"kind\": \"Pod\"}", "{\"nmespace\": \"default\"}",
            "{\"namespace\": 1}", "[]"})
    void invalidDataIsRejected(String data) throws Exception {
        assertProblem(resync(data), 400);
    }

    @Test
    void theStartOfASourceReconcilesEverything() throws Exception {
        create("JupyterNotebook", "ada", "default");
        create("JupyterGateway", "team", "other");

        JsonNode report = report(calls.post("resync", "dev.knative.apiserver.resource.update", """
                {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {
                    "namespace": "elastic-jupyter", "name": "apiserversource-elastic-jupyter-0"}}"""));

        assertThat(report.path("outcomes").path("created").asInt()).isEqualTo(2);
    }

    @Test
    void anEventAboutAnotherResourceIsRejected() throws Exception {
        assertProblem(calls.post("resync", "dev.knative.apiserver.resource.update", """
                {"apiVersion": "v1", "kind": "Pod", "metadata": {"namespace": "default", "name": "p"}}"""), 400);
    }

    private HttpResponse<String> resync(String data) throws Exception {
        return calls.post("resync", "dev.knative.sources.ping", data);
    }

    private void create(String kind, String name, String namespace) {
        client.resource("""
                apiVersion: kubeflow.tkestack.io/v1alpha1
                kind: %s
                metadata: {name: %s, namespace: %s}
                """.formatted(kind, name, namespace)).create();
    }
}
