package io.elasticjupyter.local;

import io.elasticjupyter.reclaim.policy.PodOnNode;
import io.elasticjupyter.reclaim.policy.ResourceList;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Replaces the scheduler: binds a pod to the first node on which its requests fit, the pods of the highest priority first. It evaluates
 * the requests and the number of pods, and no other rule, and preempts no pod.
 *
 * @param client the client
 */
record PodScheduler(KubernetesClient client) {

    private static final Comparator<Pod> QUEUE = Comparator
            .<Pod>comparingInt(pod -> -Objects.requireNonNullElse(pod.getSpec().getPriority(), 0))
            .thenComparing(pod -> pod.getMetadata().getCreationTimestamp())
            .thenComparing(pod -> pod.getMetadata().getName());

    private static final PatchContext STATUS = new PatchContext.Builder().withPatchType(PatchType.SERVER_SIDE_APPLY)
            .withFieldManager("pod-scheduler").withForce(true).build();

    /** The nodes of the embedded API, each with a GPU that does not exist. */
    static final List<Node> NODES = List.of(node("node-a"), node("node-b"));

    /** Returns a node with a made-up GPU. */
    private static Node node(String name) {
        Map<String, Quantity> resources = Map.of("cpu", new Quantity("8"), "memory", new Quantity("32Gi"),
                "ephemeral-storage", new Quantity("100Gi"), "pods", new Quantity("110"),
                "nvidia.com/gpu", new Quantity("1"));
        return new NodeBuilder()
                .withNewMetadata().withName(name).addToLabels("kubernetes.io/hostname", name).endMetadata()
                .withNewSpec().endSpec()
                .withNewStatus().withCapacity(resources).withAllocatable(resources)
                .addNewCondition().withType("Ready").withStatus("True").withReason("Simulated")
                .withMessage("Simulated: no container runs.").endCondition()
                .endStatus().build();
    }

    void createNodes() {
        NODES.forEach(node -> client.resource(node).create());
    }

    /** Tries all pods that are not bound, and have not been deleted. */
    void scheduleAll() {
        List<Node> nodes = client.nodes().list().getItems().stream()
                .sorted(Comparator.comparing(node -> node.getMetadata().getName())).toList();
        List<Pod> pods = client.pods().inAnyNamespace().list().getItems();
        Map<String, Map<String, Long>> used = new HashMap<>();
        pods.stream().flatMap(pod -> PodOnNode.of(pod).stream()).filter(pod -> !pod.nominated())
                .forEach(pod -> use(used, pod));
        pods.stream().filter(PodScheduler::waits).sorted(QUEUE).forEach(pod -> schedule(pod, nodes, used));
    }

    private static boolean waits(Pod pod) {
        return !isBound(pod) && !pod.isMarkedForDeletion() && pod.getStatus() != null
                && "Pending".equals(pod.getStatus().getPhase());
    }

    static boolean isBound(Pod pod) {
        return pod.getSpec().getNodeName() != null && !pod.getSpec().getNodeName().isEmpty();
    }

    private void schedule(Pod pod, List<Node> nodes, Map<String, Map<String, Long>> used) {
        Map<String, Integer> lacking = new TreeMap<>();
        for (Node node : nodes) {
            PodOnNode there = on(node, pod);
            List<String> missing = missing(there, node, used.getOrDefault(there.node(), Map.of()));
            if (missing.isEmpty()) {
                if (bind(pod, there.node())) {
                    use(used, there);
                }
                return;
            }
            missing.forEach(reason -> lacking.merge(reason, 1, Integer::sum));
        }
        report(pod, "0/" + nodes.size() + " nodes are available: " + lacking.entrySet().stream()
                .map(each -> each.getValue() + " " + each.getKey()).collect(Collectors.joining(", ")) + ".");
    }

    private static PodOnNode on(Node node, Pod pod) {
        return PodOnNode.of(new PodBuilder(pod).editSpec().withNodeName(node.getMetadata().getName()).endSpec().build())
                .orElseThrow();
    }

    private static void use(Map<String, Map<String, Long>> used, PodOnNode pod) {
        Map<String, Long> onNode = used.computeIfAbsent(pod.node(), first -> new HashMap<>());
        pod.requests().amounts().forEach((resource, amount) -> onNode.merge(resource, amount, Long::sum));
    }

    /** Returns what a node lacks, in the scheduler's words. */
    private static List<String> missing(PodOnNode pod, Node node, Map<String, Long> used) {
        ResourceList allocatable = ResourceList.of(node.getStatus().getAllocatable());
        return pod.requests().amounts().entrySet().stream()
                .filter(each -> each.getValue() > allocatable.get(each.getKey()) - used.getOrDefault(each.getKey(), 0L))
                .map(each -> each.getKey().equals(ResourceList.PODS)
                        ? "Too many pods"
                        : "Insufficient " + each.getKey())
                .toList();
    }

    private boolean bind(Pod pod, String node) {
        try {
            client.resource(pod).patch(PatchContext.of(PatchType.JSON_MERGE),
                    "{\"metadata\":{\"uid\":\"" + pod.getMetadata().getUid() + "\"},\"spec\":{\"nodeName\":\"" + node
                            + "\"}}");
            write(pod, new PodConditionBuilder().withType("PodScheduled").withStatus("True"));
            return true;
        } catch (KubernetesClientException e) {
            // Deleted in the meantime.
            return false;
        }
    }

    private void report(Pod pod, String message) {
        Optional<PodCondition> present = pod.getStatus().getConditions().stream()
                .filter(condition -> condition.getType().equals("PodScheduled")).findFirst();
        if (present.filter(condition -> message.equals(condition.getMessage())).isPresent()) {
            return;
        }
        try {
            write(pod, new PodConditionBuilder().withType("PodScheduled").withStatus("False")
                    .withReason("Unschedulable").withMessage(message));
        } catch (KubernetesClientException e) {
            // Deleted in the meantime.
        }
    }

    private void write(Pod pod, PodConditionBuilder condition) {
        client.resource(new PodBuilder().withMetadata(PodSimulation.identity(pod)).withNewStatus()
                .addToConditions(condition.withLastTransitionTime(
                        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString()).build())
                .endStatus().build()).subresource("status").patch(STATUS);
    }
}
