package io.elasticjupyter.reclaim.policy;

import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * Amounts of resources, as the scheduler counts them: {@code cpu} in thousandths of a core, and every other resource in whole units
 * or bytes, each rounded up (<a href="https://github.com/kubernetes/kubernetes/blob/v1.36.0/pkg/scheduler/framework/types.go">
 * {@code Resource.Add}</a>). An amount that does not fit into 64 bits is the largest one that does.
 *
 * @param amounts the amounts by the names of the resources; resources without an amount have zero
 */
public record ResourceList(Map<String, Long> amounts) {

    /** The processor. */
    public static final String CPU = "cpu";

    /** The number of pods, of which a node's {@code allocatable} has a maximum and each pod takes one. */
    public static final String PODS = "pods";

    /** No resources. */
    public static final ResourceList NONE = new ResourceList(Map.of());

    private static final int MILLI_DIGITS = 3;
    private static final BigDecimal MOST = BigDecimal.valueOf(Long.MAX_VALUE);

    public ResourceList {
        amounts = Map.copyOf(amounts);
    }

    /** Returns the amounts of quantities, such as a node's {@code status.allocatable}. */
    public static ResourceList of(Map<String, Quantity> quantities) {
        return ofNumbers(numbers(quantities));
    }

    static ResourceList ofNumbers(Map<String, BigDecimal> numbers) {
        return new ResourceList(numbers.entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, each -> amount(each.getKey(), each.getValue()))));
    }

    static Map<String, BigDecimal> numbers(Map<String, Quantity> quantities) {
        Map<String, BigDecimal> numbers = new HashMap<>();
        Objects.requireNonNullElse(quantities, Map.<String, Quantity>of())
                .forEach((resource, quantity) -> numbers.put(resource, quantity.getNumericalAmount()));
        return numbers;
    }

    private static Long amount(String resource, BigDecimal number) {
        BigDecimal units = resource.equals(CPU) ? number.movePointRight(MILLI_DIGITS) : number;
        return Long.valueOf(units.min(MOST).setScale(0, RoundingMode.CEILING).longValueExact());
    }

    /** Returns the amount of a resource. */
    public long get(String resource) {
        Long amount = amounts.get(resource);
        return amount == null ? 0 : amount.longValue();
    }

    /** Returns these amounts and those of others. */
    public ResourceList plus(ResourceList other) {
        Map<String, Long> sums = new HashMap<>(amounts);
        other.amounts.forEach((resource, amount) -> sums.merge(resource, amount, ResourceList::sum));
        return new ResourceList(sums);
    }

    /** Returns a sum, or the smallest or largest number if it does not fit into 64 bits. */
    static long sum(long one, long other) {
        long sum = one + other;
        boolean overflow = ((one ^ sum) & (other ^ sum)) < 0;
        if (overflow) {
            return one < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
        return sum;
    }

    /** Returns an amount for a person, such as {@code 1.5} for 1500 thousandths of a core. */
    static String text(String resource, long amount) {
        return resource.equals(CPU)
                ? BigDecimal.valueOf(amount, MILLI_DIGITS).stripTrailingZeros().toPlainString()
                : Long.toString(amount);
    }
}
