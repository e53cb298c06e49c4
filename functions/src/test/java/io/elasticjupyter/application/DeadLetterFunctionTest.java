package io.elasticjupyter.application;

import static io.elasticjupyter.application.FunctionCalls.assertProblem;
import static io.elasticjupyter.application.FunctionCalls.event;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.elasticjupyter.api.v1alpha1.JupyterKernel;
import io.elasticjupyter.api.v1alpha1.JupyterNotebook;
import io.elasticjupyter.api.v1alpha1.JupyterStatus;
import io.embeddedkubernetes.Request;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The record of an event that the Broker could not deliver. */
class DeadLetterFunctionTest extends FunctionsTest {

    @BeforeEach
    void aNotebook() {
        client.v1().events().inNamespace("default").delete();
        client.resources(JupyterNotebook.class).inNamespace("default").delete();
        client.resource("""
                apiVersion: kubeflow.tkestack.io/v1alpha1
                kind: JupyterNotebook
                metadata: {name: ada, namespace: default}
                """).create();
    }

    @Test
    void theResourceReportsTheFailureItsTimeAndTheCount() throws Exception {
        assertThat(outcome(giveUp(notebook()))).isEqualTo("marked");

        assertThat(delivered().getStatus()).isEqualTo("False");
        assertThat(delivered().getReason()).isEqualTo("DeliveryFailed");
        assertThat(delivered().getMessage()).matches("The function reconcileNotebook did not handle an event about "
                + "this resource: it answered 503\\. Its log has the details\\. "
                + "Delivery was given up at \\S+Z; failed deliveries of this resource so far: 1\\.");
        assertThat(status().failedDeliveries().count()).isEqualTo(1);
        assertThat(client.v1().events().inNamespace("default").list().getItems()).singleElement()
                .extracting(Event::getReason, Event::getType, Event::getMessage)
                .containsExactly("DeliveryFailed", "Warning", delivered().getMessage());
    }

    @Test
    void theNextSuccessfulRunResetsTheConditionAndTheOneAfterWritesNothing() throws Exception {
        giveUp(notebook());

        calls.reconcile("reconcileNotebook", JupyterNotebook.class, "ada");

        assertThat(delivered().getStatus()).isEqualTo("True");
        assertThat(status().failedDeliveries().count()).isEqualTo(1);
        api.clearRequests();
        assertThat(calls.reconcile("reconcileNotebook", JupyterNotebook.class, "ada").path("outcome").asText())
                .isEqualTo("unchanged");
        assertThat(api.requests()).noneMatch(Request::changed);
    }

    /** Also between successful runs, which set the condition to True, because every record is an Event that users read. */
    @Test
    void aResourceHasAtMostOneRecordInTenMinutes() throws Exception {
        for (int i = 0; i < 5; i++) {
            assertThat(outcome(giveUp(notebook()))).isEqualTo(i == 0 ? "marked" : "ignored");
            calls.reconcile("reconcileNotebook", JupyterNotebook.class, "ada");
        }
        assertThat(status().failedDeliveries().count()).isEqualTo(1);
        assertThat(deliveryFailedEvents()).hasSize(1);

        lastFailure(Instant.now().minus(Duration.ofMinutes(9)).toString());
        assertThat(outcome(giveUp(notebook()))).isEqualTo("ignored");
        lastFailure(Instant.now().minus(Duration.ofMinutes(11)).toString());
        assertThat(outcome(giveUp(notebook()))).isEqualTo("marked");
        assertThat(delivered().getStatus()).isEqualTo("False");
        assertThat(status().failedDeliveries().count()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"yesterday", "+999999999-12-31T23:59:59Z", "9999-01-01T00:00:00Z"})
    void aTimeThatTheFunctionDidNotWriteIsReplaced(String last) throws Exception {
        lastFailure(last);

        assertThat(outcome(giveUp(notebook()))).isEqualTo("marked");

        assertThat(Instant.parse(status().failedDeliveries().last()))
                .isCloseTo(Instant.now(), within(Duration.ofMinutes(1)));
    }

    @Test
    void theRecordHasNoTextOfTheSender() throws Exception {
        calls.send(
                letter("dev.knative.apiserver.resource.update", "http://x/reconcileNotebook: see http://evil.example",
                        "600 see http://evil.example", notebook()));

        assertThat(delivered().getMessage())
                .startsWith("A function did not handle an event about this resource: it did not answer. ")
                .doesNotContain("evil", "unavailable");
        assertThat(deliveryFailedEvents()).singleElement().extracting(Event::getMessage)
                .isEqualTo(delivered().getMessage());
    }

    /** A record changes the resource, which causes another event: that must not continue endlessly. */
    @Test
    void aFailedDeliveryOfARecordIsNotRecorded() throws Exception {
        giveUp(notebook());
        api.clearRequests();

        assertThat(outcome(giveUp(notebook()))).isEqualTo("ignored");

        assertThat(api.requests()).noneMatch(Request::changed);
    }

