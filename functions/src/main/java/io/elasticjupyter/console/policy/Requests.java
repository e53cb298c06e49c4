package io.elasticjupyter.console.policy;

import io.elasticjupyter.workload.ResourceAmounts;
import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.util.Map;

/**
 * Amounts of the resources that the console shows.
 *
 * @param gpus the number of GPUs, of any vendor
 * @param cpuMillis the CPU time, in thousandths of a CPU
 * @param memoryBytes the memory, in bytes
 */
public record Requests(long gpus, long cpuMillis, long memoryBytes) {

    /** No resources. */
    public static final Requests NONE = new Requests(0, 0, 0);

    private static final BigDecimal MILLI = BigDecimal.valueOf(1000);

    /** Returns the amounts in a list of resources, such as {@code resources.requests}; null is an empty one. */
    public static Requests of(Map<String, Quantity> amounts) {
        return amounts == null
                ? NONE
                : new Requests(ResourceAmounts.gpus(amounts),
                        number(amounts.get("cpu")).multiply(MILLI).longValue(),
                        number(amounts.get("memory")).longValue());
    }

    private static BigDecimal number(Quantity quantity) {
        return quantity == null ? BigDecimal.ZERO : Quantity.getAmountInBytes(quantity);
    }

    /** Returns the sum with other amounts. */
    public Requests plus(Requests other) {
        return new Requests(gpus + other.gpus, cpuMillis + other.cpuMillis, memoryBytes + other.memoryBytes);
    }
}
