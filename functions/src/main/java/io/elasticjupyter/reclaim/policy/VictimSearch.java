package io.elasticjupyter.reclaim.policy;

import java.time.Duration;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Finds the first {@link VictimSet} of a node: branch and bound, for one kernel, two kernels and so on. The kernels are decided on from
 * the least idle one, which is left out first, so that of sets with the same size the idlest is found first.
 *
 * <p>Two bounds prune the search. For each missing resource, the largest requests of the kernels that are not decided on must suffice;
 * and so must they for the sum of all missing resources, each relative to what is missing. And a kernel is taken only together with
 * all idler ones that request at least as much of everything that is missing.
 *
 * <p>If the {@link SearchBudget} is spent, the set is an approximation: the kernel that contributes the most to what is missing is
 * taken until nothing is missing, and then those that turned out to be needless are left out, the least idle one first. Such a set
 * is still on one node, consists of kernels that may be culled, and none of them is needless.
 */
final class VictimSearch {

    /** The largest table of sums, as numbers. A node with 110 kernels needs a hundredth of it. */
    private static final int TABLE = 1_000_000;

    private static final double UNIT = 1 << 20;

    private final NodeRoom room;
    private final Map<String, Long> missing;
    private final List<Candidate> kernels;
    private final List<Candidate> mandatory;
    private final List<Candidate> candidates;
    private final SearchBudget budget;
    private final int resources;
    private final long[][] gives;
    private final long[] needs;
    private final int[] levels;
    private final boolean ties;

    private long[][][] most;
    private int[][] idler;
    private final int[] forced;
    private final int[] taken;
    private final BitSet chosen = new BitSet();
    private int outstanding;
    private boolean exhausted;
    private Optional<VictimSet> best = Optional.empty();
    private int[] takenOfBest;

    /**
     * @param kernels the kernels that may be culled, the idlest first
     * @param conflicting those of them that must be culled
     * @param missing what is missing
     */
    VictimSearch(NodeRoom room, List<Candidate> kernels, Set<PodName> conflicting, Map<String, Long> missing,
            SearchBudget budget) {
        this.room = room;
        this.kernels = kernels;
        this.missing = missing;
        this.budget = budget;
        mandatory = kernels.stream().filter(each -> conflicting.contains(each.pod().name())).toList();
        candidates = mandatory.isEmpty()
                ? kernels
                : kernels.stream().filter(each -> !conflicting.contains(each.pod().name())).toList();
        int n = candidates.size();
        List<String> names = missing.keySet().stream().filter(resource -> left(resource) > 0).toList();
        resources = names.size();
        gives = new long[resources + 1][n];
        needs = new long[resources + 1];
        for (int r = 0; r < resources; r++) {
            needs[r] = left(names.get(r));
            for (int i = 0; i < n; i++) {
                gives[r][i] = Math.min(needs[r], candidates.get(i).pod().requests().get(names.get(r)));
            }
        }
        addSum(n);
        levels = new int[n];
        for (int i = 1; i < n; i++) {
            levels[i] = levels[i - 1]
                    + (candidates.get(i).idle().equals(candidates.get(i - 1).idle()) ? 0 : 1);
        }
        ties = n > 0 && levels[n - 1] < n - 1;
        forced = new int[n];
        taken = new int[n];
    }

    /** The last row is the sum of all missing resources, each relative to what is missing, and rounded so that it stays a bound. */
    private void addSum(int n) {
        needs[resources] = (long) (resources * UNIT);
        for (int i = 0; i < n; i++) {
            double sum = 0;
            for (int r = 0; r < resources; r++) {
                sum += contribution(r, i, needs[r]);
            }
            gives[resources][i] = (long) (sum * UNIT) + 1;
        }
    }

    private double contribution(int resource, int kernel, long need) {
        return (double) Math.min(gives[resource][kernel], need) / need;
    }

