package io.elasticjupyter.workload;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Amounts of resources, by resource name, such as those of {@code resources.requests}. */
public final class ResourceAmounts {

    private static final Pattern GPU = Pattern.compile(".+/gpu(\\..+)?|gpu\\.[^/]+/.+|nvidia\\.com/mig-.+");

    private ResourceAmounts() {}

    /** Returns the sum of amounts, sorted by resource name. */
    public static Map<String, Quantity> sum(Stream<Map<String, Quantity>> amounts) {
        Map<String, Quantity> sum = new TreeMap<>();
        amounts.forEach(each -> each.forEach((resource, quantity) -> sum.merge(resource, quantity, Quantity::add)));
        return sum;
    }

    /** Returns the sum of the requests of a pod's containers. */
    public static Map<String, Quantity> requests(PodSpec pod) {
        return sum(pod.getContainers().stream().map(Container::getResources).filter(Objects::nonNull)
                .map(ResourceRequirements::getRequests).filter(Objects::nonNull));
    }

    /**
     * Returns the number of GPUs among amounts: of the extended resources of the device plugins of AMD, Intel and NVIDIA, such as
     * {@code nvidia.com/gpu}, {@code nvidia.com/gpu.shared}, {@code nvidia.com/mig-1g.5gb} and {@code gpu.intel.com/xe}.
     */
    public static int gpus(Map<String, Quantity> amounts) {
        return amounts.entrySet().stream().filter(each -> GPU.matcher(each.getKey()).matches())
                .mapToInt(each -> each.getValue().getNumericalAmount().intValue()).sum();
    }

    /** Returns amounts as text, such as {@code memory 512Mi, nvidia.com/gpu 1}. */
    public static String text(Map<String, Quantity> amounts) {
        return amounts.entrySet().stream().map(each -> each.getKey() + " " + each.getValue())
                .collect(Collectors.joining(", "));
    }
}
