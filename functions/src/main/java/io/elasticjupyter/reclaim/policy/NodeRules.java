package io.elasticjupyter.reclaim.policy;

import io.fabric8.kubernetes.api.model.NodeSelectorRequirement;
import io.fabric8.kubernetes.api.model.NodeSelectorTerm;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.Toleration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The scheduler's rules that depend on a pod and a node alone, in
 * <a href="https://github.com/kubernetes/kubernetes/tree/v1.36.0/pkg/scheduler/framework/plugins">its plugins</a>
 * {@code nodeunschedulable}, {@code nodeaffinity} (with {@code nodeaffinity.go} of component-helpers) and {@code tainttoleration}
 * (with {@code ToleratesTaint} of the core API). The operators {@code Gt} and {@code Lt} of tolerations are behind an alpha feature
 * that is off by default, and tolerate nothing.
 */
public final class NodeRules {

    private static final Taint UNSCHEDULABLE = new Taint("NoSchedule", "node.kubernetes.io/unschedulable", null, null);
    private static final Set<String> EFFECTS = Set.of("NoSchedule", "NoExecute");
    private static final String NAME_FIELD = "metadata.name";

    private NodeRules() {}

    /** Why a pod may not run on a node. */
    enum Mismatch {
        /** The node does not match the pod's node selector, required node affinity or volumes. */
        SELECTOR,
        /** The node has a taint that the pod does not tolerate. */
        TAINT,
        /** The node is cordoned. */
        UNSCHEDULABLE
    }

    /** Returns why a pod may not run on a node; empty if it may, with enough resources. */
    static Optional<Mismatch> mismatch(PendingPod pod, NodeState node) {
        if (!Labels.contain(node.labels(), pod.nodeSelector())
                || !pod.nodeAffinities().stream().allMatch(terms -> matches(terms, node))) {
            return Optional.of(Mismatch.SELECTOR);
        }
        if (node.unschedulable() && !tolerates(pod.tolerations(), UNSCHEDULABLE)) {
            return Optional.of(Mismatch.UNSCHEDULABLE);
        }
        return node.taints().stream().filter(taint -> EFFECTS.contains(taint.getEffect()))
                .allMatch(taint -> tolerates(pod.tolerations(), taint))
                        ? Optional.empty()
                        : Optional.of(Mismatch.TAINT);
    }

    private static boolean matches(List<NodeSelectorTerm> terms, NodeState node) {
        return terms.stream().anyMatch(term -> matches(term, node));
    }

    private static boolean matches(NodeSelectorTerm term, NodeState node) {
        boolean empty = term.getMatchExpressions().isEmpty() && term.getMatchFields().isEmpty();
        return !empty && term.getMatchExpressions().stream().allMatch(each -> Labels.match(each, node.labels()))
                && term.getMatchFields().stream().allMatch(each -> matchesName(each, node.name()));
    }

    /** The only field is the name, and each operator takes one value. */
    private static boolean matchesName(NodeSelectorRequirement requirement, String name) {
        if (!NAME_FIELD.equals(requirement.getKey()) || requirement.getValues().size() != 1) {
            return false;
        }
        boolean equal = requirement.getValues().getFirst().equals(name);
        return switch (requirement.getOperator()) {
            case "In" -> equal;
            case "NotIn" -> !equal;
            default -> false;
        };
    }

    /** Returns whether one of these tolerations tolerates a taint. */
    public static boolean tolerates(List<Toleration> tolerations, Taint taint) {
        return tolerations.stream().anyMatch(each -> tolerates(each, taint));
    }

    private static boolean tolerates(Toleration toleration, Taint taint) {
        if (isSet(toleration.getEffect()) && !toleration.getEffect().equals(taint.getEffect())
                || isSet(toleration.getKey()) && !toleration.getKey().equals(taint.getKey())) {
            return false;
        }
        return switch (text(toleration.getOperator())) {
            case "", "Equal" -> text(toleration.getValue()).equals(text(taint.getValue()));
            case "Exists" -> true;
            default -> false;
        };
    }

    private static boolean isSet(String value) {
        return value != null && !value.isEmpty();
    }

    private static String text(String value) {
        return value == null ? "" : value;
    }
}
