package io.elasticjupyter.integration;

import io.elasticjupyter.reclaim.policy.ClusterState;
import io.elasticjupyter.reclaim.policy.Kernel;
import io.elasticjupyter.reclaim.policy.Kernel.Activity;
import io.elasticjupyter.reclaim.policy.NodeState;
import io.elasticjupyter.reclaim.policy.PendingPod;
import io.elasticjupyter.reclaim.policy.PodName;
import io.elasticjupyter.reclaim.policy.PodOnNode;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;

/**
 * A few nodes of their own for one waiting pod, with kernels and other pods: the same for the same seed.
 *
 * @param name the value of the label that the nodes have, and that the waiting pod selects
 * @param nodes the nodes
 * @param pods the pods on them
 * @param kernels the kernels among the pods, by name
 * @param waiting the pod that waits
 */
record ReclaimSite(String name, List<Node> nodes, List<Pod> pods, Map<String, Kernel> kernels, Pod waiting) {

    static final String NAMESPACE = "reclaim";

    private static final String SITE = "site";
    private static final String GPU = "nvidia.com/gpu";

    static ReclaimSite of(long seed, String name, String priorityClass) {
        Random random = new Random(seed);
        Instant now = Instant.now();
        List<Node> nodes = new ArrayList<>();
        List<Pod> pods = new ArrayList<>();
        Map<String, Kernel> kernels = new LinkedHashMap<>();
        for (int n = 1 + random.nextInt(4); n > 0; n--) {
            String node = name + "-n" + n;
            List<Pod> here = new ArrayList<>();
            int ofThisNode = 1 + random.nextInt(7);
            for (int p = 0; p < ofThisNode + random.nextInt(2); p++) {
                Pod pod = pod(node + "-" + (p < ofThisNode ? "kernel-" : "pod-") + p, request(random, 3))
                        .editSpec().withNodeName(node)
                        .withPriorityClassName(of(random, "low", "low", "low", "low", "middle", "high")).endSpec()
                        .build();
                here.add(pod);
                if (p < ofThisNode) {
                    kernels.put(pod.getMetadata().getName(), kernel(random, pod, now));
                }
            }
            pods.addAll(here);
            nodes.add(node(random, name, node, here));
        }
        PodBuilder waiting = pod(name + "-waiting", request(random, 4)).editSpec().withPriorityClassName(priorityClass)
                .addToNodeSelector(SITE, name).endSpec();
        if (random.nextInt(4) == 0) {
            waiting.editSpec().addToNodeSelector("zone", "z0").endSpec();
        }
        if (random.nextInt(3) > 0) {
            waiting.editSpec().addNewToleration().withKey("gpu").withOperator("Exists").endToleration().endSpec();
        }
        if (random.nextInt(6) == 0) {
            waiting.editSpec().editFirstContainer().addNewPort().withContainerPort(1).withHostPort(8888).endPort()
                    .endContainer().endSpec();
        }
        if (random.nextInt(6) == 0) {
            waiting.editSpec().withNewAffinity().withNewPodAntiAffinity()
                    .addNewRequiredDuringSchedulingIgnoredDuringExecution().withTopologyKey("host")
                    .withNewLabelSelector().addToMatchLabels("app", "app0").endLabelSelector()
                    .endRequiredDuringSchedulingIgnoredDuringExecution().endPodAntiAffinity().endAffinity().endSpec();
        }
        return new ReclaimSite(name, nodes, pods, kernels, waiting.build());
    }

    /** Most nodes have little more than their pods request. */
    private static Node node(Random random, String site, String name, List<Pod> pods) {
        Map<String, Quantity> allocatable = new TreeMap<>();
        allocatable.put("pods", new Quantity(random.nextInt(6) == 0 ? Integer.toString(pods.size()) : "110"));
        Map<String, String> slack = Map.of("cpu", of(random, "0", "500m", "1"), "memory", of(random, "0", "1Gi", "1e9"),
                GPU, of(random, "0", "0", "0", "1", "2"));
        slack.forEach((resource, more) -> allocatable.put(resource, new Quantity(pods.stream()
                .map(pod -> pod.getSpec().getContainers().getFirst().getResources().getRequests().get(resource)
                        .getNumericalAmount())
                .reduce(Quantity.parse(more).getNumericalAmount(), BigDecimal::add).toPlainString())));
        return new NodeBuilder().withNewMetadata().withName(name).addToLabels(SITE, site).addToLabels("host", name)
                .addToLabels("zone", "z" + random.nextInt(2)).endMetadata().withNewSpec()
                .withUnschedulable(random.nextInt(12) == 0)
                .withTaints(random.nextInt(4) == 0 ? List.of(new Taint("NoSchedule", "gpu", null, "yes")) : List.of())
                .endSpec().withNewStatus().withAllocatable(allocatable).withCapacity(allocatable).addNewCondition()
                .withType("Ready").withStatus("True").endCondition().endStatus().build();
    }

