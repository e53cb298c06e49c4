package io.elasticjupyter.reclaim.policy;

import java.math.BigInteger;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Kernels of one node whose removal makes a pod fit there. The order is that of {@link ReclaimPolicy}: the set that is culled comes
 * first.
 *
 * @param room the node
 * @param victims the kernels, the idlest first
 * @param surplus {@link #surplus}
 */
record VictimSet(NodeRoom room, List<Candidate> victims, long surplus)
        implements
            Comparable<VictimSet> {

    /** The surplus is measured in millionths of what a node can allocate. */
    private static final long WHOLE = 1_000_000;

    private static final Comparator<VictimSet> ORDER = Comparator
            .<VictimSet>comparingInt(set -> set.victims().size())
            .thenComparing(VictimSet::idleTimes, VictimSet::compareLongestFirst)
            .thenComparingLong(VictimSet::surplus)
            .thenComparing(VictimSet::names, VictimSet::compareInOrder);

    VictimSet {
        victims = victims.stream().sorted(Candidate.IDLEST_FIRST).toList();
    }

    @Override
    public int compareTo(VictimSet other) {
        return ORDER.compare(this, other);
    }

    /** Returns the shortest idle time. */
    Duration leastIdle() {
        return victims.getLast().idle();
    }

    private List<Duration> idleTimes() {
        return victims.reversed().stream().map(Candidate::idle).toList();
    }

    private List<PodName> names() {
        return victims.stream().map(each -> each.pod().name()).sorted().toList();
    }

    private static int compareLongestFirst(List<Duration> ones, List<Duration> others) {
        return compareInOrder(others, ones);
    }

    /** Compares lists of the same size by the first elements that differ. */
    private static <T extends Comparable<T>> int compareInOrder(List<T> ones, List<T> others) {
        for (int i = 0; i < ones.size(); i++) {
            int comparison = ones.get(i).compareTo(others.get(i));
            if (comparison != 0) {
                return comparison;
            }
        }
        return 0;
    }

    /**
     * Returns what is freed without need: for each resource but {@link ResourceList#PODS}, what the kernels request beyond what is
     * missing, in millionths of what the node can allocate of it, rounded down. The sum for all resources is returned.
     */
    static long surplus(List<Candidate> victims, Map<String, Long> missing, ResourceList allocatable) {
        Map<String, Long> freed = new HashMap<>();
        victims.forEach(each -> each.pod().requests().amounts()
                .forEach((resource, amount) -> freed.merge(resource, amount, ResourceList::sum)));
        freed.remove(ResourceList.PODS);
        long surplus = 0;
        for (Map.Entry<String, Long> each : freed.entrySet()) {
            long more = Math.max(0, each.getValue() - missing.getOrDefault(each.getKey(), 0L));
            surplus = ResourceList.sum(surplus, share(more, allocatable.get(each.getKey())));
        }
        return surplus;
    }

    private static long share(long amount, long of) {
        if (of <= 0) {
            return amount > 0 ? WHOLE : 0;
        }
        return amount <= Long.MAX_VALUE / WHOLE
                ? amount * WHOLE / of
                : BigInteger.valueOf(amount).multiply(BigInteger.valueOf(WHOLE)).divide(BigInteger.valueOf(of))
                        .min(BigInteger.valueOf(Long.MAX_VALUE)).longValueExact();
    }
}
