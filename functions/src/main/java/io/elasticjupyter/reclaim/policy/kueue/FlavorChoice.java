package io.elasticjupyter.reclaim.policy.kueue;

import io.elasticjupyter.reclaim.policy.NodeRules;
import io.elasticjupyter.reclaim.policy.NodeState;
import io.elasticjupyter.reclaim.policy.PendingPod;
import io.elasticjupyter.reclaim.policy.PodName;
import io.elasticjupyter.reclaim.policy.PodOnNode;
import io.elasticjupyter.reclaim.policy.ResourceList;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Taint;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/**
 * One flavor of each resource group that a Workload needs, which is to the decision what a node is: what the ClusterQueue may use of
 * the flavors can be allocated, and the Workloads that have quota of them are on it.
 *
 * @param groups the flavors, by the index of the group
 */
record FlavorChoice(Map<Integer, ResourceFlavor> groups, Map<String, String> flavorOf) {

    /** Choices that are compared: ClusterQueues have one or two groups with a few flavors each. */
    private static final int MOST = 500;

    /** The number of pods that can be on it, which Kueue limits only by quota. */
    private static final String NO_LIMIT = "1000000000";

    /** The name of the resource {@code pods} of quotas, which is another one than that of a node. */
    private static final String QUOTA_OF_PODS = "pods by quota";

    /**
     * Returns the choices that a Workload has.
     *
     * @param needed the resources that it requests
     * @return empty if there are too many
     */
    static Optional<List<FlavorChoice>> of(ClusterQueue queue, ResourceList needed,
            Map<String, ResourceFlavor> flavors) {
        List<FlavorChoice> choices = List.of(new FlavorChoice(Map.of(), Map.of()));
        List<ResourceGroup> groups = queue.getSpec().resourceGroups();
        for (int g = 0; g < groups.size(); g++) {
            ResourceGroup group = groups.get(g);
            if (group.coveredResources().stream().noneMatch(resource -> needed.get(resource) > 0)) {
                continue;
            }
            List<FlavorChoice> more = new ArrayList<>();
            for (FlavorChoice choice : choices) {
                for (ResourceGroup.FlavorQuotas quotas : group.flavors()) {
                    if (flavors.containsKey(quotas.name())) {
                        more.add(choice.with(g, group, flavors.get(quotas.name())));
                    }
                }
            }
            if (more.size() > MOST) {
                return Optional.empty();
            }
            choices = more;
        }
        return Optional.of(choices);
    }

    private FlavorChoice with(int index, ResourceGroup group, ResourceFlavor flavor) {
        Map<Integer, ResourceFlavor> all = new LinkedHashMap<>(groups);
        all.put(index, flavor);
        Map<String, String> flavorsOf = new HashMap<>(flavorOf);
        group.coveredResources().forEach(resource -> flavorsOf.put(resource, flavor.getMetadata().getName()));
        return new FlavorChoice(all, flavorsOf);
    }

    /** Returns the names of the flavors. */
    String name() {
        return groups.values().stream().map(each -> each.getMetadata().getName()).distinct()
                .collect(Collectors.joining(" and "));
    }

    /** Returns what a Workload uses if it gets these flavors; empty if the ClusterQueue has no quota of a resource. */
    Optional<Map<FlavorResource, Long>> usage(ResourceList requests) {
        Map<FlavorResource, Long> usage = new HashMap<>();
        for (Map.Entry<String, Long> each : requests.amounts().entrySet()) {
            String flavor = flavorOf.get(each.getKey());
            if (flavor != null) {
                usage.put(new FlavorResource(flavor, each.getKey()), each.getValue());
            } else if (each.getValue() > 0 && !each.getKey().equals(ResourceList.PODS)) {
                return Optional.empty();
            }
        }
        return Optional.of(usage);
    }

    /**
     * Returns the node.
     *
     * @param allocatable what the ClusterQueue can use of a flavor
     */
    NodeState node(ToLongFunction<FlavorResource> allocatable) {
        Map<String, Quantity> amounts = new TreeMap<>();
        flavorOf.forEach((resource, flavor) -> amounts.put(key(resource),
                quantity(resource, allocatable.applyAsLong(new FlavorResource(flavor, resource)))));
        amounts.put(ResourceList.PODS, new Quantity(NO_LIMIT));
        Map<String, String> labels = new HashMap<>();
        groups.forEach((group, flavor) -> flavor.getSpec().nodeLabels()
                .forEach((name, value) -> labels.put(FlavorRules.label(group, name), value)));
        List<Taint> taints = groups.values().stream().map(ResourceFlavor::getSpec)
                .flatMap(flavor -> flavor.nodeTaints().stream()
                        .filter(taint -> !NodeRules.tolerates(flavor.tolerations(), taint)))
                .toList();
        return NodeState.of(new NodeBuilder().withNewMetadata().withName(name()).withLabels(labels).endMetadata()
                .withNewSpec().withTaints(taints).endSpec().withNewStatus().withAllocatable(amounts).endStatus()
                .build());
    }

    /** Returns a Workload with quota of these flavors, as a pod on the node; empty if it has none of them. */
    Optional<PodOnNode> holder(AdmittedWorkload workload, Instant now) {
        Map<String, Quantity> requests = new TreeMap<>();
        flavorOf.forEach((resource, flavor) -> {
            long amount = workload.usage().getOrDefault(new FlavorResource(flavor, resource), 0L);
            if (amount > 0) {
                requests.put(key(resource), quantity(resource, amount));
            }
        });
        return requests.isEmpty()
                ? Optional.empty()
                : PodOnNode.of(pod(workload.holder(), requests, workload.priority())
                        .editMetadata().withDeletionTimestamp(workload.ending() ? now.toString() : null).endMetadata()
                        .editSpec().withNodeName(name()).endSpec().build());
    }

    /**
     * Returns a Workload that waits, as a pod.
     *
     * @param asks whether the decision is about it
     */
    PendingPod pending(PendingWorkload workload, boolean asks, FlavorRules rules) {
        Map<String, Quantity> requests = new TreeMap<>();
        workload.requests().amounts().forEach((resource, amount) -> {
            if (!resource.equals(ResourceList.PODS) || flavorOf.containsKey(resource)) {
                requests.put(key(resource), quantity(resource, amount));
            }
        });
        Pod pod = pod(workload.name(), requests, workload.priority()).editMetadata()
                .withCreationTimestamp(workload.created().toString()).endMetadata().editSpec()
                .withAffinity(rules.affinity(workload)).withTolerations(FlavorRules.tolerations(workload)).endSpec()
                .build();
        return PendingPod.of(pod, asks);
    }

    private static PodBuilder pod(PodName name, Map<String, Quantity> requests, int priority) {
        return new PodBuilder().withNewMetadata().withNamespace(name.namespace()).withName(name.name()).endMetadata()
                .withNewSpec().withPriority(priority).addNewContainer().withNewResources().withRequests(requests)
                .endResources().endContainer().endSpec();
    }

    private static String key(String resource) {
        return resource.equals(ResourceList.PODS) ? QUOTA_OF_PODS : resource;
    }

    private static Quantity quantity(String resource, long amount) {
        return resource.equals(ResourceList.CPU)
                ? new Quantity(String.valueOf(amount), "m")
                : new Quantity(String.valueOf(amount));
    }
}
