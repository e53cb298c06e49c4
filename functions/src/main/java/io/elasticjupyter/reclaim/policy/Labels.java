package io.elasticjupyter.reclaim.policy;

import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import io.fabric8.kubernetes.api.model.NodeSelectorRequirement;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Matches labels as <a href="https://github.com/kubernetes/apimachinery/blob/v0.36.0/pkg/labels/selector.go">apimachinery's
 * {@code Requirement}</a> does: {@code NotIn} holds for an absent label, {@code Gt} and {@code Lt} compare signed 64-bit integers and
 * do not hold for other values.
 */
final class Labels {

    private Labels() {}

    /** Returns whether labels match a selector of pods. A null selector matches none, an empty one all. */
    static boolean match(LabelSelector selector, Map<String, String> labels) {
        return selector != null
                && (selector.getMatchLabels() == null || contain(labels, selector.getMatchLabels()))
                && selector.getMatchExpressions().stream().allMatch(each -> match(each, labels));
    }

    static boolean selectsAll(LabelSelector selector) {
        return (selector.getMatchLabels() == null || selector.getMatchLabels().isEmpty())
                && selector.getMatchExpressions().isEmpty();
    }

    /** Returns whether labels are among others, as for a {@code nodeSelector}. */
    static boolean contain(Map<String, String> labels, Map<String, String> wanted) {
        return wanted.entrySet().stream().allMatch(each -> each.getValue().equals(labels.get(each.getKey())));
    }

    static boolean match(NodeSelectorRequirement requirement, Map<String, String> labels) {
        return match(requirement.getOperator(), labels.get(requirement.getKey()), requirement.getValues());
    }

    private static boolean match(LabelSelectorRequirement requirement, Map<String, String> labels) {
        return match(requirement.getOperator(), labels.get(requirement.getKey()), requirement.getValues());
    }

    /** @param value null if the label is absent */
    private static boolean match(String operator, String value, List<String> values) {
        return switch (operator) {
            case "In" -> value != null && values.contains(value);
            case "NotIn" -> value == null || !values.contains(value);
            case "Exists" -> value != null;
            case "DoesNotExist" -> value == null;
            case "Gt", "Lt" -> value != null && values.size() == 1 && compares(operator, value, values.getFirst());
            default -> false;
        };
    }

    private static boolean compares(String operator, String value, String bound) {
        OptionalLong left = integer(value);
        OptionalLong right = integer(bound);
        if (left.isEmpty() || right.isEmpty()) {
            return false;
        }
        int comparison = Long.compare(left.getAsLong(), right.getAsLong());
        return operator.equals("Gt") ? comparison > 0 : comparison < 0;
    }

    private static OptionalLong integer(String text) {
        try {
            return OptionalLong.of(Long.parseLong(text));
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }
}
