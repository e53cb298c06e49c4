package io.elasticjupyter.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.cloudevents.http.HttpMessageFactory;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
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
        assertThat(event.change().name().toLowerCase(Locale.ROOT))
                .isEqualTo(recorded.headers().get("Ce-Type").replaceAll(".*\\.", ""));
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
            dev.knative.apiserver.ref.update   | {"apiVersion": "v1", "kind": "Pod", "kind": "JupyterKernel", "namespace": "a", "name": "x"} | Duplicate field 'kind'
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

    /** The limits of Kubernetes: 63 characters for the name of a namespace, and 253 for that of an object. */
    @ParameterizedTest
    @CsvSource({"63, 253, ''", "64, 253, namespace", "63, 254, name", "64, 254, namespace"})
    void namesHaveTheLengthsOfKubernetes(int namespace, int name, String invalid) {
        String data = """
                {"apiVersion": "v1", "kind": "Pod", "namespace": "%s", "name": "%s"}"""
                .formatted("n".repeat(namespace), "a.".repeat(100) + "n".repeat(name - 200));
        CloudEvent event = event("dev.knative.apiserver.ref.update", data);

        if (invalid.isEmpty()) {
            assertThat(ResourceEvent.of(event).subject().name()).hasSize(name);
        } else {
            assertThatThrownBy(() -> ResourceEvent.of(event)).isInstanceOf(BadEventException.class)
                    .hasMessageContaining("event's " + invalid + " is not a valid one");
        }
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
