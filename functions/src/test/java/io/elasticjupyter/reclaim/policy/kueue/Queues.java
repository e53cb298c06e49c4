package io.elasticjupyter.reclaim.policy.kueue;

import io.elasticjupyter.reclaim.policy.Kernel;
import io.elasticjupyter.reclaim.policy.PodName;
import io.elasticjupyter.reclaim.policy.ReclaimDecision;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** ClusterQueues with quotas of GPUs, and Workloads that have quota or wait, all as Kueue writes them. */
final class Queues {

    static final String GPU = "nvidia.com/gpu";

    private static final Instant NOW = Instant.parse("2026-12-01T12:00:00Z");

    private final List<ResourceFlavor> flavors = new ArrayList<>();
    private final List<ClusterQueue> queues = new ArrayList<>();
    private final List<AdmittedWorkload> admitted = new ArrayList<>();
    private final List<PendingWorkload> pending = new ArrayList<>();
    private final List<Kernel> kernels = new ArrayList<>();

    List<ReclaimDecision> decide() {
        return QuotaPolicy.decide(new QuotaState(NOW, flavors, queues, List.of(), admitted, pending, kernels));
    }

    void flavor(String name, String spec) {
        if (flavors.stream().noneMatch(each -> each.getMetadata().getName().equals(name))) {
            flavors.add(read(ResourceFlavor.class, name, "spec: " + spec));
        }
    }

    /** Creates a ClusterQueue with a quota of GPUs of the flavor a. */
    void queue(String name, int gpus) {
        queue(name, "{a: %d}".formatted(gpus), "{}");
    }

    /**
     * Creates a ClusterQueue.
     *
     * @param quotas a number of GPUs, or fields of a quota, for each flavor
     * @param spec other fields
     */
    void queue(String name, String quotas, String spec) {
        Map<String, Object> all = map(quotas);
        Map<String, Object> fields = map(spec);
        List<Map<String, Object>> ofFlavors = new ArrayList<>();
        all.forEach((flavor, quota) -> {
            flavor(flavor, "{}");
            Map<String, Object> resource = new HashMap<>(
                    quota instanceof Map<?, ?> more ? copied(more) : Map.of("nominalQuota", quota));
            resource.put("name", GPU);
            ofFlavors.add(Map.of("name", flavor, "resources", List.of(resource)));
        });
        fields.put("resourceGroups", List.of(Map.of("coveredResources", List.of(GPU), "flavors", ofFlavors)));
        queues.add(read(ClusterQueue.class, name, "spec: " + Serialization.asJson(fields)));
    }

    private static Map<String, Object> map(String yaml) {
        return copied((Map<?, ?>) Serialization.unmarshal("yaml: " + yaml, Map.class).get("yaml"));
    }

    private static Map<String, Object> copied(Map<?, ?> map) {
        Map<String, Object> copy = new TreeMap<>();
        map.forEach((key, value) -> copy.put((String) key, value));
        return copy;
    }

    void kernel(String name, String queue, Duration idle) {
        kernel(name, queue, "a", idle);
    }

    void kernel(String name, String queue, String flavor, Duration idle) {
        kernel(name, queue, flavor, 1, Kernel.Activity.IDLE, idle);
    }

    void busy(String name, String queue) {
        busy(name, queue, 1);
    }

    void busy(String name, String queue, int gpus) {
        kernel(name, queue, "a", gpus, Kernel.Activity.BUSY, Duration.ofHours(1));
    }

    void kernel(String name, String queue, String flavor, int gpus, Kernel.Activity activity, Duration idle) {
        admitted.add(holder(name, queue, flavor, gpus).ofKernel(new PodName(queue, name)));
        kernels.add(new Kernel(new PodName(queue, name), activity, NOW.minus(idle), 0, true, Optional.empty(),
                Duration.ofMinutes(1)));
    }

    void ending(String name, String queue) {
        admitted.add(holder(name, queue, "a", 1).end());
    }

    void admitted(String name, String queue, int gpus) {
        admitted.add(holder(name, queue, "a", gpus));
    }

    private static AdmittedWorkload holder(String name, String queue, String flavor, int gpus) {
        return AdmittedWorkload.of(read(Workload.class, name, """
                spec: {queueName: q, podSets: [{name: main, count: 1}]}
                status:
                  admission: {clusterQueue: %s, podSetAssignments: [
                    {name: main, count: 1, flavors: {%s: %s}, resourceUsage: {%s: '%d'}}]}
                """.formatted(queue, GPU, flavor, GPU, gpus))).orElseThrow();
    }

    void waiting(String name, String queue, int gpus) {
        waiting(name, queue, gpus, 1000);
    }

    void waiting(String name, String queue, int gpus, int priority) {
        waiting(name, queue, gpus, priority, "{}");
    }

    void waiting(String name, String queue, int gpus, int priority, String pod) {
        pending(name, queue, gpus, priority, pod, "elastic-jupyter.io/reclaim: idle-kernels");
    }

    /** Creates a Workload that waits and does not ask. */
    void unasking(String name, String queue, int gpus, int priority) {
        pending(name, queue, gpus, priority, "{}", "");
    }

    private void pending(String name, String queue, int gpus, int priority, String pod, String labels) {
        pending.add(PendingWorkload.of(read(Workload.class, name, """
                spec: {queueName: q, priority: %d, podSets: [{name: main, count: 1, template: {spec: %s}}]}
                status:
                  conditions: [{type: QuotaReserved, status: 'False', reason: Pending}]
                  resourceRequests: [{name: main, resources: {%s: '%d'}}]
                """.formatted(priority, pod, GPU, gpus), queue, labels), queue).orElseThrow());
    }

    private static <R extends CustomResource<?, ?>> R read(Class<R> type, String name, String rest) {
        return read(type, name, rest, "team", "");
    }

    private static <R extends CustomResource<?, ?>> R read(Class<R> type, String name, String rest, String namespace,
            String labels) {
        return Serialization.unmarshal("""
                apiVersion: kueue.x-k8s.io/v1beta2
                kind: %s
                metadata: {name: %s, namespace: %s, creationTimestamp: '2026-12-01T11:00:00Z', labels: {%s}}
                """.formatted(type.getSimpleName(), name, namespace, labels) + rest, type);
    }
}