    /** Returns what is missing even without the mandatory kernels. */
    private long left(String resource) {
        long left = missing.get(resource);
        for (Candidate each : mandatory) {
            left -= each.pod().requests().get(resource);
        }
        return left;
    }

    /** Returns how many kernels are needed at least; empty if all together do not suffice. */
    Optional<Integer> atLeast() {
        int least = 0;
        for (int r = 0; r < resources; r++) {
            long sum = 0;
            long largest = 1;
            for (long each : gives[r]) {
                sum = ResourceList.sum(sum, each);
                largest = Math.max(largest, each);
            }
            if (sum < needs[r]) {
                return Optional.empty();
            }
            least = Math.max(least, (int) Math.min(candidates.size(), (needs[r] - 1) / largest + 1));
        }
        return Optional.of(mandatory.size() + least);
    }

    /**
     * Returns an upper bound of the shortest idle time in a set.
     *
     * @param size the size of the set
     */
    Duration idleAtMost(int size) {
        return kernels.get(size - 1).idle();
    }

    /**
     * Returns the first set.
     *
     * @param largest the largest number of kernels that is of interest; a larger set may be missed
     */
    Optional<VictimSet> first(int largest) {
        if (resources == 0) {
            return Optional.of(set(Stream.empty()));
        }
        int[] approximation = approximation();
        int size = Math.min(approximation.length, largest - mandatory.size());
        if (size <= 0) {
            return Optional.empty();
        }
        budget.beginSearch();
        if ((long) (resources + 1) * (candidates.size() + 1) * (size + 1) > TABLE) {
            exhausted = true;
            return result(approximation, largest);
        }
        sumTheMost(size);
        for (int k = 1; k <= size && best.isEmpty() && !exhausted; k++) {
            search(candidates.size(), k, needs.clone());
            if (k == 1 && best.isEmpty()) {
                findIdler();
            }
        }
        if (exhausted && best.isEmpty()) {
            return result(approximation, largest);
        }
        return best;
    }

    /** Returns whether the search that has been made was cut short, so that another set may be smaller or idler. */
    boolean isApproximate() {
        return exhausted;
    }

    private Optional<VictimSet> result(int[] approximation, int largest) {
        return approximation.length + mandatory.size() <= largest
                ? Optional.of(set(Arrays.stream(approximation).mapToObj(candidates::get)))
                : Optional.empty();
    }

    private VictimSet set(Stream<Candidate> victims) {
        List<Candidate> all = Stream.concat(mandatory.stream(), victims).toList();
        return new VictimSet(room, all, VictimSet.surplus(all, missing, room.node().allocatable()));
    }

    /** Fills the table {@code [resource][i][k]}: the sum of the k largest requests of the i idlest kernels. */
    private void sumTheMost(int size) {
        int n = candidates.size();
        most = new long[resources + 1][n + 1][size + 1];
        for (int r = 0; r <= resources; r++) {
            long[] largest = new long[size];
            for (int i = 1; i <= n; i++) {
                insert(largest, gives[r][i - 1]);
                for (int k = 1; k <= size; k++) {
                    most[r][i][k] = ResourceList.sum(most[r][i][k - 1], largest[k - 1]);
                }
            }
        }
    }

    private static void insert(long[] descending, long value) {
        int at = descending.length;
        while (at > 0 && descending[at - 1] < value) {
            at--;
        }
        if (at < descending.length) {
            System.arraycopy(descending, at, descending, at + 1, descending.length - at - 1);
            descending[at] = value;
        }
    }

    /** Finds, for each kernel, the idler ones that request at least as much. */
    private void findIdler() {
        idler = IntStream.range(0, candidates.size())
                .mapToObj(i -> IntStream.range(0, i).filter(j -> precedes(j, i)).toArray()).toArray(int[][]::new);
    }