    private static Kernel kernel(Random random, Pod pod, Instant now) {
        return new Kernel(new PodName(NAMESPACE, pod.getMetadata().getName()),
                random.nextInt(3) == 0 ? Activity.BUSY : Activity.IDLE,
                now.minusSeconds(of(random, 10, 100, 100, 300, 900, 7200)), random.nextInt(2), random.nextInt(4) > 0,
                random.nextInt(10) == 0 ? Optional.of(now.plusSeconds(86_400)) : Optional.empty(),
                Kernel.DEFAULT_RECLAIM_AFTER);
    }

    private static Map<String, Quantity> request(Random random, int gpus) {
        return Map.of(GPU, new Quantity(Integer.toString(random.nextInt(gpus))), "cpu",
                Quantity.parse(of(random, "0", "100m", "500m", "1", "1500m", "2")), "memory",
                Quantity.parse(of(random, "0", "1e3", "128974848", "1Gi", "1500Mi", "2G")));
    }

    private static PodBuilder pod(String name, Map<String, Quantity> requests) {
        PodBuilder pod = new PodBuilder().withNewMetadata().withNamespace(NAMESPACE).withName(name)
                .addToLabels("app", "app" + Math.floorMod(name.substring(name.indexOf('-')).hashCode(), 4))
                .endMetadata()
                .withNewSpec().withTerminationGracePeriodSeconds(0L).addNewContainer().withName("main")
                .withImage("none").withNewResources().withRequests(requests)
                .withLimits(Map.of(GPU, requests.get(GPU))).endResources().endContainer().endSpec();
        if (Math.floorMod(name.substring(name.indexOf('-')).hashCode(), 9) == 0) {
            pod.editSpec().editFirstContainer().addNewPort().withContainerPort(1).withHostPort(8888).endPort()
                    .endContainer().endSpec();
        }
        return pod;
    }

    @SafeVarargs
    private static <T> T of(Random random, T... values) {
        return values[random.nextInt(values.length)];
    }

    /** Creates the nodes and the pods on them, and waits for nothing. */
    void create(KubernetesClient client) {
        for (Node node : nodes) {
            client.nodes().resource(node).create();
            // Admission adds the taint of a node that is not ready, which its kubelet would remove.
            client.nodes().withName(node.getMetadata().getName()).edit(
                    created -> new NodeBuilder(created).editSpec().withTaints(node.getSpec().getTaints()).endSpec()
                            .build());
            client.nodes().withName(node.getMetadata().getName())
                    .editStatus(created -> new NodeBuilder(created).withStatus(node.getStatus()).build());
        }
        pods.forEach(pod -> client.pods().resource(pod).create());
    }

    /** Returns the values of the policy, from what the API server returns. */
    ClusterState state(KubernetesClient client) {
        List<NodeState> states = client.nodes().withLabel(SITE, name).list().getItems().stream().map(NodeState::of)
                .toList();
        List<Pod> all = client.pods().inNamespace(NAMESPACE).list().getItems();
        Pod pod = client.pods().resource(waiting).get();
        return new ClusterState(Instant.now(), states,
                all.stream().flatMap(each -> PodOnNode.of(each).stream()).toList(),
                List.copyOf(kernels.values()), List.of(PendingPod.of(pod, true)));
    }

    void delete(KubernetesClient client) {
        client.pods().resource(waiting).withGracePeriod(0).delete();
        pods.forEach(pod -> client.pods().resource(pod).withGracePeriod(0).delete());
        nodes.forEach(node -> client.nodes().resource(node).delete());
    }
}
