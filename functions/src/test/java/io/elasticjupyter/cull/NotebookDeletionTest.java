package io.elasticjupyter.cull;

import static io.elasticjupyter.fixtures.ResourceFixture.aNotebook;
import static org.assertj.core.api.Assertions.assertThat;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.elasticjupyter.api.v1alpha1.JupyterKernel;
import io.elasticjupyter.api.v1alpha1.JupyterNotebook;
import io.elasticjupyter.kubernetes.WatchedNamespaces;
import io.elasticjupyter.local.fake.FakeGateway;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The kernels of a notebook end when the notebook is deleted, and those of others do not. */
class NotebookDeletionTest extends CullingOnAnApi {

    @AfterEach
    void noNotebooks() {
        client.resources(JupyterNotebook.class).inNamespace("default").delete();
    }

    @Test
    void theKernelsOfADeletedNotebookEnd() {
        kernelOf("default", "ada", "1");
        kernelOf("default", "bob", "2");
        kernelOf("other", "ada", "3");
        kernel("4");
        List.of("1", "2", "3", "4").forEach(id -> listed("g", id, "busy", Duration.ZERO));

        assertThat(deleted(Optional.empty(), "ada")).isEqualTo(Map.of("kernels", List.of("default/jovyan-1")));

        assertThat(deleted()).containsExactly("1");
        assertThat(kernels()).containsExactly("jovyan-2", "jovyan-3", "jovyan-4");
        assertThat(events()).containsExactly("NotebookDeleted");
    }

    @Test
    void aNotebookThatWasCreatedAgainKeepsItsKernels() {
        client.resource(aNotebook("ada").inNamespace("default").build()).create();
        kernelOf("default", "ada", "1");

        assertThat(deleted(Optional.empty(), "ada")).isEqualTo(Map.of("kernels", List.of()));
        assertThat(kernels()).containsExactly("jovyan-1");
    }

    @Test
    void aKernelEndsWithoutItsGateway() {
        kernelOf("default", "ada", "1");
        gateways.fail("default/g", FakeGateway.Fault.ERROR);

        deleted(Optional.empty(), "ada");

        assertThat(kernels()).isEmpty();
    }

    @Test
    void aKernelThatNoGatewayControlsIsNotTouched() {
        jupyterKernel("1", Optional.empty());
        name("default", "ada", "1");

        deleted(Optional.empty(), "ada");

        assertThat(kernels()).containsExactly("jovyan-1");
    }

    /** Whether a notebook of another namespace exists is not known to an installation that is limited to one. */
    @Test
    void aNotebookThatIsNotWatchedIsNotTakenForDeleted() {
        kernelOf("other", "ada", "1");

        assertThat(function(Optional.of("default")).apply(event("other", "ada")).data())
                .isEqualTo(Map.of("kernels", List.of()));
        assertThat(kernels()).containsExactly("jovyan-1");
    }

    private static Object deleted(Optional<String> only, String notebook) {
        return function(only).apply(event("default", notebook)).data();
    }

    private static CullFunction function(Optional<String> only) {
        return new CullFunction(new WatchedNamespaces(client, only), Clock.systemUTC(), new SimpleMeterRegistry(),
                gateways.urlTemplate(), PingSink.BROKER);
    }

    private static CloudEvent event(String namespace, String notebook) {
        return CloudEventBuilder.v1().withId("1").withSource(URI.create("/me"))
                .withType("dev.knative.apiserver.ref.delete")
                .withExtension("apiversion", "kubeflow.tkestack.io/v1alpha1")
                .withExtension("kind", "JupyterNotebook").withExtension("namespace", namespace)
                .withExtension("name", notebook).build();
    }

    private static void kernelOf(String namespace, String notebook, String id) {
        kernel(id);
        name(namespace, notebook, id);
    }

    private static void name(String namespace, String notebook, String id) {
        client.resources(JupyterKernel.class).inNamespace("default").withName("jovyan-" + id).patch(
                PatchContext.of(PatchType.JSON_MERGE),
                "{\"spec\": {\"notebook\": {\"namespace\": \"%s\", \"name\": \"%s\"}}}".formatted(namespace, notebook));
    }

    private static List<String> kernels() {
        return client.resources(JupyterKernel.class).inNamespace("default").list().getItems().stream()
                .map(kernel -> kernel.getMetadata().getName()).sorted().toList();
    }

    private static List<String> events() {
        return client.v1().events().inNamespace("default").list().getItems().stream().map(Event::getReason).toList();
    }
}
