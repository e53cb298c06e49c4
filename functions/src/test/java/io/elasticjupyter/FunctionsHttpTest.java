package io.elasticjupyter;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.cloudevents.CloudEvent;
import io.cloudevents.http.HttpMessageFactory;
import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.api.v1alpha1.JupyterNotebook;
import io.elasticjupyter.embedded.EmbeddedApi;
import io.elasticjupyter.embedded.Request;
import io.elasticjupyter.event.RecordedEvent;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;

/** The functions as their callers see them: over HTTP, with the events that Knative's adapters really send. */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
@Import(ApiForTests.class)
class FunctionsHttpTest {

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);

    private static final String NOTEBOOK_ADD = "resource/03-jupyternotebook-add.http";
    private static final String GATEWAY_ADD = "resource/02-jupytergateway-add.http";

    private static final Map<String, Set<String>> TAKEN = Map.of(
            "reconcileNotebook", Set.of("JupyterNotebook", "Deployment"),
            "reconcileGateway", Set.of("JupyterGateway", "Deployment", "JupyterKernelSpec"),
            "reconcileKernelSpec", Set.of("JupyterKernelSpec"),
            "reconcileKernel", Set.of("JupyterKernel", "Pod", "JupyterKernelTemplate"));

    @LocalServerPort
    private int port;

    @Autowired
    private EmbeddedApi api;

    @Autowired
    private KubernetesClient client;

    @BeforeEach
    void emptyTheNamespace() {
        for (var type : List.of(JupyterNotebook.class, JupyterGateway.class, Deployment.class, Service.class,
                Secret.class, RoleBinding.class, Event.class)) {
            client.resources(type).inNamespace("default").delete();
        }
    }

    static Stream<RecordedEvent> recorded() {
        return Stream.of("resource", "reference", "ping").map(RecordedEvent::allOf).flatMap(List::stream);
    }

    @ParameterizedTest
    @MethodSource("recorded")
    void everyRecordedEventHasItsAnswer(RecordedEvent recorded) throws Exception {
        String kind = recorded.headers().getOrDefault("Ce-Kind", "none");

        for (var function : TAKEN.entrySet()) {
            assertThat(call(function.getKey(), recorded).statusCode()).as(function.getKey())
                    .isEqualTo(function.getValue().contains(kind) ? 200 : 400);
        }
    }

    @ParameterizedTest
    @MethodSource("recorded")
    void anEventAboutSomethingThatIsGoneChangesNothing(RecordedEvent recorded) throws Exception {
        api.clearRequests();
        for (String function : TAKEN.keySet()) {
            call(function, recorded);
        }

        assertThat(api.requests()).noneMatch(Request::changed);
    }

    @Test
    void aNotebookGetsItsChildrenAndAStatus() throws Exception {
        applyObjectOf(NOTEBOOK_ADD);

        JsonNode report = report(call("reconcileNotebook", RecordedEvent.of(NOTEBOOK_ADD)));

        assertThat(report.path("outcome").asText()).isEqualTo("created");
        assertThat(report.path("children").findValuesAsText("kind")).containsExactly("Secret", "Service", "Deployment");
        assertThat(client.resources(Deployment.class).inNamespace("default").withName("jupyternotebook-elastic").get()
                .getMetadata().getOwnerReferences())
                .singleElement().satisfies(owner -> assertThat(owner.getKind()).isEqualTo("JupyterNotebook"));
        JupyterNotebook notebook = notebook("jupyternotebook-elastic");
        assertThat(notebook.getStatus().observedGeneration()).isEqualTo(notebook.getMetadata().getGeneration());
        assertThat(notebook.getStatus().conditions()).singleElement().satisfies(ready -> {
            assertThat(ready.getType()).isEqualTo("Ready");
            assertThat(ready.getStatus()).isEqualTo("False");
            assertThat(ready.getReason()).isEqualTo("PodsNotReady");
        });
    }

    @Test
    void aGatewayGetsItsChildrenAndAStatus() throws Exception {
        applyObjectOf(GATEWAY_ADD);

        JsonNode report = report(call("reconcileGateway", RecordedEvent.of(GATEWAY_ADD)));

        assertThat(report.path("children").findValuesAsText("kind")).containsExactly("ServiceAccount", "RoleBinding",
                "Service", "Deployment");
        assertThat(client.resources(JupyterGateway.class).inNamespace("default").withName("jupytergateway-elastic")
                .get().getStatus().url())
                .isEqualTo("http://jupytergateway-elastic.default.svc:8888");
    }

    @Test
    void aSecondRunReadsAndAppliesEachChildOnceAndChangesNothing() throws Exception {
        applyObjectOf(NOTEBOOK_ADD);
        call("reconcileNotebook", RecordedEvent.of(NOTEBOOK_ADD));
        api.clearRequests();

        JsonNode report = report(call("reconcileNotebook", RecordedEvent.of(NOTEBOOK_ADD)));

        assertThat(report.path("outcome").asText()).isEqualTo("unchanged");
        assertThat(report.path("children").findValuesAsText("change")).containsOnly("unchanged");
        assertThat(api.requests()).noneMatch(Request::changed);
        assertThat(api.requests()).extracting(Request::method).containsExactly("GET", "GET", "GET", "GET", "PATCH",
                "PATCH", "PATCH");
    }

    @Test
    void theStatusFollowsTheDeployment() throws Exception {
        applyObjectOf(NOTEBOOK_ADD);
        call("reconcileNotebook", RecordedEvent.of(NOTEBOOK_ADD));
        client.apps().deployments().inNamespace("default").withName("jupyternotebook-elastic")
                .editStatus(d -> new DeploymentBuilder(d).editOrNewStatus().withReadyReplicas(1).withReplicas(1)
                        .endStatus().build());

        report(post("reconcileNotebook", "dev.knative.apiserver.ref.update",
                reference("Deployment", "apps/v1", "jupyternotebook-elastic")));

        assertThat(notebook("jupyternotebook-elastic").getStatus().readyReplicas()).isEqualTo(1);
        assertThat(notebook("jupyternotebook-elastic").getStatus().conditions().getFirst().getStatus())
                .isEqualTo("True");
        assertThat(eventsOf("jupyternotebook-elastic")).extracting(Event::getReason)
                .containsExactlyInAnyOrder("PodsNotReady", "Ready");
    }

    @Test
    void aChangeOfTheSpecChangesTheDeployment() throws Exception {
        applyObjectOf(GATEWAY_ADD);
        call("reconcileGateway", RecordedEvent.of(GATEWAY_ADD));
        client.resources(JupyterGateway.class).inNamespace("default").withName("jupytergateway-elastic")
                .patch(MERGE, "{\"spec\":{\"image\":\"other\"}}");

        JsonNode report = report(call("reconcileGateway", RecordedEvent.of(GATEWAY_ADD)));

        assertThat(report.path("outcome").asText()).isEqualTo("updated");
        assertThat(deployment("jupytergateway-elastic").getSpec().getTemplate().getSpec().getContainers().getFirst()
                .getImage()).isEqualTo("other");
    }

    @Test
    void anotherClusterRoleReplacesTheRoleBinding() throws Exception {
        applyObjectOf(GATEWAY_ADD);
        call("reconcileGateway", RecordedEvent.of(GATEWAY_ADD));
        client.resources(JupyterGateway.class).inNamespace("default").withName("jupytergateway-elastic")
                .patch(MERGE, "{\"spec\":{\"clusterRole\":\"other\"}}");

        JsonNode report = report(call("reconcileGateway", RecordedEvent.of(GATEWAY_ADD)));

        assertThat(report.path("children").findValuesAsText("change")).contains("replaced");
        assertThat(client.rbac().roleBindings().inNamespace("default").withName("jupytergateway-elastic").get()
                .getRoleRef().getName()).isEqualTo("other");
    }

    @Test
    void whatOthersOwnSurvives() throws Exception {
        applyObjectOf(NOTEBOOK_ADD);
        call("reconcileNotebook", RecordedEvent.of(NOTEBOOK_ADD));
        client.apps().deployments().inNamespace("default").withName("jupyternotebook-elastic")
                .patch("""
                {"spec": {"replicas": 3, "template": {"metadata": {"annotations": {"kubectl.kubernetes.io/restartedAt": "now"}}}}}""");

        call("reconcileNotebook", RecordedEvent.of(NOTEBOOK_ADD));

        assertThat(deployment("jupyternotebook-elastic").getSpec().getReplicas()).isEqualTo(3);
        assertThat(deployment("jupyternotebook-elastic").getSpec().getTemplate().getMetadata().getAnnotations())
                .containsKey("kubectl.kubernetes.io/restartedAt");
    }

    @Test
    void whatSomebodyChangedBehindItsBackIsMendedAgain() throws Exception {
        applyObjectOf(NOTEBOOK_ADD);
        call("reconcileNotebook", RecordedEvent.of(NOTEBOOK_ADD));
        client.services().inNamespace("default").withName("jupyternotebook-elastic").patch("""
                {"spec": {"selector": {"app.kubernetes.io/instance": "wrong"}}}""");

        assertThat(report(call("reconcileNotebook", RecordedEvent.of(NOTEBOOK_ADD))).path("outcome").asText())
                .isEqualTo("updated");
        assertThat(client.services().inNamespace("default").withName("jupyternotebook-elastic").get().getSpec()
                .getSelector())
                .containsEntry("app.kubernetes.io/instance", "jupyternotebook-elastic");
    }

    @Test
    void aResourceThatIsGoingIsLeftAlone() throws Exception {
        applyObjectOf(NOTEBOOK_ADD);
        client.resources(JupyterNotebook.class).inNamespace("default").withName("jupyternotebook-elastic")
                .patch(MERGE, "{\"metadata\":{\"finalizers\":[\"test/wait\"]}}");
        client.resources(JupyterNotebook.class).inNamespace("default").withName("jupyternotebook-elastic").delete();

        assertThat(report(call("reconcileNotebook", RecordedEvent.of(NOTEBOOK_ADD))).path("outcome").asText())
                .isEqualTo("gone");
        assertThat(deployment("jupyternotebook-elastic")).isNull();
        client.resources(JupyterNotebook.class).inNamespace("default").withName("jupyternotebook-elastic")
                .patch(MERGE, "{\"metadata\":{\"finalizers\":null}}");
    }

    @Test
    void aSpecThatCannotWorkIsSaidOnTheResource() throws Exception {
        apply("""
                apiVersion: kubeflow.tkestack.io/v1alpha1
                kind: JupyterNotebook
                metadata: {name: bad, namespace: default}
                spec: {template: {spec: {containers: [{name: notebook}, {name: sidecar}]}}}
                """);

        JsonNode report = report(post("reconcileNotebook", "dev.knative.apiserver.ref.add",
                reference("JupyterNotebook", "kubeflow.tkestack.io/v1alpha1", "bad")));

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
    void somebodyElsesServiceIsNotTouched() throws Exception {
        client.resource(new ServiceBuilder().withNewMetadata().withName("taken").withNamespace("default").endMetadata()
                .withNewSpec().addNewPort().withPort(80).endPort().endSpec().build()).create();
        apply("""
                apiVersion: kubeflow.tkestack.io/v1alpha1
                kind: JupyterNotebook
                metadata: {name: taken, namespace: default}
                """);

        JsonNode report = report(post("reconcileNotebook", "dev.knative.apiserver.ref.add",
                reference("JupyterNotebook", "kubeflow.tkestack.io/v1alpha1", "taken")));

        assertThat(report.path("reason").asText()).isEqualTo("NameTaken");
        assertThat(report.path("message").asText()).contains("Service 'taken' exists and belongs to somebody else");
        assertThat(client.services().inNamespace("default").withName("taken").get().getSpec().getPorts().getFirst()
                .getPort()).isEqualTo(80);
        assertThat(client.secrets().inNamespace("default").withName("taken-auth").get()).isNull();
    }

    @Test
    void manyDeliveriesAtOnceConverge() throws Exception {
        applyObjectOf(NOTEBOOK_ADD);
        List<Callable<HttpResponse<String>>> deliveries = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            deliveries.add(() -> call("reconcileNotebook", RecordedEvent.of(NOTEBOOK_ADD)));
        }
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<HttpResponse<String>> answer : threads.invokeAll(deliveries)) {
                assertThat(answer.get().statusCode()).isIn(200, 503);
            }
        }

        // A Broker sends again what was answered with 503.
        call("reconcileNotebook", RecordedEvent.of(NOTEBOOK_ADD));
        api.clearRequests();
        assertThat(report(call("reconcileNotebook", RecordedEvent.of(NOTEBOOK_ADD))).path("outcome").asText())
                .isEqualTo("unchanged");
        assertThat(api.requests()).noneMatch(Request::changed);
    }

    @Test
    void theAnswerIsAnEventWithNothingOfTheRequest() throws Exception {
        applyObjectOf(NOTEBOOK_ADD);
        HttpRequest request = HttpRequest
                .newBuilder(RecordedEvent.of(NOTEBOOK_ADD).to(function("reconcileNotebook")), (name, value) -> true)
                .header("ce-mine", "x").header("X-Mine", "y").build();

        HttpResponse<String> response = HTTP.send(request, BodyHandlers.ofString());

        CloudEvent answer = event(response);
        assertThat(answer.getType()).isEqualTo("io.elasticjupyter.reconciled");
        assertThat(answer.getExtensionNames()).containsExactlyInAnyOrder("kind", "namespace", "name", "outcome");
        assertThat(answer.getId()).isNotEqualTo(request.headers().firstValue("Ce-Id").orElseThrow());
        assertThat(response.headers().map().keySet()).noneMatch(
                name -> Set.of("x-mine", "ce-mine", "user-agent", "kn-namespace").contains(name.toLowerCase()));
    }

    @Test
    void structuredModeWorksToo() throws Exception {
        applyObjectOf(GATEWAY_ADD);
        ObjectNode event = Serialization.unmarshal(
                """
                {"specversion": "1.0", "id": "1", "source": "/test", "type": "dev.knative.apiserver.ref.add", "datacontenttype": "application/json"}""",
                ObjectNode.class);
        event.set("data",
                Serialization.unmarshal(
                        reference("JupyterGateway", "kubeflow.tkestack.io/v1alpha1", "jupytergateway-elastic"),
                        JsonNode.class));

        HttpResponse<String> response = HTTP.send(HttpRequest.newBuilder(function("reconcileGateway"))
                .header("Content-Type", "application/cloudevents+json; charset=utf-8")
                .POST(BodyPublishers.ofString(event.toString())).build(), BodyHandlers.ofString());

        assertThat(report(response).path("outcome").asText()).isEqualTo("created");
    }

    static Stream<HttpRequest.Builder> notEvents() {
        return Stream.of(
                HttpRequest.newBuilder().POST(BodyPublishers.noBody()),
                HttpRequest.newBuilder().POST(BodyPublishers.ofString("hello")).header("Content-Type", "text/plain"),
                HttpRequest.newBuilder().POST(BodyPublishers.ofString("{")).header("Content-Type",
                        "application/cloudevents+json"),
                HttpRequest.newBuilder().POST(BodyPublishers.ofString("{\"specversion\":\"9\"}")).header("Content-Type",
                        "application/cloudevents+json"),
                HttpRequest.newBuilder().POST(BodyPublishers.ofString("[]")).header("Content-Type",
                        "application/cloudevents-batch+json"),
                HttpRequest.newBuilder().POST(BodyPublishers.ofString("{}")).header("ce-specversion", "1.0"),
                HttpRequest.newBuilder().POST(BodyPublishers.ofString("{}")).header("ce-specversion", "1.0")
                        .header("ce-id", "1")
                        .header("ce-source", "/x").header("ce-type", "dev.knative.apiserver.ref.add")
                        .header("ce-time", "yesterday"));
    }

    @ParameterizedTest
    @MethodSource("notEvents")
    void whatIsNoEventIsAProblemThatSaysWhy(HttpRequest.Builder request) throws Exception {
        HttpResponse<String> response = HTTP.send(request.uri(function("reconcileNotebook")).build(),
                BodyHandlers.ofString());

        assertProblem(response, 400);
        assertThat(response.body()).contains("detail").doesNotContain("\tat ", "Exception");
    }

    @Test
    void otherRequestsAreProblemsToo() throws Exception {
        assertProblem(HTTP.send(HttpRequest.newBuilder(function("nope")).POST(BodyPublishers.ofString("{}")).build(),
                BodyHandlers.ofString()), 404);
        assertProblem(HTTP.send(
                HttpRequest.newBuilder(function("functionRouter")).POST(BodyPublishers.ofString("{}")).build(),
                BodyHandlers.ofString()), 404);
        assertProblem(HTTP.send(HttpRequest.newBuilder(function("a/b")).POST(BodyPublishers.ofString("{}")).build(),
                BodyHandlers.ofString()), 404);
        assertProblem(
                HTTP.send(HttpRequest.newBuilder(function("reconcileNotebook")).GET().build(), BodyHandlers.ofString()),
                405);
    }

    @Test
    void aBodyOverThreeMegabytesIsTooLarge() throws Exception {
        byte[] large = new byte[3 * 1024 * 1024 + 1];
        var known = HttpRequest.newBuilder(function("reconcileNotebook")).POST(BodyPublishers.ofByteArray(large))
                .build();
        var chunked = HttpRequest.newBuilder(function("reconcileNotebook"))
                .POST(BodyPublishers.ofInputStream(() -> new java.io.ByteArrayInputStream(large))).build();

        assertProblem(HTTP.send(known, BodyHandlers.ofString()), 413);
        assertProblem(HTTP.send(chunked, BodyHandlers.ofString()), 413);
    }

    @Test
    void whatARetryMayCureAsksForOne() throws Exception {
        applyObjectOf(NOTEBOOK_ADD);
        for (int status : new int[]{409, 429, 500, 503}) {
            api.failNext(request -> request.method().equals("PATCH"), status);

            HttpResponse<String> response = call("reconcileNotebook", RecordedEvent.of(NOTEBOOK_ADD));

            assertProblem(response, 503);
            assertThat(response.headers().firstValue("Retry-After")).isPresent();
        }
        assertThat(call("reconcileNotebook", RecordedEvent.of(NOTEBOOK_ADD)).statusCode()).isEqualTo(200);
    }

    @Test
    void theProbesAnswer() throws Exception {
        for (String probe : List.of("liveness", "readiness")) {
            assertThat(HTTP
                    .send(HttpRequest.newBuilder(function("actuator/health/" + probe)).build(), BodyHandlers.ofString())
                    .statusCode()).isEqualTo(200);
        }
    }

    private static void assertProblem(HttpResponse<String> response, int status) {
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(Serialization.unmarshal(response.body(), JsonNode.class).path("detail").asText()).isNotEmpty();
    }

    private HttpResponse<String> call(String function, RecordedEvent event) throws IOException, InterruptedException {
        return HTTP.send(event.to(function(function)), BodyHandlers.ofString());
    }

    private HttpResponse<String> post(String function, String type, String data)
            throws IOException, InterruptedException {
        return HTTP.send(HttpRequest.newBuilder(function(function)).header("ce-specversion", "1.0").header("ce-id", "1")
                .header("ce-source", "/test")
                .header("ce-type", type).header("Content-Type", "application/json").POST(BodyPublishers.ofString(data))
                .build(), BodyHandlers.ofString());
    }

    private static String reference(String kind, String apiVersion, String name) {
        return Serialization
                .asJson(Map.of("kind", kind, "apiVersion", apiVersion, "namespace", "default", "name", name));
    }

    private URI function(String name) {
        return URI.create("http://localhost:" + port + "/" + name);
    }

    private static CloudEvent event(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return HttpMessageFactory.createReaderFromMultimap(response.headers().map(),
                response.body().getBytes(java.nio.charset.StandardCharsets.UTF_8)).toEvent();
    }

    private static JsonNode report(HttpResponse<String> response) {
        return Serialization.unmarshal(
                new String(event(response).getData().toBytes(), java.nio.charset.StandardCharsets.UTF_8),
                JsonNode.class);
    }

    private void applyObjectOf(String file) {
        GenericKubernetesResource object = Serialization.unmarshal(RecordedEvent.of(file).body(),
                GenericKubernetesResource.class);
        object.getMetadata().setUid(null);
        object.getMetadata().setResourceVersion(null);
        object.getMetadata().setManagedFields(null);
        client.resource(object).create();
    }

    private void apply(String yaml) {
        client.resource(yaml).create();
    }

    private JupyterNotebook notebook(String name) {
        return client.resources(JupyterNotebook.class).inNamespace("default").withName(name).get();
    }

    private Deployment deployment(String name) {
        return client.apps().deployments().inNamespace("default").withName(name).get();
    }

    private List<Event> eventsOf(String name) {
        return client.v1().events().inNamespace("default").withField("involvedObject.name", name).list().getItems();
    }
}
