package io.elasticjupyter.integration;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;

/**
 * A node with at least two GPUs, of which no more than two are free.
 *
 * @param client the client of its cluster
 * @param name the node
 * @param namespace the namespace of the pods
 */
record GpuNode(KubernetesClient client, String name, String namespace) {

    static final String GPU = "nvidia.com/gpu";

    private static final String FILLER = "other-gpus";
    private static final String IMAGE = "busybox:1.37";
    private static final int KERNELS = 2;

    /** Takes the GPUs of the cluster's largest node but two; empty if no node has two. */
    static Optional<GpuNode> of(KubernetesClient client, String namespace) {
        return client.nodes().list().getItems().stream().filter(node -> gpus(node) >= KERNELS)
                .max(Comparator.comparingInt(GpuNode::gpus)).map(node -> {
                    GpuNode found = new GpuNode(client, node.getMetadata().getName(), namespace);
                    if (gpus(node) > KERNELS) {
                        client.resource(found.pod(FILLER, gpus(node) - KERNELS)).create();
                        found.awaitBound(FILLER);
                    }
                    return found;
                });
    }

    private static int gpus(Node node) {
        return Integer.parseInt(node.getStatus().getAllocatable().getOrDefault(GPU, new Quantity("0")).getAmount());
    }

    /** Creates a pod that asks for a GPU of this node and for the resources of idle kernels. */
    void createWaiting(String pod, String priorityClass) {
        client.resource(new PodBuilder(pod(pod, 1)).editMetadata()
                .addToLabels("elastic-jupyter.io/reclaim", "idle-kernels").endMetadata().editSpec()
                .withPriorityClassName(priorityClass).endSpec().build()).create();
    }

    /** Waits until the scheduler has bound a pod to this node. The pod need not run. */
    void awaitBound(String pod) {
        await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(100))
                .until(() -> name.equals(client.pods().inNamespace(namespace).withName(pod).get().getSpec()
                        .getNodeName()));
    }

    /** Deletes the pods that were created. */
    void release(String pod) {
        client.pods().inNamespace(namespace).withName(pod).withGracePeriod(0).delete();
        client.pods().inNamespace(namespace).withName(FILLER).withGracePeriod(0).delete();
    }

    private Pod pod(String pod, int gpus) {
        Map<String, Quantity> requests = Map.of(GPU, new Quantity(Integer.toString(gpus)));
        return new PodBuilder().withNewMetadata().withNamespace(namespace).withName(pod).endMetadata().withNewSpec()
                .addToNodeSelector("kubernetes.io/hostname", name)
                .addNewContainer().withName("main").withImage(IMAGE).withCommand("sleep", "3600").withNewResources()
                .withRequests(requests).withLimits(requests).endResources().endContainer().endSpec().build();
    }
}
