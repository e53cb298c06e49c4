package io.elasticjupyter.console.policy;

import io.elasticjupyter.api.v1alpha1.CullingStatus;
import io.elasticjupyter.api.v1alpha1.WaitingPodTotals;
import io.elasticjupyter.console.policy.ConsoleView.Amounts;
import io.elasticjupyter.console.policy.ConsoleView.GivenBackRow;
import io.elasticjupyter.console.policy.ConsoleView.KernelRow;
import io.elasticjupyter.console.policy.ConsoleView.Totals;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

/** The sums that the console shows. */
final class Sums {

    private Sums() {}

    /**
     * Returns the sums over kernels.
     *
     * @param waiting the pods that wait for a node
     * @param allWaiting whether these are all counted, and not only those of the kernels
     */
    static Totals totals(List<KernelRow> kernels, List<PodFacts> waiting, boolean allWaiting) {
        List<Requests> requests = allWaiting
                ? waiting.stream().map(PodFacts::requests).toList()
                : kernels.stream().filter(in(KernelState.WAITING)).map(Sums::requests).toList();
        Requests wait = requests.stream().reduce(Requests.NONE, Requests::plus);
        Requests held = sum(kernels, row -> state(row).holds());
        Requests busy = sum(kernels, in(KernelState.BUSY));
        Requests idle = sum(kernels, in(KernelState.IDLE));
        return new Totals(kernels.stream().filter(in(KernelState.ENDED).negate()).count(),
                kernels.stream().filter(in(KernelState.BUSY)).count(),
                kernels.stream().filter(in(KernelState.IDLE)).count(),
                amounts(Requests::gpus, held, busy, idle, wait), amounts(Requests::cpuMillis, held, busy, idle, wait),
                amounts(Requests::memoryBytes, held, busy, idle, wait));
    }

    private static Amounts amounts(ToLongFunction<Requests> amount, Requests held, Requests busy, Requests idle,
            Requests waiting) {
        return new Amounts(amount.applyAsLong(held), amount.applyAsLong(busy), amount.applyAsLong(idle),
                amount.applyAsLong(waiting));
    }

    private static Requests sum(List<KernelRow> kernels, Predicate<KernelRow> which) {
        return kernels.stream().filter(which).map(Sums::requests).reduce(Requests.NONE, Requests::plus);
    }

    private static Requests requests(KernelRow row) {
        return new Requests(row.gpus(), row.cpuMillis() == null ? 0 : row.cpuMillis(),
                row.memoryBytes() == null ? 0 : row.memoryBytes());
    }

    private static Predicate<KernelRow> in(KernelState state) {
        return row -> state(row) == state;
    }

    private static KernelState state(KernelRow row) {
        return KernelState.named(row.state()).orElse(KernelState.UNKNOWN);
    }

    /** Returns what culling has given back, by namespace; without namespaces in which nothing was culled. */
    static List<GivenBackRow> givenBack(List<GatewayFacts> gateways) {
        TreeMap<String, GivenBackRow> rows = new TreeMap<>();
        for (GatewayFacts gateway : gateways) {
            Optional.ofNullable(gateway.status()).map(status -> status.culling())
                    .map(culling -> row(gateway.namespace(), culling))
                    .ifPresent(row -> rows.merge(gateway.namespace(), row, Sums::plus));
        }
        return rows.values().stream().filter(row -> row.culled() + row.forWaitingPods() > 0).toList();
    }

    private static GivenBackRow row(String namespace, CullingStatus culling) {
        Requests due = Requests.of(culling.reclaimed());
        WaitingPodTotals early = culling.forWaitingPods();
        Requests all = early == null ? due : due.plus(Requests.of(early.reclaimed()));
        return new GivenBackRow(namespace, culling.culled(), early == null ? 0 : early.culled(), all.gpus(),
                all.cpuMillis(), all.memoryBytes(),
                culling.idleSeconds() + (early == null ? 0 : early.idleSeconds()));
    }

    private static GivenBackRow plus(GivenBackRow one, GivenBackRow other) {
        return new GivenBackRow(other.namespace(), one.culled() + other.culled(),
                one.forWaitingPods() + other.forWaitingPods(), one.gpus() + other.gpus(),
                one.cpuMillis() + other.cpuMillis(), one.memoryBytes() + other.memoryBytes(),
                one.idleSeconds() + other.idleSeconds());
    }
}
