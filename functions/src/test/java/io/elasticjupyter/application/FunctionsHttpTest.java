package io.elasticjupyter.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import io.cloudevents.CloudEvent;
import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.api.v1alpha1.JupyterKernel;
import io.elasticjupyter.api.v1alpha1.JupyterNotebook;
import io.elasticjupyter.event.RecordedEvent;
import io.embeddedkubernetes.Request;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The functions over HTTP, with events recorded from Knative's adapters. */
class FunctionsHttpTest extends ReconcileTest {

    private static final Map<String, Set<String>> TAKEN = Map.of(
            "reconcileNotebook",
            Set.of("JupyterNotebook", "JupyterGateway", "JupyterKernelTemplate", "Deployment",
                    "Service", "Pod"),
            "reconcileGateway", Set.of("JupyterGateway", "Deployment", "Service", "JupyterKernelSpec", "Pod"),
            "reconcileKernelSpec", Set.of("JupyterKernelSpec", "JupyterKernelTemplate"),
            "reconcileKernel", Set.of("JupyterKernel", "Pod", "JupyterKernelTemplate"));

    @ParameterizedTest
    @MethodSource("recorded")
    void everyRecordedEventHasAResult(RecordedEvent recorded) throws Exception {
        String kind = recorded.headers().getOrDefault("Ce-Kind", "none");

        for (var function : TAKEN.entrySet()) {
            assertThat(calls.call(function.getKey(), recorded).statusCode()).as(function.getKey())
                    .isEqualTo(function.getValue().contains(kind) ? 200 : 400);
        }
    }

    @ParameterizedTest
    @MethodSource("recorded")
    void anEventAboutADeletedResourceChangesNothing(RecordedEvent recorded) throws Exception {
        api.clearRequests();
        for (String function : TAKEN.keySet()) {
            calls.call(function, recorded);
        }

        assertThat(api.requests()).noneMatch(Request::changed);
    }

    @Test
    void aNotebookGetsItsChildrenAndAStatus() throws Exception {
        applyObjectOf(NOTEBOOK_ADD);

        JsonNode report = FunctionCalls.report(calls.call("reconcileNotebook", RecordedEvent.of(NOTEBOOK_ADD)));

        assertThat(report.path("outcome").asText()).isEqualTo("created");
        assertThat(report.path("children").findValuesAsText("kind")).containsExactly("Secret", "NetworkPolicy",
                "Service",
                "Deployment");
        assertThat(client.resources(Deployment.class).inNamespace("default").withName("jupyternotebook-elastic").get()
                .getMetadata().getOwnerReferences())
                .singleElement().satisfies(owner -> assertThat(owner.getKind()).isEqualTo("JupyterNotebook"));
        JupyterNotebook notebook = notebook("jupyternotebook-elastic");
        assertThat(notebook.getStatus().observedGeneration()).isEqualTo(notebook.getMetadata().getGeneration());
        assertThat(notebook.getStatus().conditions()).extracting("type", "status", "reason").containsExactly(
                tuple("Ready", "False", "PodsNotReady"), tuple("GatewayResolved", "False", "GatewayNotFound"),
                tuple("GatewayReady", "False", "GatewayNotFound"));
    }

    @Test
    void aGatewayGetsItsChildrenAndAStatus() throws Exception {
        applyObjectOf(GATEWAY_ADD);

        JsonNode report = FunctionCalls.report(calls.call("reconcileGateway", RecordedEvent.of(GATEWAY_ADD)));

        assertThat(report.path("children").findValuesAsText("kind")).containsExactly("ServiceAccount", "ConfigMap",
                "Secret", "Role", "RoleBinding", "RoleBinding", "NetworkPolicy", "NetworkPolicy", "Service",
                "Deployment");
        assertThat(client.resources(JupyterGateway.class).inNamespace("default").withName("jupytergateway-elastic")
                .get().getStatus().url())
                .isEqualTo("http://jupytergateway-elastic.default.svc:8888");
        // An empty selector, which selects all namespaces, differs from none.
        assertThat(client.resources(NetworkPolicy.class).inNamespace("default").withName("jupytergateway-elastic").get()
                .getSpec().getIngress().getFirst().getFrom().getFirst().getNamespaceSelector()).isNotNull();
        api.clearRequests();
        assertThat(FunctionCalls.report(calls.call("reconcileGateway", RecordedEvent.of(GATEWAY_ADD))).path("outcome")
                .asText()).isEqualTo("unchanged");
        assertThat(api.requests()).noneMatch(request -> request.method().equals("PATCH"));
    }

