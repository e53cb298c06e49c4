package io.elasticjupyter.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Pods and the simulated nodes on the embedded API. */
class PodSchedulerTest {

    private static final String GPU = "nvidia.com/gpu";

    private ApiServer api;
    private KubernetesClient client;

    @BeforeEach
    void start() {
        api = EmbeddedApiServer.start(0);
        client = new KubernetesClientBuilder().withConfig(api.config()).build();
    }

    @AfterEach
    void end() {
        client.close();
        api.close();
    }

    @Test
    void aPodIsBoundToTheFirstNodeWithRoomAndTheNextWaitsUntilAnotherEnds() {
        try (var _ = new PodSimulation(client, true)) {
            pod("a", GPU, "1");
            assertThat(running("a").getSpec().getNodeName()).isEqualTo("node-a");
            pod("b", GPU, "1");
            assertThat(running("b").getSpec().getNodeName()).isEqualTo("node-b");
            pod("c", GPU, "1");
            assertThat(unschedulable("c")).isEqualTo("0/2 nodes are available: 2 Insufficient nvidia.com/gpu.");
            pod("plain", "cpu", "1");
            assertThat(running("plain").getStatus().getConditions()).extracting(PodCondition::getType)
                    .contains("PodScheduled", "Ready");

            client.pods().inNamespace("default").withName("b").delete();

            assertThat(running("c").getSpec().getNodeName()).isEqualTo("node-b");
            assertThat(running("c").getStatus().getConditions()).filteredOn("type", "PodScheduled").singleElement()
                    .satisfies(condition -> assertThat(condition.getStatus()).isEqualTo("True"));
        }
    }

    @Test
    void thePodOfTheHighestPriorityIsTriedFirst() {
        var scheduler = new PodScheduler(client);
        scheduler.createNodes();
        for (String each : new String[]{"a", "b", "c"}) {
            pod(each, "cpu", "5");
        }
        scheduler.scheduleAll();
        assertThat(unschedulable("c")).isEqualTo("0/2 nodes are available: 2 Insufficient cpu.");
        client.resource(new PodBuilder(of("d", "cpu", "5")).editSpec().withPriority(7).endSpec().build()).create();

        client.pods().inNamespace("default").withName("a").delete();
        scheduler.scheduleAll();

        assertThat(get("d").getSpec().getNodeName()).isEqualTo("node-a");
        assertThat(get("c").getSpec().getNodeName()).isNull();
    }

    @Test
    void whatIsTooLargeForEveryNodeSaysWhatIsMissing() {
        var scheduler = new PodScheduler(client);
        scheduler.createNodes();
        client.resource(new PodBuilder(of("large", GPU, "2")).editSpec().editFirstContainer().editResources()
                .addToRequests("memory", new Quantity("64Gi")).endResources().endContainer().endSpec().build())
                .create();
        scheduler.scheduleAll();
        String version = get("large").getMetadata().getResourceVersion();
        scheduler.scheduleAll();

        assertThat(unschedulable("large"))
                .isEqualTo("0/2 nodes are available: 2 Insufficient memory, 2 Insufficient nvidia.com/gpu.");
        assertThat(get("large").getMetadata().getResourceVersion()).as("it is reported once").isEqualTo(version);
    }

    @Test
    void withoutNodesPodsStartAsTheyAre() {
        try (var _ = new PodSimulation(client, false)) {
            pod("a", GPU, "1");
            assertThat(running("a").getSpec().getNodeName()).isNull();
        }
    }

    private Pod running(String name) {
        return client.pods().inNamespace("default").withName(name).waitUntilCondition(PodKernels::runs, 20,
                TimeUnit.SECONDS);
    }

    private String unschedulable(String name) {
        return client.pods().inNamespace("default").withName(name)
                .waitUntilCondition(pod -> pod.getStatus().getConditions().stream()
                        .anyMatch(condition -> "Unschedulable".equals(condition.getReason())), 20, TimeUnit.SECONDS)
                .getStatus().getConditions().getFirst().getMessage();
    }

    private Pod get(String name) {
        return client.pods().inNamespace("default").withName(name).get();
    }

    private void pod(String name, String resource, String amount) {
        client.resource(of(name, resource, amount)).create();
    }

    private static Pod of(String name, String resource, String amount) {
        Quantity quantity = new Quantity(amount);
        return new PodBuilder().withNewMetadata().withName(name).withNamespace("default").endMetadata()
                .withNewSpec().addNewContainer().withName("c").withImage("c").withNewResources()
                .addToRequests(resource, quantity).addToLimits(resource, quantity).endResources().endContainer()
                .endSpec().build();
    }
}
