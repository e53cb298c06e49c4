package io.elasticjupyter.application;

import static io.elasticjupyter.application.FunctionCalls.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The responses to invalid requests, and to events in structured mode. */
class FunctionRequestsTest extends FunctionsTest {

    @BeforeEach
    void aGateway() {
        client.resources(JupyterGateway.class).inNamespace("default").delete();
        client.resource("""
                apiVersion: kubeflow.tkestack.io/v1alpha1
                kind: JupyterGateway
                metadata: {name: g, namespace: default}
                """).create();
    }

    @Test
    void structuredModeIsAccepted() throws Exception {
        ObjectNode event = Serialization.unmarshal(
                """
                {"specversion": "1.0", "id": "1", "source": "/test", "type": "dev.knative.apiserver.ref.add", "datacontenttype": "application/json",
                 "data": {"apiVersion": "kubeflow.tkestack.io/v1alpha1", "kind": "JupyterGateway", "namespace": "default", "name": "g"}}""",
                ObjectNode.class);

        HttpResponse<String> response = calls.send(HttpRequest.newBuilder(calls.function("reconcileGateway"))
                .header("Content-Type", "application/cloudevents+json; charset=utf-8")
                .POST(BodyPublishers.ofString(event.toString())).build());

        assertThat(FunctionCalls.report(response).path("outcome").asText()).isEqualTo("created");
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
    void aRequestThatIsNotAnEventIsRejectedWithTheReason(HttpRequest.Builder request) throws Exception {
        HttpResponse<String> response = calls.send(request.uri(calls.function("reconcileNotebook")).build());

        assertProblem(response, 400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"functionRouter", "kubernetesClient", "clock", "reconcileNotebook,resync"})
    void onlyAFunctionsNameCanBeCalled(String path) throws Exception {
        HttpResponse<String> response = calls.post(path, "dev.knative.apiserver.ref.add", "{}");

        assertProblem(response, 404);
        assertThat(response.body()).contains("There are: cullKernels, deadLetter, kernelSessions, reclaimKernels,");
    }

    /** Spring Cloud Function would look up the first part of a path that it knows. */
    @ParameterizedTest
    @ValueSource(strings = {"resync/../reconcileGateway", "kubernetesClient/../reconcileGateway", "./reconcileGateway",
            "/reconcileGateway", "reconcileGateway/", "reconcileGateway;x=1", "reconcile%47ateway",
            "functionRouter/../actuator/health", "a,b/../reconcileGateway",
            "reconcileNotebook%7Cresync"})
    void aPathIsTakenAsItIsOrNotAtAll(String path) throws Exception {
        assertProblem(calls.post(path, "dev.knative.sources.ping", "{}"), 404);
    }

    @Test
    void aHeadRequestCallsNoFunction() throws Exception {
        assertThat(calls.send(HttpRequest.newBuilder(calls.function("reconcileGateway"))
                .method("HEAD", BodyPublishers.noBody()).build()).statusCode()).isEqualTo(405);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"dryRun\": true, \"dryRun\": false}", "{\"gateway\": \"g\"} {\"dryRun\": true}",
            "{\"gateway\": null}"})
    void dataThatCanBeReadInTwoWaysIsRefused(String data) throws Exception {
        assertProblem(calls.post("cullKernels", "dev.knative.sources.ping", data), 400);
    }

    @Test
    void anEventWhoseDataIsAListIsASingleEvent() throws Exception {
        HttpResponse<String> response = calls.post("reconcileGateway", "dev.knative.apiserver.ref.add",
                "[{\"kind\": \"JupyterGateway\"}, {\"kind\": \"JupyterGateway\"}]");

        assertProblem(response, 400);
        assertThat(response.body()).contains("The event's data is not a JSON object.");
    }

