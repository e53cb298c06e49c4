package io.elasticjupyter.reclaim.policy;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeSpec;
import io.fabric8.kubernetes.api.model.NodeStatus;
import io.fabric8.kubernetes.api.model.Taint;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A node.
 *
 * @param name the name
 * @param labels the labels
 * @param taints the taints
 * @param unschedulable whether it is cordoned
 * @param ready whether its condition {@code Ready} is true or absent; no kernel of another node is culled
 * @param allocatable what pods can request, and {@link ResourceList#PODS}, their maximum number
 */
public record NodeState(String name, Map<String, String> labels, List<Taint> taints, boolean unschedulable,
        boolean ready, ResourceList allocatable) {

    public NodeState {
        labels = Map.copyOf(labels);
        taints = List.copyOf(taints);
    }

    /** Returns the state of a node. */
    public static NodeState of(Node node) {
        NodeSpec spec = Objects.requireNonNullElseGet(node.getSpec(), NodeSpec::new);
        NodeStatus status = Objects.requireNonNullElseGet(node.getStatus(), NodeStatus::new);
        boolean ready = status.getConditions().stream().filter(each -> "Ready".equals(each.getType()))
                .allMatch(each -> "True".equals(each.getStatus()));
        return new NodeState(node.getMetadata().getName(),
                Objects.requireNonNullElse(node.getMetadata().getLabels(), Map.of()), spec.getTaints(),
                Boolean.TRUE.equals(spec.getUnschedulable()), ready, ResourceList.of(status.getAllocatable()));
    }
}
