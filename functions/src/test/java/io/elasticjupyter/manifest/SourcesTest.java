package io.elasticjupyter.manifest;

import static io.elasticjupyter.fixtures.ResourceFixture.aGateway;
import static io.elasticjupyter.fixtures.ResourceFixture.aKernel;
import static io.elasticjupyter.fixtures.ResourceFixture.aNotebook;
import static io.elasticjupyter.manifest.Manifests.ROOT;
import static io.elasticjupyter.manifest.Manifests.each;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.elasticjupyter.gateway.GatewayReconciler;
import io.elasticjupyter.kernel.KernelReconciler;
import io.elasticjupyter.notebook.NotebookReconciler;
import io.elasticjupyter.reconcile.ReconcilerFixture;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the sources of {@code eventing/knative} send. */
class SourcesTest {

    private static JsonNode source;
    private static JsonNode gatewaySource;
    private static JsonNode resync;

    @BeforeAll
    static void read() throws IOException {
        Manifests manifests = Manifests.of(ROOT.resolve("deploy"));
        source = manifests.find("ApiServerSource", "elastic-jupyter").orElseThrow();
        gatewaySource = Serialization.unmarshal(
                each(manifests.find("ContainerSource", "elastic-jupyter-gateways").orElseThrow()
                        .at("/spec/template/spec/containers/0/env"))
                        .filter(variable -> variable.path("name").asText().equals("K_SOURCE_CONFIG")).findFirst()
                        .orElseThrow().path("value").asText(),
                JsonNode.class);
        resync = manifests.find("PingSource", "resync").orElseThrow();
    }

    /** Without a selector, an ApiServerSource watches its own namespace only. */
    @Test
    void allNamespacesAreWatched() {
        assertThat(source.path("spec").has("namespaceSelector")).isTrue();
        assertThat(source.at("/spec/namespaceSelector")).isEmpty();
        assertThat(gatewaySource.path("allNamespaces").asBoolean()).isTrue();
        assertThat(gatewaySource.path("namespaces")).extracting(JsonNode::asText).containsExactly("");
    }

    /** Otherwise nothing would report that events have been missed. */
    @Test
    void theAdapterOfTheGatewaysExitsWhenAWatchBreaks() {
        assertThat(gatewaySource.path("failFast").asBoolean()).isTrue();
    }

    @Test
    void theDeploymentsAndPodsOfTheFunctionsAreWatched() {
        Deployment ofNotebook = new ReconcilerFixture<>(new NotebookReconciler()).child(aNotebook("n").build(),
                Deployment.class);
        Deployment ofGateway = new ReconcilerFixture<>(new GatewayReconciler("functions"))
                .child(aGateway("g").build(), Deployment.class);
        Pod ofKernel = new ReconcilerFixture<>(new KernelReconciler(() -> Instant.EPOCH)).child(
                aKernel("k").withYaml("template", "{spec: {containers: [{name: kernel}]}}").build(), Pod.class);

        assertThat(List.of(ofNotebook, ofGateway, ofKernel)).allMatch(SourcesTest::isWatched);
        ofNotebook.getMetadata().setLabels(null);
        ofKernel.getMetadata().getLabels().remove("component");
        assertThat(List.of(ofNotebook, ofKernel)).as("the cluster has many others").noneMatch(SourcesTest::isWatched);
    }

    /** A pod that does not start changes nothing else, so that its own events say why. */
    @Test
    void thePodsOfNotebooksAndGatewaysAreWatched() {
        Deployment ofNotebook = new ReconcilerFixture<>(new NotebookReconciler()).child(aNotebook("n").build(),
                Deployment.class);
        Deployment ofGateway = new ReconcilerFixture<>(new GatewayReconciler("functions"))
                .child(aGateway("g").build(), Deployment.class);

        assertThat(each(gatewaySource.path("resources"))
                .filter(watched -> watched.at("/gvr/Resource").asText().equals("pods"))
                .map(watched -> watched.path("selector").asText())).containsExactlyInAnyOrderElementsOf(
                        Stream.of(ofNotebook, ofGateway).map(deployment -> "app.kubernetes.io/name=" + deployment
                                .getSpec().getTemplate().getMetadata().getLabels().get("app.kubernetes.io/name"))
                                .toList());
    }

    @Test
    void aResyncIsRequestedOnceAnHour() {
        assertThat(resync.at("/spec/schedule").asText()).matches("\\d{1,2} \\* \\* \\* \\*");
        assertThat(resync.at("/spec/data").asText()).as("everything").isEqualTo("{}");
    }

    private static boolean isWatched(HasMetadata object) {
        return each(source.at("/spec/resources"))
                .filter(watched -> watched.path("kind").asText().equals(object.getKind())
                        && watched.path("apiVersion").asText().equals(object.getApiVersion()))
                .anyMatch(watched -> watched.at("/selector/matchLabels").propertyStream()
                        .allMatch(label -> object.getMetadata().getLabels() != null && label.getValue().asText()
                                .equals(object.getMetadata().getLabels().get(label.getKey()))));
    }
}