    @Test
    void anInvalidContentTypeIsNamed() throws Exception {
        HttpResponse<String> response = calls.send(HttpRequest.newBuilder(calls.function("reconcileGateway"))
                .header("ce-specversion", "1.0").header("ce-id", "1").header("ce-type", "x").header("ce-source", "/x")
                .header("Content-Type", "json").POST(BodyPublishers.ofString("{}")).build());

        assertProblem(response, 400);
        assertThat(response.body()).contains("Content-Type is not a media type");
    }

    @Test
    void otherMethodsAndPathsAreRejected() throws Exception {
        assertProblem(
                calls.send(HttpRequest.newBuilder(calls.function("nope")).POST(BodyPublishers.ofString("{}")).build()),
                404);
        assertProblem(calls.send(
                HttpRequest.newBuilder(calls.function("functionRouter")).POST(BodyPublishers.ofString("{}")).build()),
                404);
        assertProblem(
                calls.send(HttpRequest.newBuilder(calls.function("a/b")).POST(BodyPublishers.ofString("{}")).build()),
                404);
        assertProblem(
                calls.send(HttpRequest.newBuilder(calls.function("reconcileNotebook")).GET().build()),
                405);
    }

    @Test
    void aBodyOverThreeMegabytesIsTooLarge() throws Exception {
        byte[] large = new byte[3 * 1024 * 1024 + 1];
        var known = HttpRequest.newBuilder(calls.function("reconcileNotebook")).POST(BodyPublishers.ofByteArray(large))
                .build();
        var chunked = HttpRequest.newBuilder(calls.function("reconcileNotebook"))
                .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(large))).build();

        assertProblem(calls.send(known), 413);
        assertProblem(calls.send(chunked), 413);
    }

    @Test
    void aTemporaryFailureAsksForARetry() throws Exception {
        for (int status : new int[]{409, 429, 500, 503}) {
            api.failNext(request -> request.method().equals("PATCH"), status);

            HttpResponse<String> response = reconcile();

            assertProblem(response, 503);
            assertThat(response.headers().firstValue("Retry-After")).isPresent();
        }
        assertThat(reconcile().statusCode()).isEqualTo(200);
    }

    @Test
    void theProbesSucceed() throws Exception {
        for (String probe : List.of("liveness", "readiness")) {
            assertThat(
                    calls.send(HttpRequest.newBuilder(calls.function("actuator/health/" + probe)).build()).statusCode())
                    .isEqualTo(200);
        }
    }

    private HttpResponse<String> reconcile() throws Exception {
        return calls.post("reconcileGateway", "dev.knative.apiserver.ref.add",
                "{\"apiVersion\": \"kubeflow.tkestack.io/v1alpha1\", \"kind\": \"JupyterGateway\", \"namespace\": \"default\", \"name\": \"g\"}");
    }

    @Test
    void theReasonContainsNoClassName() throws Exception {
        HttpResponse<String> response = calls.send(HttpRequest.newBuilder(calls.function("reconcileGateway"))
                .header("ce-specversion", "1.0").header("ce-id", "1").header("ce-type", "x")
                .POST(BodyPublishers.noBody()).build());
        assertProblem(response, 400);
        assertThat(response.body()).contains("is not a CloudEvent: Attribute 'source' cannot be null.");
    }

    @Test
    void aStructuredEventThatIsNotAnObjectIsRejected() throws Exception {
        HttpResponse<String> response = calls.send(HttpRequest.newBuilder(calls.function("reconcileGateway"))
                .header("Content-Type", "application/cloudevents+json").POST(BodyPublishers.ofString("\"x\"")).build());
        assertProblem(response, 400);
        assertThat(response.body()).contains("its JSON is not an object").doesNotContain("com.fasterxml");
    }

    @Test
    void aFormContentTypeDoesNotChangeAnEvent() throws Exception {
        HttpResponse<String> response = calls.send(HttpRequest.newBuilder(calls.function("reconcileGateway"))
                .header("ce-specversion", "1.0").header("ce-id", "1").header("ce-type", "x").header("ce-source", "/x")
                .header("Content-Type", "multipart/form-data").POST(BodyPublishers.ofString("{}")).build());
        assertProblem(response, 400);
    }
}
