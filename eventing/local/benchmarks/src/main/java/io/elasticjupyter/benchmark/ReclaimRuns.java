package io.elasticjupyter.benchmark;

import io.elasticjupyter.reclaim.policy.ClusterState;
import io.elasticjupyter.reclaim.policy.ReclaimDecision;
import io.elasticjupyter.reclaim.policy.ReclaimPolicy;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.util.List;
import java.util.Locale;

/** The process of {@link ReclaimBenchmark}, which is the only one that uses the heap: decides, and prints a line for each run. */
final class ReclaimRuns {

    private ReclaimRuns() {}

    /** @param args the cluster and the number of runs */
    public static void main(String[] args) {
        ClusterState cluster = ReclaimClusters.valueOf(args[0]).cluster();
        for (int run = 0; run < Integer.parseInt(args[1]); run++) {
            System.gc();
            heap().forEach(MemoryPoolMXBean::resetPeakUsage);
            long processorBefore = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            long start = System.nanoTime();
            List<ReclaimDecision> decisions = ReclaimPolicy.decide(cluster);
            double seconds = (System.nanoTime() - start) / 1e9;
            double processor = (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - processorBefore) / 1e9;
            double peak = heap().stream().mapToDouble(pool -> pool.getPeakUsage().getUsed()).sum() / ProcessMemory.MIB;
            System.out.printf(Locale.ROOT, "%.3f %.3f %.1f %d %d %d%n", seconds, processor, peak,
                    decisions.stream().filter(each -> !each.victims().isEmpty()).count(),
                    decisions.stream().mapToInt(each -> each.victims().size()).sum(),
                    decisions.stream().filter(each -> !each.exhaustive()).count());
        }
    }

    private static List<MemoryPoolMXBean> heap() {
        return ManagementFactory.getMemoryPoolMXBeans().stream().filter(pool -> pool.getType() == MemoryType.HEAP)
                .toList();
    }
}