    private boolean precedes(int one, int other) {
        if (levels[one] == levels[other]) {
            return candidates.get(one).pod().requests().equals(candidates.get(other).pod().requests());
        }
        for (int r = 0; r < resources; r++) {
            if (gives[r][one] < gives[r][other]) {
                return false;
            }
        }
        return true;
    }

    /**
     * Takes kernels from the idlest ones.
     *
     * @param undecided how many kernels are not decided on
     * @param slots how many are to be taken
     * @param needed what is missing without the kernels taken
     */
    private void search(int undecided, int slots, long[] needed) {
        if (!budget.step()) {
            exhausted = true;
            return;
        }
        if (!canSuffice(undecided, slots, needed) || outstanding > slots || isBehindBest(undecided)) {
            return;
        }
        if (slots == 0) {
            found();
            return;
        }
        int kernel = undecided - 1;
        if (forced[kernel] == 0 && kernel >= slots) {
            search(kernel, slots, needed);
        }
        if (!exhausted && (best.isEmpty() || ties)) {
            take(kernel, 1);
            long[] less = needed.clone();
            for (int r = 0; r <= resources; r++) {
                less[r] = Math.max(0, less[r] - gives[r][kernel]);
            }
            search(kernel, slots - 1, less);
            take(kernel, -1);
        }
    }

    private boolean canSuffice(int undecided, int slots, long[] needed) {
        for (int r = resources; r >= 0; r--) {
            if (most[r][undecided][slots] < needed[r]) {
                return false;
            }
        }
        return true;
    }

    /** Returns whether the best set takes fewer of the least idle kernels that are decided on. */
    private boolean isBehindBest(int undecided) {
        if (best.isEmpty()) {
            return false;
        }
        int current = undecided == 0 ? 0 : levels[undecided - 1];
        for (int level = levels[levels.length - 1]; level >= current; level--) {
            if (taken[level] != takenOfBest[level]) {
                return taken[level] > takenOfBest[level];
            }
        }
        return false;
    }

    private void take(int kernel, int times) {
        chosen.set(kernel, times > 0);
        taken[levels[kernel]] += times;
        if (forced[kernel] > 0) {
            outstanding -= times;
        }
        if (idler != null) {
            for (int other : idler[kernel]) {
                int before = forced[other];
                forced[other] += times;
                if (before == 0 || forced[other] == 0) {
                    outstanding += times;
                }
            }
        }
    }

    private void found() {
        VictimSet set = set(chosen.stream().mapToObj(candidates::get));
        if (best.isEmpty() || set.compareTo(best.get()) < 0) {
            best = Optional.of(set);
            takenOfBest = taken.clone();
        }
    }

    private int[] approximation() {
        long[] needed = Arrays.copyOf(needs, resources);
        BitSet kernels = new BitSet();
        while (Arrays.stream(needed).anyMatch(each -> each > 0)) {
            int next = largestContribution(needed, kernels);
            kernels.set(next);
            for (int r = 0; r < resources; r++) {
                needed[r] = Math.max(0, needed[r] - gives[r][next]);
            }
        }
        for (int i = kernels.length() - 1; i >= 0; i--) {
            if (kernels.get(i)) {
                kernels.clear(i);
                kernels.set(i, !suffice(kernels));
            }
        }
        return kernels.stream().toArray();
    }

    private boolean suffice(BitSet kernels) {
        return IntStream.range(0, resources)
                .allMatch(r -> kernels.stream().mapToLong(i -> gives[r][i]).reduce(0, ResourceList::sum) >= needs[r]);
    }

    private int largestContribution(long[] needed, BitSet taken) {
        int next = -1;
        double largest = -1;
        for (int i = taken.nextClearBit(0); i < candidates.size(); i = taken.nextClearBit(i + 1)) {
            double sum = 0;
            for (int r = 0; r < resources; r++) {
                sum += needed[r] > 0 ? contribution(r, i, needed[r]) : 0;
            }
            if (sum > largest) {
                largest = sum;
                next = i;
            }
        }
        return next;
    }
}
