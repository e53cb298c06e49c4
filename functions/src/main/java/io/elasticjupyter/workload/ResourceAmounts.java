package io.elasticjupyter.workload;

import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Amounts of resources, by resource name, such as those of {@code resources.requests}. */
public final class ResourceAmounts {

    private ResourceAmounts() {}

    /** Returns the sum of amounts, sorted by resource name. */
    public static Map<String, Quantity> sum(Stream<Map<String, Quantity>> amounts) {
        Map<String, Quantity> sum = new TreeMap<>();
        amounts.forEach(each -> each.forEach((resource, quantity) -> sum.merge(resource, quantity, Quantity::add)));
        return sum;
    }

    /** Returns amounts as text, such as {@code memory 512Mi, nvidia.com/gpu 1}. */
    public static String text(Map<String, Quantity> amounts) {
        return amounts.entrySet().stream().map(each -> each.getKey() + " " + each.getValue())
                .collect(Collectors.joining(", "));
    }
}