    /** An event does not name the owner. A watched child has its name, and the function reconciles its kind. */
    @Test
    void anEventAboutAChildIsRecordedOnItsOwner() throws Exception {
        String deployment = Serialization.asJson(Map.of("apiVersion", "apps/v1", "kind", "Deployment", "name", "ada",
                "namespace", "default"));
        assertThat(outcome(calls.send(letter("dev.knative.apiserver.ref.update", "http://x/reconcileGateway", "503",
                deployment)))).as("there is no such gateway").isEqualTo("ignored");
        assertThat(outcome(calls.send(letter("dev.knative.apiserver.ref.update", "http://x/resync", "503",
                deployment)))).as("no resource has such a child").isEqualTo("ignored");

        assertThat(outcome(giveUp("dev.knative.apiserver.ref.update", deployment))).isEqualTo("marked");

        assertThat(delivered().getStatus()).isEqualTo("False");
    }

    @ParameterizedTest
    @ValueSource(strings = {"reconcileKernel", "cullKernels"})
    void anEventAboutAPodIsRecordedOnItsKernel(String function) throws Exception {
        client.resource("""
                apiVersion: kubeflow.tkestack.io/v1alpha1
                kind: JupyterKernel
                metadata: {name: ada, namespace: default}
                spec: {templateRef: {name: t}}
                """).create();
        try {
            assertThat(outcome(calls.send(letter("dev.knative.apiserver.ref.add", "http://x/" + function, "503",
                    Serialization.asJson(Map.of("apiVersion", "v1", "kind", "Pod", "name", "ada", "namespace",
                            "default"))))))
                    .isEqualTo("marked");
            assertThat(deliveryFailedEvents()).singleElement()
                    .satisfies(event -> assertThat(event.getInvolvedObject().getKind()).isEqualTo("JupyterKernel"));
        } finally {
            client.resources(JupyterKernel.class).inNamespace("default").withName("ada").delete();
        }
    }

    /** Another function has written the status meanwhile: the Broker delivers the event again. */
    @Test
    void aConflictIsLeftToTheSender() throws Exception {
        api.failNext(request -> request.path().endsWith("/jupyternotebooks/ada/status"), 409);

        assertProblem(giveUp(notebook()), 503);

        assertThat(deliveryFailedEvents()).isEmpty();
        assertThat(outcome(giveUp(notebook()))).isEqualTo("marked");
    }

    @Test
    void nothingIsRecordedOnAResourceThatIsBeingDeleted() throws Exception {
        var ada = client.resources(JupyterNotebook.class).inNamespace("default").withName("ada");
        ada.edit(it -> {
            it.getMetadata().setFinalizers(List.of("example.com/hold"));
            return it;
        });
        ada.delete();
        try {
            assertThat(outcome(giveUp(notebook()))).isEqualTo("ignored");
            assertThat(deliveryFailedEvents()).isEmpty();
        } finally {
            ada.edit(it -> {
                it.getMetadata().setFinalizers(List.of());
                return it;
            });
        }
    }

    @Test
    void anEventAboutADeletedResourceOrAResultOfAFunctionIsIgnored() throws Exception {
        client.resources(JupyterNotebook.class).inNamespace("default").delete();
        assertThat(outcome(giveUp(notebook()))).isEqualTo("ignored");
        assertThat(outcome(giveUp("io.elasticjupyter.reconciled", "{}"))).isEqualTo("ignored");
    }

    private static String notebook() {
        return Serialization.asJson(Map.of("apiVersion", "kubeflow.tkestack.io/v1alpha1", "kind", "JupyterNotebook",
                "metadata", Map.of("name", "ada", "namespace", "default")));
    }

    private HttpResponse<String> giveUp(String object) throws Exception {
        return giveUp("dev.knative.apiserver.resource.update", object);
    }

    private HttpResponse<String> giveUp(String type, String data) throws Exception {
        return calls.send(letter(type, "http://reconciler.elastic-jupyter.svc.cluster.local/reconcileNotebook", "503",
                data));
    }

    private HttpRequest letter(String type, String destination, String code, String data) {
        return HttpRequest.newBuilder(calls.function("deadLetter")).header("ce-specversion", "1.0")
                .header("ce-id", "1").header("ce-source", "/test").header("ce-type", type)
                .header("ce-knativeerrordest", destination)
                .header("ce-knativeerrorcode", code)
                .header("ce-knativeerrordata", "eyJkZXRhaWwiOiJpdCB3YXMgdW5hdmFpbGFibGUuIn0=")
                .header("Content-Type", "application/json").POST(BodyPublishers.ofString(data)).build();
    }

    private void lastFailure(String time) {
        client.resources(JupyterNotebook.class).inNamespace("default").withName("ada").subresource("status").patch(
                PatchContext.of(PatchType.JSON_MERGE), Serialization.asJson(
                        Map.of("status", Map.of("failedDeliveries", Map.of("count", 1, "last", time)))));
    }

    private List<Event> deliveryFailedEvents() {
        return client.v1().events().inNamespace("default").list().getItems().stream()
                .filter(event -> event.getReason().equals("DeliveryFailed")).toList();
    }

    private static String outcome(HttpResponse<String> response) {
        return (String) event(response).getExtension("outcome");
    }

    private JupyterStatus status() {
        return client.resources(JupyterNotebook.class).inNamespace("default").withName("ada").get().getStatus();
    }

    private Condition delivered() {
        return status().conditions().stream().filter(c -> c.getType().equals(JupyterStatus.DELIVERED)).findFirst()
                .orElseThrow();
    }
}
