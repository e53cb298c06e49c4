package io.elasticjupyter.cull;

import static io.elasticjupyter.fixtures.ResourceFixture.aGateway;
import static io.elasticjupyter.fixtures.ResourceFixture.aKernel;
import static org.assertj.core.api.Assertions.assertThat;

import io.elasticjupyter.api.v1alpha1.JupyterKernel;
import io.elasticjupyter.cull.policy.KeepUntil;
import io.elasticjupyter.kubernetes.OwnerReferences;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a cull knows of a kernel. */
class IndexedKernelTest {

    private final JupyterKernel kernel = kernel();

    @Test
    void theAnnotationOfThePodTakesPrecedence() {
        kernel.getMetadata().setAnnotations(Map.of(KeepUntil.ANNOTATION, "of the JupyterKernel"));

        assertThat(indexed(pod(Map.of())).keepUntil()).contains("of the JupyterKernel");
        assertThat(indexed(pod(Map.of(KeepUntil.ANNOTATION, "of the pod"))).keepUntil()).contains("of the pod");
    }

    @Test
    void theRequestsOfAllContainersAreReclaimed() {
        assertThat(indexed(pod(Map.of())).pod().requests()).isEqualTo(Map.of("cpu", new Quantity("3"),
                "nvidia.com/gpu", new Quantity("2")));
    }

    private IndexedKernel indexed(Pod pod) {
        return IndexedKernel.of(kernel).flatMap(indexed -> indexed.with(pod)).orElseThrow();
    }

    private static JupyterKernel kernel() {
        JupyterKernel kernel = aKernel("k").withTemplateRef("t").build();
        kernel.getMetadata().setOwnerReferences(List.of(OwnerReferences.controller(aGateway("g").build())));
        return kernel;
    }

    /** Returns a pod with two containers that request resources, and one that does not. */
    private Pod pod(Map<String, String> annotations) {
        return new PodBuilder().withNewMetadata().withName("k").withNamespace("team")
                .withCreationTimestamp("2026-01-01T00:00:00Z").withAnnotations(annotations)
                .withOwnerReferences(OwnerReferences.controller(kernel)).endMetadata()
                .withNewSpec()
                .addNewContainer().withName("kernel").withNewResources()
                .addToRequests("nvidia.com/gpu", new Quantity("2")).addToRequests("cpu", new Quantity("1"))
                .endResources().endContainer()
                .addNewContainer().withName("plain").endContainer()
                .addNewContainer().withName("sidecar").withNewResources().addToRequests("cpu", new Quantity("2"))
                .endResources().endContainer()
                .endSpec().build();
    }
}
