package io.elasticjupyter.application;

import static io.elasticjupyter.application.FunctionCalls.assertProblem;
import static io.elasticjupyter.application.FunctionCalls.event;
import static org.assertj.core.api.Assertions.assertThat;

import io.cloudevents.CloudEvent;
import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.api.v1alpha1.JupyterGatewaySpec;
import io.elasticjupyter.api.v1alpha1.JupyterKernel;
import io.elasticjupyter.api.v1alpha1.JupyterNotebook;
import io.elasticjupyter.event.EventKey;
import io.elasticjupyter.event.ResourceId;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.test.context.TestPropertySource;

/** The functions of an installation that has a key. */
@TestPropertySource(properties = "elastic-jupyter.event-key=" + AuthenticatedEventsTest.KEY)
class AuthenticatedEventsTest extends FunctionsTest {

    static final String KEY = "00112233445566778899aabbccddeeff";

    private static final String PING = "dev.knative.sources.ping";
    private static final String UPDATE = "dev.knative.apiserver.resource.update";

    private static final String GATEWAY = EventKey.of(KEY)
            .derivedFor(ResourceId.of(JupyterGateway.class, "default", "g")).orElseThrow();

    private static final String NOTEBOOK = """
            {"apiVersion": "kubeflow.tkestack.io/v1alpha1", "kind": "JupyterNotebook", "metadata": {"namespace": "default", "name": "ada"}}""";

    @BeforeEach
    void aNotebookAndAGateway() {
        client.resources(JupyterNotebook.class).inNamespace("default").delete();
        client.resources(JupyterGateway.class).inNamespace("default").delete();
        Map.of("JupyterNotebook", "ada", "JupyterGateway", "g").forEach((kind, name) -> client.resource("""
                apiVersion: kubeflow.tkestack.io/v1alpha1
                kind: %s
                metadata: {name: %s, namespace: default}
                """.formatted(kind, name)).create());
        api.clearRequests();
    }

    /** Each is accepted with the key. */
    static Stream<HttpRequest.Builder> events() {
        return Stream.of(
                post("reconcileNotebook", UPDATE, NOTEBOOK),
                post("resync", PING, "{}"),
                post("resync", UPDATE,
                        """
                        {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"namespace": "elastic-jupyter", "name": "d"}}"""),
                post("cullKernels", PING, "{}"),
                post("reclaimKernels", PING, "{}"),
                post("reclaimKernels", PING, "{\"namespace\": \"default\", \"pod\": \"training\"}"),
                post("cullKernels", PING, "{\"dryRun\": true}"),
                post("cullKernels", PING, "{\"namespace\": \"default\", \"gateway\": \"g\", \"dryRun\": true}"),
                post("cullKernels", PING, "{\"namespace\": \"default\", \"gateway\": \"g\"}"),
                post("cullKernels", "io.elasticjupyter.reconciled", "{}").header("ce-kind", "JupyterGateway")
                        .header("ce-namespace", "default").header("ce-name", "g"),
                post("deadLetter", UPDATE, NOTEBOOK).header("ce-knativeerrordest", "http://x/reconcileNotebook"));
    }

    @ParameterizedTest
    @MethodSource("events")
    void anEventNeedsTheKey(HttpRequest.Builder event) throws Exception {
        assertRefused(send(event));
        assertRefused(send(event.setHeader("ce-eventkey", "00112233445566778899aabbccddeef0")));
        assertRefused(send(event.setHeader("ce-eventkey", "")));
        assertThat(api.requests()).isEmpty();

        assertThat(send(event.setHeader("ce-eventkey", KEY)).statusCode()).isEqualTo(200);
    }

    @Test
    void theDerivedKeyOfAGatewayCullsItsKernels() throws Exception {
        assertThat(send(post("cullKernels", PING, "{\"namespace\": \"default\", \"gateway\": \"g\"}")
                .header("ce-eventkey", GATEWAY)).statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "cullKernels       | dev.knative.sources.ping              | {}",
            "cullKernels       | dev.knative.sources.ping              | {\"namespace\": \"default\"}",
            "cullKernels       | dev.knative.sources.ping              | {\"namespace\": \"default\", \"gateway\": \"h\"}",
            "cullKernels       | dev.knative.sources.ping              | {\"namespace\": \"team\", \"gateway\": \"g\"}",
            "cullKernels       | dev.knative.sources.ping              | {\"namespace\": \"default\", \"gateway\": \"g\", \"dryRun\": true}",
            "resync            | dev.knative.sources.ping              | {\"namespace\": \"default\", \"kind\": \"JupyterGateway\", \"name\": \"g\"}",
            "reconcileNotebook | dev.knative.apiserver.resource.update | " + NOTEBOOK})
    void theDerivedKeyOfAGatewayIsGoodForNothingElse(String function, String type, String data) throws Exception {
        assertRefused(send(post(function, type, data).header("ce-eventkey", GATEWAY)));
        assertThat(api.requests()).isEmpty();
    }

