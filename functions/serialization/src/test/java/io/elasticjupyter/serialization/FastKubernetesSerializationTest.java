package io.elasticjupyter.serialization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.elasticjupyter.serialization.WidgetSpec.Part;
import io.elasticjupyter.serialization.WidgetSpec.Size;
import io.fabric8.kubernetes.api.model.AuthInfo;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.DefaultKubernetesResourceList;
import io.fabric8.kubernetes.api.model.KubernetesList;
import io.fabric8.kubernetes.api.model.MicroTime;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FastKubernetesSerializationTest {

    private static final String DEPLOYMENT = """
            {"apiVersion": "apps/v1", "kind": "Deployment",
             "metadata": {"name": "ada", "resourceVersion": "7",
               "managedFields": [{"manager": "kubectl", "fieldsV1": {"f:spec": {}}}]},
             "spec": {"replicas": 2, "selector": {"matchLabels": {"app": "ada"}},
               "template": {"spec": {"containers": [{"name": "notebook",
                 "resources": {"limits": {"cpu": 1, "memory": "1Gi"}}, "ports": [{"containerPort": "17"}]}],
                 "volumes": [{"name": "v", "secret": {"secretName": "s", "defaultMode": "0644"}}]}}},
             "status": {"readyReplicas": 1}}""";

    private static final Widget WIDGET = widget();

    private final KubernetesSerialization serialization = new FastKubernetesSerialization();
    private final KubernetesSerialization jackson = new KubernetesSerialization();

    private record Renamed(@JsonProperty("class") String type) {}

    private record Formatted(@JsonFormat(shape = JsonFormat.Shape.STRING) Integer number) {}

    private record Timed(ZonedDateTime time) {}

    @Test
    void readsAllOfAnObject() {
        Deployment read = serialization.unmarshal(DEPLOYMENT, Deployment.class);

        assertThat(read).isEqualTo(jackson.unmarshal(DEPLOYMENT, Deployment.class));
        assertThat(read.getMetadata().getManagedFields()).hasSize(1);
        assertThat(read.getSpec().getTemplate().getSpec().getContainers()).hasSize(1);
        assertThat(read.getSpec().getTemplate().getSpec().getVolumes().getFirst().getSecret().getDefaultMode())
                .isEqualTo(0644);
    }

    @Test
    void writesAllOfAnObject() {
        Deployment deployment = jackson.unmarshal(DEPLOYMENT, Deployment.class);

        assertThat(serialization.asJson(deployment)).isEqualTo(jackson.asJson(deployment))
                .contains("\"notebook\"", "fieldsV1");
        assertThat(serialization.clone(deployment)).isEqualTo(deployment).isNotSameAs(deployment);
    }

    @Test
    void writesAndReadsCustomResourcesOfRecords() {
        String json = serialization.asJson(WIDGET);

        assertThat(json).isEqualTo(jackson.asJson(WIDGET));
        assertThat(serialization.unmarshal(json, Widget.class).getSpec()).isEqualTo(WIDGET.getSpec());
        assertThat(serialization.unmarshal(json, Widget.class).getStatus()).isEqualTo(WIDGET.getStatus());
        assertThat(FastKubernetesSerialization.introspects(Widget.class)).isFalse();
    }

    @Test
    void readsYaml() {
        assertThat(serialization.unmarshal(serialization.asYaml(WIDGET), Widget.class).getSpec())
                .isEqualTo(WIDGET.getSpec());
    }

    @Test
    void readsListsOfCustomResources() {
        String list = "{\"metadata\": {\"continue\": \"c\"}, \"items\": [" + serialization.asJson(WIDGET) + "]}";

        DefaultKubernetesResourceList<Widget> read = serialization.unmarshal(list, new TypeReference<>() {
        });

        assertThat(read.getItems()).singleElement().extracting(Widget::getSpec).isEqualTo(WIDGET.getSpec());
        assertThat(read.getMetadata().getContinue()).isEqualTo("c");
    }

    @Test
    void readsMissingAndNullComponentsAsDefaults() {
        WidgetSpec read = serialization.unmarshal("{\"text\": null, \"count\": null}", WidgetSpec.class);

        assertThat(read).isEqualTo(new WidgetSpec(null, null, 0, null, null, false, null, null));
    }

    @Test
    void leavesOtherRepresentationsToJackson() throws IOException {
        for (Object object : List.of(new MicroTime("2026-01-01T00:00:00.000000Z"), new KubernetesList(), authInfo(),
                new Renamed("a"), new Formatted(1), new Timed(ZonedDateTime.now()))) {
            assertThat(FastKubernetesSerialization.introspects(object.getClass())).as(object.toString()).isTrue();
            assertThat(serialization.asJson(object)).isEqualTo(jackson.asJson(object));
        }
    }

    private static AuthInfo authInfo() {
        AuthInfo info = new AuthInfo();
        info.setClientCertificate("c");
        return info;
    }

    @Test
    void keepsUnknownPropertiesOfTheModel() throws IOException {
        String json = """
                {"name": "c", "fromTheFuture": {"list": [1, 2.5, true, null, "x"]}}""";

        assertThat(tree(serialization.asJson(serialization.unmarshal(json, Container.class)))).isEqualTo(tree(json));
    }

    @Test
    void ignoresUnknownPropertiesOfCustomResources() {
        assertThat(serialization.unmarshal("""
                {"spec": {"fromTheFuture": {"a": [1]}, "text": "t"}, "more": 1}""", Widget.class).getSpec().text())
                .isEqualTo("t");
    }

    @Test
    void rejectsValuesOfAnotherType() {
        assertThatThrownBy(() -> serialization.unmarshal("{\"spec\": {\"replicas\": \"many\"}}", Deployment.class))
                .isInstanceOf(KubernetesClientException.class).rootCause()
                .hasMessageContainingAll("many", "Deployment[\"spec\"]", "DeploymentSpec[\"replicas\"]");
        assertThatThrownBy(() -> serialization.unmarshal("{\"spec\": [1]}", Deployment.class)).rootCause()
                .hasMessageContaining("Array");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "{\"spec\": {", "{\"metadata\": {\"labels\": {\"a\"",
            "{\"spec\": {\"template\": [", "null"})
    void rejectsDocumentsThatAreEmptyOrIncomplete(String document) {
        assertThatThrownBy(() -> serialization.unmarshal(
                new ByteArrayInputStream(document.getBytes(StandardCharsets.UTF_8)), Deployment.class))
                .isInstanceOf(KubernetesClientException.class);
    }

    @Test
    void readsNull() {
        Deployment deployment = serialization.unmarshal("{\"metadata\": {\"labels\": null}, \"spec\": null}",
                Deployment.class);

        assertThat(deployment.getSpec()).isNull();
        assertThat(deployment.getMetadata().getLabels()).isNull();
    }

    private static Widget widget() {
        Widget widget = new Widget();
        widget.getMetadata().setName("w");
        widget.setSpec(new WidgetSpec("ü\"", Size.SMALL, 3, 7_000_000_000L, 1.5, true,
                Map.of("cpu", new Quantity("500", "m")), List.of(new Part("a"), new Part(null))));
        widget.setStatus(new WidgetStatus(List.of()));
        return widget;
    }

    private static JsonNode tree(String json) throws IOException {
        return new ObjectMapper().readTree(json);
    }
}
