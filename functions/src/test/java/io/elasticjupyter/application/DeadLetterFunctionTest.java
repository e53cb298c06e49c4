package io.elasticjupyter.application;

import static io.elasticjupyter.application.FunctionCalls.event;
import static org.assertj.core.api.Assertions.assertThat;

import io.elasticjupyter.api.v1alpha1.JupyterNotebook;
import io.elasticjupyter.api.v1alpha1.JupyterStatus;
import io.embeddedkubernetes.Request;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

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
        assertThat(delivered().getMessage()).matches("reconcileNotebook answered 503: it was unavailable\\. "
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

        assertThat(outcome(giveUp(notebook()))).isEqualTo("marked");
        assertThat(delivered().getStatus()).isEqualTo("False");
        assertThat(status().failedDeliveries().count()).isEqualTo(2);
    }

    /** A record changes the resource, which causes another event: that must not continue endlessly. */
    @Test
    void aFailedDeliveryOfARecordIsNotRecorded() throws Exception {
        giveUp(notebook());
        api.clearRequests();

        assertThat(outcome(giveUp(notebook()))).isEqualTo("ignored");

        assertThat(api.requests()).noneMatch(Request::changed);
    }

    @Test
    void anEventAboutAChildIsRecordedOnItsOwner() throws Exception {
        assertThat(outcome(giveUp("dev.knative.apiserver.resource.update", Serialization.asJson(Map.of(
                "apiVersion", "apps/v1", "kind", "Deployment", "metadata", Map.of("name", "ada", "namespace", "default",
                        "ownerReferences", List.of(Map.of("apiVersion", "kubeflow.tkestack.io/v1alpha1", "kind",
                                "JupyterNotebook", "name", "ada", "uid", "u", "controller", true))))))))
                .isEqualTo("marked");

        assertThat(delivered().getStatus()).isEqualTo("False");
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
        return calls.send(HttpRequest.newBuilder(calls.function("deadLetter")).header("ce-specversion", "1.0")
                .header("ce-id", "1").header("ce-source", "/test").header("ce-type", type)
                .header("ce-knativeerrordest", "http://reconciler.elastic-jupyter.svc.cluster.local/reconcileNotebook")
                .header("ce-knativeerrorcode", "503")
                .header("ce-knativeerrordata", "eyJkZXRhaWwiOiJpdCB3YXMgdW5hdmFpbGFibGUuIn0=")
                .header("Content-Type", "application/json").POST(BodyPublishers.ofString(data)).build());
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