    @Test
    void aSecondRunReadsEachChildOnceAndWritesNothing() throws Exception {
        applyObjectOf(NOTEBOOK_ADD);
        calls.call("reconcileNotebook", RecordedEvent.of(NOTEBOOK_ADD));
        api.clearRequests();

        JsonNode report = FunctionCalls.report(calls.call("reconcileNotebook", RecordedEvent.of(NOTEBOOK_ADD)));

        assertThat(report.path("outcome").asText()).isEqualTo("unchanged");
        assertThat(report.path("children").findValuesAsText("change")).containsOnly("unchanged");
        // The notebook, its four children, the Ingress and the HTTPRoute that it does not have, and the gateway with its Secret.
        assertThat(api.requests()).hasSize(9).allMatch(request -> request.method().equals("GET"));
    }

    @Test
    void theStatusFollowsTheDeployment() throws Exception {
        applyObjectOf(NOTEBOOK_ADD);
        client.resources(JupyterNotebook.class).inNamespace("default").withName("jupyternotebook-elastic")
                .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"gateway\":null}}");
        calls.call("reconcileNotebook", RecordedEvent.of(NOTEBOOK_ADD));
        client.apps().deployments().inNamespace("default").withName("jupyternotebook-elastic")
                .editStatus(d -> new DeploymentBuilder(d).editOrNewStatus().withReadyReplicas(1).withReplicas(1)
                        .endStatus().build());

        calls.reconcile("reconcileNotebook", Deployment.class, "jupyternotebook-elastic");

        assertThat(notebook("jupyternotebook-elastic").getStatus().readyReplicas()).isEqualTo(1);
        assertThat(notebook("jupyternotebook-elastic").getStatus().conditions().getFirst().getStatus())
                .isEqualTo("True");
        assertThat(eventsOf("jupyternotebook-elastic")).extracting(Event::getReason)
                .containsExactly("Ready");

        client.apps().deployments().inNamespace("default").withName("jupyternotebook-elastic")
                .editStatus(d -> new DeploymentBuilder(d).editStatus().withReadyReplicas(0).endStatus().build());
        calls.reconcile("reconcileNotebook", Deployment.class, "jupyternotebook-elastic");

