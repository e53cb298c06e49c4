package io.elasticjupyter.benchmark;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.scheduling.v1.PriorityClassBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.util.List;
import java.util.Map;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/**
 * The nodes of a {@link KernelFleet}, whose GPUs are all taken, and pods that wait for them.
 *
 * @param cluster the cluster
 * @param nodes the number of nodes
 * @param kernels the number of kernels on each node, of which each has a GPU
 */
record ReclaimFleet(Cluster cluster, int nodes, int kernels) implements AutoCloseable {

    static final String NAMESPACE = "reclaim-waiting";

    private static final String GPU = "nvidia.com/gpu";
    private static final String PRIORITY_CLASS = "reclaim-benchmark";

    /** Creates the nodes and the PriorityClass of the pods. */
    void create() {
        KubernetesClient client = cluster.client();
        close();
        for (int node = 0; node < nodes; node++) {
            Map<String, Quantity> resources = Map.of("cpu", new Quantity("64"), "memory", new Quantity("512Gi"),
                    "pods", new Quantity("110"), GPU, new Quantity(Integer.toString(kernels)));
            client.resource(new NodeBuilder().withNewMetadata().withName(KernelFleet.node(node))
                    .addToLabels("kubernetes.io/hostname", KernelFleet.node(node)).endMetadata()
                    .withNewStatus().withCapacity(resources).withAllocatable(resources).endStatus().build()).create();
        }
        client.resource(new PriorityClassBuilder().withNewMetadata().withName(PRIORITY_CLASS).endMetadata()
                .withValue(1000).withPreemptionPolicy("Never").build()).create();
        cluster.createNamespace(NAMESPACE);
    }

    /** Replaces the pods that wait. */
    List<Pod> wait(int pods, IntUnaryOperator gpus) {
        cluster.deleteNamespace(NAMESPACE);
        cluster.createNamespace(NAMESPACE);
        return IntStream.range(0, pods).mapToObj(number -> waiting(number, gpus.applyAsInt(number))).toList();
    }

    private Pod waiting(int number, int gpus) {
        Map<String, Quantity> requests = Map.of(GPU, new Quantity(Integer.toString(gpus)));
        Pod pod = cluster.client().resource(new PodBuilder().withNewMetadata().withNamespace(NAMESPACE)
                .withName("training-" + number).addToLabels("elastic-jupyter.io/reclaim", "idle-kernels").endMetadata()
                .withNewSpec().withPriorityClassName(PRIORITY_CLASS).withSchedulerName("none")
                .addNewContainer().withName("training").withImage("busybox:1.37").withNewResources()
                .withRequests(requests).withLimits(requests).endResources().endContainer().endSpec().build()).create();
        return cluster.client().resource(pod).editStatus(created -> new PodBuilder(created).editOrNewStatus()
                .withPhase("Pending").withConditions(new PodConditionBuilder().withType("PodScheduled")
                        .withStatus("False").withReason("Unschedulable").withMessage("0 nodes are available").build())
                .endStatus().build());
    }

    /** Deletes each pod that gets resources, so that the function does not wait until a scheduler binds it. */
    Watch deleteServed() {
        return cluster.client().v1().events().inNamespace(NAMESPACE).watch(new Watcher<Event>() {
            @Override
            public void eventReceived(Action action, Event event) {
                if (event.getReason().equals("Reclaimed")) {
                    cluster.client().pods().inNamespace(NAMESPACE).withName(event.getInvolvedObject().getName())
                            .withGracePeriod(0).delete();
                }
            }

            @Override
            public void onClose(WatcherException cause) {
                // The round is over.
            }
        });
    }

    /** Deletes the nodes and the PriorityClass. The namespace is deleted with those of the cluster. */
    @Override
    public void close() {
        cluster.client().scheduling().v1().priorityClasses().withName(PRIORITY_CLASS).delete();
        IntStream.range(0, nodes).forEach(node -> cluster.client().nodes().withName(KernelFleet.node(node)).delete());
    }
}
