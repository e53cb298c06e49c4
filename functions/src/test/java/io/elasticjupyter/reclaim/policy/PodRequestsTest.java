package io.elasticjupyter.reclaim.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PodRequestsTest {

    @ParameterizedTest
    @CsvSource({"cpu, 500m, 500", "cpu, 0.1, 100", "cpu, 1e0, 1000", "cpu, 1u, 1", "cpu, 0, 0", "memory, 1e3, 1000",
            "memory, 128974848000m, 128974848", "memory, 1m, 1", "memory, 0.5Gi, 536870912",
            "memory, 1E, 1000000000000000000",
            "memory, 16Ei, 9223372036854775807", "memory, 1E2, 100", "nvidia.com/gpu, 2, 2", "nvidia.com/gpu, 500m, 1",
            "example.com/huge, 1e19, 9223372036854775807"})
    void quantitiesAreCountedAsTheSchedulerDoes(String resource, String quantity, long amount) {
        assertThat(ResourceList.of(Map.of(resource, Quantity.parse(quantity))).get(resource)).isEqualTo(amount);
    }

    @Test
    void containersAreAddedBeforeTheSumIsRounded() {
        assertThat(requests(new PodBuilder().withNewSpec().withContainers(container("one", "memory 500m, cpu 1"),
                container("two", "memory 500m, cpu 500m")).endSpec()))
                .isEqualTo(list("memory 1, cpu 1500m"));
    }

    @Test
    void theLargestInitContainerCountsIfItIsLargerThanAllContainers() {
        assertThat(requests(new PodBuilder().withNewSpec().withContainers(container("one", "cpu 2, memory 1G"),
                container("two", "cpu 1, memory 1G"))
                .withInitContainers(container("i", "cpu 2, memory 1G"), container("j", "cpu 2, memory 3G")).endSpec()))
                .as("the example in the scheduler's source").isEqualTo(list("cpu 3, memory 3G"));
    }

    @Test
    void aSidecarCountsBesideTheContainersAndTheInitContainersAfterIt() {
        assertThat(requests(new PodBuilder().withNewSpec().withContainers(container("one", "cpu 1"))
                .withInitContainers(container("before", "cpu 3"), sidecar("side", "cpu 1"), container("after", "cpu 3"))
                .endSpec())).isEqualTo(list("cpu 4"));
        assertThat(requests(new PodBuilder().withNewSpec().withContainers(container("one", "cpu 4"))
                .withInitContainers(sidecar("side", "cpu 1"), sidecar("other", "cpu 1")).endSpec()))
                .isEqualTo(list("cpu 6"));
    }

    @Test
    void theOverheadIsAdded() {
        assertThat(requests(new PodBuilder().withNewSpec().withContainers(container("one", "cpu 1"))
                .withOverhead(Cluster.quantities("cpu 250m, memory 1Mi")).endSpec()))
                .isEqualTo(list("cpu 1250m, memory 1Mi"));
    }

    @Test
    void requestsOfThePodWinForTheResourcesThatItMaySet() {
        assertThat(requests(new PodBuilder().withNewSpec()
                .withContainers(container("one", "cpu 1, memory 1G, nvidia.com/gpu 2"))
                .withNewResources().withRequests(Cluster.quantities("cpu 3, nvidia.com/gpu 9, hugepages-2Mi 4Mi"))
                .endResources().withOverhead(Cluster.quantities("cpu 1")).endSpec()))
                .isEqualTo(list("cpu 4, memory 1G, nvidia.com/gpu 2, hugepages-2Mi 4Mi"));
    }

    @Test
    void duringAResizeTheLargestAmountCounts() {
        PodBuilder pod = new PodBuilder().withNewSpec().withContainers(container("one", "cpu 1, memory 1G")).endSpec()
                .withNewStatus().addNewContainerStatus().withName("one")
                .withAllocatedResources(Cluster.quantities("cpu 2")).withNewResources()
                .withRequests(Cluster.quantities("cpu 1, memory 2G")).endResources().endContainerStatus().endStatus();

        assertThat(requests(pod)).isEqualTo(list("cpu 2, memory 2G"));
        assertThat(requests(pod.editSpec().withContainers(container("one", "cpu 9, memory 9G")).endSpec().editStatus()
                .addNewCondition().withType("PodResizePending").withReason("Infeasible").endCondition().endStatus()))
                .as("what cannot be granted does not count").isEqualTo(list("cpu 2, memory 2G"));
    }

    @Test
    void aPodThatHasEndedOrIsNotBoundTakesNothing() {
        PodBuilder pod = new PodBuilder().withNewMetadata().withNamespace("default").withName("one").endMetadata()
                .withNewSpec().withNodeName("a").withContainers(container("one", "cpu 1")).endSpec();

        assertThat(PodOnNode.of(pod.build())).isPresent();
        assertThat(PodOnNode.of(pod.withNewStatus().withPhase("Succeeded").endStatus().build())).isEmpty();
        assertThat(PodOnNode.of(pod.withNewStatus().withPhase("Failed").endStatus().build())).isEmpty();
        assertThat(PodOnNode.of(pod.withNewStatus().withPhase("Pending").endStatus().editSpec().withNodeName(null)
                .endSpec().build())).isEmpty();
    }

    private static Container container(String name, String requests) {
        return new ContainerBuilder().withName(name).withNewResources().withRequests(Cluster.quantities(requests))
                .endResources().build();
    }

    private static Container sidecar(String name, String requests) {
        return new ContainerBuilder(container(name, requests)).withRestartPolicy("Always").build();
    }

    private static ResourceList requests(PodBuilder pod) {
        return PodRequests.of(pod.build());
    }

    private static ResourceList list(String requests) {
        return ResourceList.of(Cluster.quantities(requests + ", pods 1"));
    }
}
