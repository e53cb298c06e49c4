package io.elasticjupyter.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.cloudevents.http.HttpMessageFactory;
import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.api.v1alpha1.JupyterNotebook;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ResourceEventTest {

    private static final String GATEWAY = """
            {"apiVersion": "kubeflow.tkestack.io/v1alpha1", "kind": "JupyterGateway", "namespace": "team", "name": "g"}""";

    static Stream<RecordedEvent> recorded() {
        return Stream.of("resource", "reference").map(RecordedEvent::allOf).flatMap(List::stream);
    }

    @ParameterizedTest
    @MethodSource("recorded")
    void readsARecordedEvent(RecordedEvent recorded) {
        ResourceEvent event = ResourceEvent.of(cloudEvent(recorded));

        assertThat(event.subject()).isEqualTo(new ResourceId(recorded.headers().get("Ce-Apiversion"),
                recorded.headers().get("Ce-Kind"), "default", recorded.headers().get("Ce-Name")));
        assertThat(event.whole()).isEqualTo(recorded.file().startsWith("resource"));
    }

    @Test
    void findsTheOwnerInAWholeObject() {
        ResourceEvent event = ResourceEvent.of(cloudEvent(RecordedEvent.of("resource/08-deployment-update.http")));

        assertThat(event.owner()).hasValueSatisfying(owner -> assertThat(owner.isA(JupyterGateway.class)).isTrue());
        assertThat(event.owner().orElseThrow().name()).isEqualTo("jupytergateway-elastic");
        assertThat(event.subject().isA(Deployment.class)).isTrue();
        assertThat(event.subject().isA(JupyterNotebook.class)).isFalse();
    }

    @Test
    void aReferenceHasNoOwner() {
        assertThat(ResourceEvent.of(cloudEvent(RecordedEvent.of("reference/08-deployment-update.http"))).owner())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            update, 2, 2, 12, 11, True,  true
            update, 2, 2, 12, 12, True,  true
            update, 2, 2, 11, 12, True,  false
            update, 2, 1, 12, 11, True,  false
            update, 2, 2, 12, 11, False, false
            add,    2, 2, 12, 11, True,  false
            delete, 2, 2, 12, 11, True,  false
            """)
    void anUpdateOfTheStatusIsRecognized(String change, int generation, int observedGeneration, int statusSecond,
            int specSecond, String delivered, boolean statusOnly) {
        String object = """
                {"apiVersion": "kubeflow.tkestack.io/v1alpha1", "kind": "JupyterGateway",
                 "metadata": {"namespace": "team", "name": "g", "generation": %d, "managedFields": [
                   {"manager": "a", "time": "2026-11-22T00:52:%dZ"},
                   {"manager": "b", "time": "2026-11-22T00:52:10Z"},
                   {"manager": "c", "subresource": "status", "time": "2026-11-22T00:52:%dZ"}]},
                 "status": {"observedGeneration": %d, "conditions": [
                   {"type": "Ready", "status": "False"}, {"type": "Delivered", "status": "%s"}]}}"""
                .formatted(generation, specSecond, statusSecond, observedGeneration, delivered);

        assertThat(ResourceEvent.of(event("dev.knative.apiserver.resource." + change, object)).statusOnly())
                .isEqualTo(statusOnly);
    }

    @Test
    void readsTheDataWithoutAttributes() {
        ResourceEvent event = ResourceEvent.of(event("dev.knative.apiserver.ref.update", GATEWAY));

        assertThat(event.subject())
                .isEqualTo(new ResourceId("kubeflow.tkestack.io/v1alpha1", "JupyterGateway", "team", "g"));
    }

    @Test
    void attributesSufficeWithoutData() {
        CloudEvent event = CloudEventBuilder.v1(event("dev.knative.apiserver.ref.update", ""))
                .withExtension("apiversion", "kubeflow.tkestack.io/v1alpha1").withExtension("kind", "JupyterGateway")
                .withExtension("namespace", "team").withExtension("name", "g").build();

        assertThat(ResourceEvent.of(event).subject())
                .isEqualTo(new ResourceId("kubeflow.tkestack.io/v1alpha1", "JupyterGateway", "team", "g"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            dev.knative.sources.ping           | {}                                                    | type is 'dev.knative.sources.ping'
            dev.knative.apiserver.ref.explode  | {}                                                    | {add,update,delete}
            dev.knative.apiserver.ref.update   | []                                                    | data is not a JSON object
            dev.knative.apiserver.ref.update   | {"kind":                                              | data is not JSON
            dev.knative.apiserver.ref.update   | {"kind": "JupyterGateway"}                            | does not contain the resource's apiVersion
            dev.knative.apiserver.ref.update   | {"apiVersion": "v1"}                                  | does not contain the resource's kind
            dev.knative.apiserver.ref.update   | {"apiVersion": "v1", "kind": "Pod", "namespace": "a", "name": "a..b"} | name is not a valid one
            dev.knative.apiserver.ref.update   | {"apiVersion": "v1", "kind": "Pod", "namespace": "a", "name": "a?watch=true"} | name is not a valid one
            dev.knative.apiserver.ref.update   | {"apiVersion": "v1", "kind": "Pod", "namespace": "a.b", "name": "x"} | namespace is not a valid one
            dev.knative.apiserver.ref.update   | {"apiVersion": "v1", "kind": "Pod"}                   | does not contain the resource's namespace
            dev.knative.apiserver.ref.update   | {"apiVersion": "v1", "kind": "Pod", "namespace": "a"} | does not contain the resource's name
            dev.knative.apiserver.ref.update   | {"apiVersion": "v1", "kind": "Pod", "namespace": "a", "name": "../x"} | name is not a valid one
            dev.knative.apiserver.ref.update   | {"apiVersion": "v1", "kind": "P\\nod", "namespace": "a", "name": "x"} | kind is not a valid one
            """)
    void anInvalidEventIsRejectedWithTheReason(String type, String data, String problem) {
        assertThatThrownBy(() -> ResourceEvent.of(event(type, data)))
                .isInstanceOf(BadEventException.class)
                .hasMessageContaining(problem);
    }

    private static CloudEvent event(String type, String data) {
        return CloudEventBuilder.v1().withId("1").withSource(URI.create("/test")).withType(type)
                .withData("application/json", data.getBytes(StandardCharsets.UTF_8)).build();
    }

    private static CloudEvent cloudEvent(RecordedEvent recorded) {
        return HttpMessageFactory.createReader(each -> recorded.headers().forEach(each),
                recorded.body().getBytes(StandardCharsets.UTF_8)).toEvent();
    }
}
