package io.elasticjupyter.kubernetes;

import static io.elasticjupyter.fixtures.ResourceFixture.aKernel;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elasticjupyter.api.v1alpha1.FailedDeliveries;
import io.elasticjupyter.api.v1alpha1.JupyterKernel;
import io.elasticjupyter.api.v1alpha1.JupyterKernelStatus.Phase;
import io.elasticjupyter.api.v1alpha1.JupyterKernelStatus;
import io.elasticjupyter.api.v1alpha1.KernelActivityStatus;
import io.embeddedkubernetes.Request;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two field managers write the status of a kernel. */
class StatusWriterTest extends OnAnEmbeddedApi {

    private StatusWriter writer;

    @BeforeEach
    void prepare() {
        writer = new StatusWriter(client, "one");
        client.resources(CustomResourceDefinition.class).load(
                Path.of(System.getProperty("repository.root"), "deploy", "crds", "jupyterkernels.yaml").toFile())
                .create();
        client.resource(aKernel("k").inNamespace("default").withTemplateRef("t").build()).create();
    }

    @Test
    void anUnchangedStatusIsNotWritten() {
        assertThat(writer.write(kernel(), status(Phase.Pending, "then", "True"))).isTrue();
        api.clearRequests();

        assertThat(writer.write(kernel(), status(Phase.Pending, "then", "True"))).isFalse();
        assertThat(api.requests()).extracting(Request::method).containsExactly("GET");
    }

    @Test
    void aChangedStatusIsWritten() {
        writer.write(kernel(), status(Phase.Pending, "then", "True"));

        assertThat(writer.write(kernel(), status(Phase.Running, "then", "True"))).isTrue();
        assertThat(writer.write(kernel(), status(Phase.Running, "then", "False"))).isTrue();
        assertThat(kernel().getStatus()).isEqualTo(status(Phase.Running, "then", "False"));
    }

    @Test
    void aConditionThatIsNoLongerAppliedIsRemoved() {
        JupyterKernelStatus ready = status(Phase.Running, "then", "True");
        Condition running = new ConditionBuilder(ready.conditions().getFirst()).withType("Running").build();
        writer.write(kernel(), new JupyterKernelStatus(ready.observedGeneration(),
                List.of(ready.conditions().getFirst(), running), ready.phase(), ready.podName(), null, null,
                ready.startTime(),
                ready.completionTime(), null, null));

        assertThat(writer.write(kernel(), ready)).isTrue();
        assertThat(kernel().getStatus().conditions()).extracting(Condition::getType).containsExactly("Ready");
        assertThat(writer.write(kernel(), ready)).isFalse();
    }

    @Test
    void aFieldThatIsNoLongerAppliedIsRemoved() {
        writer.write(kernel(), status(Phase.Pending, "then", "True"));

        assertThat(writer.write(kernel(), status(Phase.Pending, null, "True"))).isTrue();
        assertThat(kernel().getStatus().startTime()).isNull();
    }

    @Test
    void fieldsOfAnotherManagerAreIgnoredAndKept() {
        KernelActivityStatus activity = new KernelActivityStatus("idle", null, null, null);
        writer.write(kernel(), status(Phase.Pending, "then", "True"));
        new StatusWriter(client, "two").apply(kernel(), Map.of("activity", activity, "failedDeliveries",
                new FailedDeliveries(1, "then"), "conditions", List.of(condition("Delivered", "False"))));

        assertThat(writer.write(kernel(), status(Phase.Pending, "then", "True"))).isFalse();
        writer.write(kernel(), status(Phase.Running, "then", "True"));
        assertThat(kernel().getStatus().activity()).isEqualTo(activity);
        assertThat(kernel().getStatus().conditions()).extracting(Condition::getType)
                .containsExactlyInAnyOrder("Ready", "Delivered");
    }

    @Test
    void aStaleStatusIsNotWritten() {
        JupyterKernel earlier = kernel();
        writer.write(kernel(), status(Phase.Pending, "then", "True"));

        assertThatThrownBy(() -> writer.write(earlier, status(Phase.Running, "then", "True")))
                .isInstanceOfSatisfying(KubernetesClientException.class, e -> assertThat(e.getCode()).isEqualTo(409));
    }

    private JupyterKernel kernel() {
        return client.resources(JupyterKernel.class).inNamespace("default").withName("k").get();
    }

    private static JupyterKernelStatus status(Phase phase, String startTime, String ready) {
        return new JupyterKernelStatus(1L, List.of(condition("Ready", ready)), phase, "k", null, null, startTime, null,
                null, null);
    }

    private static Condition condition(String type, String status) {
        return new ConditionBuilder().withType(type).withStatus(status).withReason("R").withMessage("m")
                .withLastTransitionTime("2026-01-01T00:00:00Z").build();
    }
}