        assertThat(eventsOf("jupyternotebook-elastic")).extracting(Event::getReason, Event::getType)
                .containsExactlyInAnyOrder(tuple("Ready", "Normal"), tuple("PodsNotReady", "Normal"));
    }

    @Test
    void aChangeOfTheSpecChangesTheDeployment() throws Exception {
        applyObjectOf(GATEWAY_ADD);
        calls.call("reconcileGateway", RecordedEvent.of(GATEWAY_ADD));
        client.resources(JupyterGateway.class).inNamespace("default").withName("jupytergateway-elastic")
                .patch(MERGE, "{\"spec\":{\"image\":\"other\"}}");

        JsonNode report = FunctionCalls.report(calls.call("reconcileGateway", RecordedEvent.of(GATEWAY_ADD)));

        assertThat(report.path("outcome").asText()).isEqualTo("updated");
        assertThat(deployment("jupytergateway-elastic").getSpec().getTemplate().getSpec().getContainers().getFirst()
                .getImage()).isEqualTo("other");
    }

    @Test
    void anotherClusterRoleReplacesTheRoleBinding() throws Exception {
        applyObjectOf(GATEWAY_ADD);
        calls.call("reconcileGateway", RecordedEvent.of(GATEWAY_ADD));
        client.resources(JupyterGateway.class).inNamespace("default").withName("jupytergateway-elastic")
                .patch(MERGE, "{\"spec\":{\"clusterRole\":\"other\"}}");

        JsonNode report = FunctionCalls.report(calls.call("reconcileGateway", RecordedEvent.of(GATEWAY_ADD)));

        assertThat(report.path("children").findValuesAsText("change")).contains("replaced");
        assertThat(client.rbac().roleBindings().inNamespace("default").withName("jupytergateway-elastic").get()
                .getRoleRef().getName()).isEqualTo("other");
    }

    @Test
    void aRejectedClusterRoleLeavesTheOldRoleBinding() throws Exception {
        applyObjectOf(GATEWAY_ADD);
        calls.call("reconcileGateway", RecordedEvent.of(GATEWAY_ADD));
        client.resources(JupyterGateway.class).inNamespace("default").withName("jupytergateway-elastic")
                .patch(MERGE, "{\"spec\":{\"clusterRole\":\"cluster-admin\"}}");
        api.failNext(request -> request.method().equals("POST") && request.path().contains("rolebindings"), 403);

        JsonNode report = FunctionCalls.report(calls.call("reconcileGateway", RecordedEvent.of(GATEWAY_ADD)));

        assertThat(report.path("reason").asText()).isEqualTo("Forbidden");
        assertThat(client.rbac().roleBindings().inNamespace("default").withName("jupytergateway-elastic").get()
                .getRoleRef().getName())
                .isEqualTo("elastic-jupyter-gateway-pods");
    }

    @Test
    void fieldsOfOtherManagersAreKept() throws Exception {
        applyObjectOf(NOTEBOOK_ADD);
        calls.call("reconcileNotebook", RecordedEvent.of(NOTEBOOK_ADD));
        client.apps().deployments().inNamespace("default").withName("jupyternotebook-elastic")
                .patch("""
                {"spec": {"revisionHistoryLimit": 3, "template": {"metadata": {"annotations": {"kubectl.kubernetes.io/restartedAt": "now"}}}}}""");

        calls.call("reconcileNotebook", RecordedEvent.of(NOTEBOOK_ADD));

        assertThat(deployment("jupyternotebook-elastic").getSpec().getRevisionHistoryLimit()).isEqualTo(3);
        assertThat(deployment("jupyternotebook-elastic").getSpec().getTemplate().getMetadata().getAnnotations())
                .containsKey("kubectl.kubernetes.io/restartedAt");
    }

    @Test
    void aManualChangeOfAChildIsReverted() throws Exception {
        applyObjectOf(NOTEBOOK_ADD);
        calls.call("reconcileNotebook", RecordedEvent.of(NOTEBOOK_ADD));
        client.services().inNamespace("default").withName("jupyternotebook-elastic").patch("""
                {"spec": {"selector": {"app.kubernetes.io/instance": "wrong"}}}""");

        assertThat(FunctionCalls.report(calls.call("reconcileNotebook", RecordedEvent.of(NOTEBOOK_ADD))).path("outcome")
                .asText())
                .isEqualTo("updated");
        assertThat(client.services().inNamespace("default").withName("jupyternotebook-elastic").get().getSpec()
                .getSelector())
                .containsEntry("app.kubernetes.io/instance", "jupyternotebook-elastic");
    }

    @Test
    void aResourceThatIsBeingDeletedIsIgnored() throws Exception {
        applyObjectOf(NOTEBOOK_ADD);
        client.resources(JupyterNotebook.class).inNamespace("default").withName("jupyternotebook-elastic")
                .patch(MERGE, "{\"metadata\":{\"finalizers\":[\"test/wait\"]}}");
        client.resources(JupyterNotebook.class).inNamespace("default").withName("jupyternotebook-elastic").delete();

        assertThat(FunctionCalls.report(calls.call("reconcileNotebook", RecordedEvent.of(NOTEBOOK_ADD))).path("outcome")
                .asText())
                .isEqualTo("gone");
        assertThat(deployment("jupyternotebook-elastic")).isNull();
        client.resources(JupyterNotebook.class).inNamespace("default").withName("jupyternotebook-elastic")
                .patch(MERGE, "{\"metadata\":{\"finalizers\":null}}");
    }

    @Test
    void manyDeliveriesAtOnceConverge() throws Exception {
        applyObjectOf(NOTEBOOK_ADD);
        List<Callable<HttpResponse<String>>> deliveries = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            deliveries.add(() -> calls.call("reconcileNotebook", RecordedEvent.of(NOTEBOOK_ADD)));
        }
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<HttpResponse<String>> answer : threads.invokeAll(deliveries)) {
                assertThat(answer.get().statusCode()).isIn(200, 503);
            }
        }

        // A Broker retries the events that were answered with 503.
        calls.call("reconcileNotebook", RecordedEvent.of(NOTEBOOK_ADD));
        api.clearRequests();
        assertThat(FunctionCalls.report(calls.call("reconcileNotebook", RecordedEvent.of(NOTEBOOK_ADD))).path("outcome")
                .asText())
                .isEqualTo("unchanged");
        assertThat(api.requests()).noneMatch(Request::changed);
    }

    /** While the API server holds the first run, the other events wait and then share a run, except for those that arrive later. */
    @Test
    void aStormOnOneResourceSharesRuns() throws Exception {
        applyObjectOf(NOTEBOOK_ADD);
        applyObjectOf(GATEWAY_ADD);
        calls.call("reconcileNotebook", RecordedEvent.of(NOTEBOOK_ADD));
        api.clearRequests();
        CountDownLatch arrived = new CountDownLatch(1);
        CountDownLatch held = new CountDownLatch(1);
        api.failNext(request -> {
            if (request.path().endsWith("/jupyternotebooks/jupyternotebook-elastic")) {
                arrived.countDown();
                return await(held);
            }
            return false;
        }, 500);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<HttpResponse<String>>> answers = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                answers.add(threads.submit(
                        () -> calls.call("reconcileNotebook", RecordedEvent.of(NOTEBOOK_ADD))));
            }
            arrived.await();
            assertThat(calls.call("reconcileGateway", RecordedEvent.of(GATEWAY_ADD)).statusCode())
                    .as("another resource does not wait").isEqualTo(200);
            held.countDown();
            for (Future<HttpResponse<String>> answer : answers) {
                assertThat(answer.get().statusCode()).isEqualTo(200);
            }
        }

        assertThat(api.requests()).filteredOn(
                request -> request.path().endsWith("/jupyternotebooks/jupyternotebook-elastic"))
                .hasSizeLessThan(20);
    }

    @Test
    void theResponseIsAnEventWithoutHeadersOfTheRequest() throws Exception {
        applyObjectOf(NOTEBOOK_ADD);
        HttpRequest request = HttpRequest
                .newBuilder(RecordedEvent.of(NOTEBOOK_ADD).to(calls.function("reconcileNotebook")),
                        (name, value) -> true)
                .header("ce-mine", "x").header("X-Mine", "y").build();

        HttpResponse<String> response = calls.send(request);

        CloudEvent answer = FunctionCalls.event(response);
        assertThat(answer.getType()).isEqualTo("io.elasticjupyter.reconciled");
        assertThat(answer.getExtensionNames()).containsExactlyInAnyOrder("kind", "namespace", "name", "outcome",
                "reason");
        assertThat(answer.getId()).isNotEqualTo(request.headers().firstValue("Ce-Id").orElseThrow());
        assertThat(response.headers().map().keySet()).noneMatch(
                name -> Set.of("x-mine", "ce-mine", "user-agent", "kn-namespace").contains(name.toLowerCase()));
    }

    static Stream<RecordedEvent> recorded() {
        return Stream.of("resource", "reference", "ping").map(RecordedEvent::allOf).flatMap(List::stream);
    }

    private static boolean await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return false;
    }

    private Deployment deployment(String name) {
        return client.apps().deployments().inNamespace("default").withName(name).get();
    }
}