    @Test
    void inStructuredModeTheKeyIsAnAttributeOfTheBody() throws Exception {
        String event = """
                {"specversion": "1.0", "id": "1", "source": "/test", "type": "%s"%s, "datacontenttype": "application/json", "data": %s}""";

        assertThat(structured(event.formatted(UPDATE, ", \"eventkey\": \"" + KEY + "\"", NOTEBOOK)).statusCode())
                .isEqualTo(200);
        assertRefused(structured(event.formatted(UPDATE, "", NOTEBOOK)));
        assertRefused(structured(event.formatted(UPDATE, ", \"eventkey\": 1", NOTEBOOK)));
    }

    @Test
    void aRequestThatIsNotAnEventIsRefusedLikeOneWithoutTheKey() throws Exception {
        assertRefused(calls.send(
                HttpRequest.newBuilder(calls.function("resync")).POST(BodyPublishers.ofString("{}")).build()));
    }

    /** The reply goes to the Broker, and its Trigger sends it to the cull function. */
    @Test
    void theReplyHasTheDerivedKeyOfItsResourceAndNotTheKeyOfTheInstallation() throws Exception {
        HttpResponse<String> reply = send(post("reconcileGateway", UPDATE, NOTEBOOK.replace("JupyterNotebook",
                "JupyterGateway").replace("\"ada\"", "\"g\"")).header("ce-eventkey", KEY));

        assertThat(event(reply).getExtension("eventkey")).isEqualTo(GATEWAY);
        assertThat(reply.headers().map().toString() + reply.body()).doesNotContain(KEY);
    }

    /** Its gateway has maxKernels of them. The Trigger of the culler filters by the reason. */
    @Test
    void theResultOfAKernelWithoutAPlaceIsAnEventThatTheCullerAccepts() throws Exception {
        client.resources(JupyterKernel.class).inNamespace("default").delete();
        String gateway = client.resources(JupyterGateway.class).inNamespace("default").withName("g").edit(it -> {
            it.setSpec(Serialization.unmarshal("{\"maxKernels\": 1}", JupyterGatewaySpec.class));
            return it;
        }).getMetadata().getUid();
        HttpResponse<String> reply = null;
        for (String name : List.of("one", "two")) {
            client.resource("""
                    apiVersion: kubeflow.tkestack.io/v1alpha1
                    kind: JupyterKernel
                    metadata:
                      name: %s
                      namespace: default
                      labels: {kernel_id: %s}
                      ownerReferences: [{apiVersion: kubeflow.tkestack.io/v1alpha1, kind: JupyterGateway, name: g, uid: %s, controller: true}]
                    spec: {template: {spec: {containers: [{name: kernel, image: kernel}]}}}
                    """.formatted(name, name, gateway)).create();
            reply = send(post("reconcileKernel", UPDATE, NOTEBOOK.replace("JupyterNotebook", "JupyterKernel")
                    .replace("\"ada\"", "\"" + name + "\"")).header("ce-eventkey", KEY));
        }

        CloudEvent result = event(reply);
        assertThat(result.getExtension("reason")).isEqualTo("GatewayFull");
        assertThat(reply.headers().map().toString() + reply.body()).doesNotContain(KEY);
        assertThat(send(post("cullKernels", result.getType(), reply.body()).header("ce-kind", "JupyterKernel")
                .header("ce-apiversion", "kubeflow.tkestack.io/v1alpha1").header("ce-namespace", "default")
                .header("ce-name", "two").header("ce-eventkey", result.getExtension("eventkey").toString()))
                .statusCode()).as("the key is accepted; there are no PingSources here").isEqualTo(503);
        assertRefused(send(post("cullKernels", PING, "{}")
                .header("ce-eventkey", result.getExtension("eventkey").toString())));
    }

    @ParameterizedTest
    @ValueSource(strings = {"actuator/health/readiness", "actuator/health/liveness", "actuator/prometheus"})
    void probesAndMetricsNeedNoKey(String path) throws Exception {
        assertThat(calls.send(HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/" + path)).build())
                .statusCode()).isEqualTo(200);
    }

    private void assertRefused(HttpResponse<String> response) {
        assertProblem(response, 401);
        assertThat(response.headers().firstValue("WWW-Authenticate")).isPresent();
        assertThat(response.body()).contains("Secret 'event-key'").doesNotContain(KEY);
    }

    private static HttpRequest.Builder post(String function, String type, String data) {
        return HttpRequest.newBuilder(URI.create("http://localhost/" + function)).header("ce-specversion", "1.0")
                .header("ce-id", "1").header("ce-source", "/test").header("ce-type", type)
                .header("Content-Type", "application/json").POST(BodyPublishers.ofString(data));
    }

    private HttpResponse<String> send(HttpRequest.Builder event) throws Exception {
        String function = event.build().uri().getPath().substring(1);
        return calls.send(event.copy().uri(calls.function(function)).build());
    }

    private HttpResponse<String> structured(String event) throws Exception {
        return calls.send(HttpRequest.newBuilder(calls.function("reconcileNotebook"))
                .header("Content-Type", "application/cloudevents+json").POST(BodyPublishers.ofString(event)).build());
    }
}
