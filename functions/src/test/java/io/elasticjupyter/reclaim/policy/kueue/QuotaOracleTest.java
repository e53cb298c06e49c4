package io.elasticjupyter.reclaim.policy.kueue;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticjupyter.reclaim.policy.Kernel.Activity;
import io.elasticjupyter.reclaim.policy.ReclaimDecision;
import io.elasticjupyter.reclaim.policy.ReclaimDecision.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Compares the decisions about quota with an exhaustive search on random ClusterQueues, alone or in a cohort with another one. */
class QuotaOracleTest {

    private static final int QUEUES = Integer.getInteger("reclaim.clusters", 500);
    private static final List<Integer> IDLE = List.of(30, 59, 60, 100, 100, 300, 900);

    private record Holder(String name, String flavor, int gpus, int idle, boolean busy) {

        private boolean mayBeCulled() {
            return !busy && idle >= 60;
        }
    }

    private record Choice(Set<String> victims, List<Integer> idle, long surplus) {}

    /**
     * @param nominal the quota of each flavor, the first of which is "a"
     * @param cohort what another queue of the cohort has of each flavor and uses of "a"; empty without a cohort
     * @param borrowingLimit how much more than its quota the queue may use
     */
    private record RandomQueue(Map<String, Integer> nominal, Optional<int[]> cohort, int borrowingLimit,
            List<Holder> kernels, int others, int wanted) {

        static RandomQueue of(Random random) {
            List<String> flavors = random.nextBoolean() ? List.of("a") : List.of("a", "b");
            List<Holder> kernels = IntStream.range(0, random.nextInt(7))
                    .mapToObj(k -> new Holder("k" + k, flavors.get(random.nextInt(flavors.size())),
                            1 + random.nextInt(3), IDLE.get(random.nextInt(IDLE.size())), random.nextInt(4) == 0))
                    .toList();
            int others = random.nextInt(3);
            Map<String, Integer> nominal = flavors.stream().collect(Collectors.toMap(each -> each,
                    each -> kernels.stream().filter(k -> k.flavor().equals(each)).mapToInt(Holder::gpus).sum()
                            + (each.equals("a") ? others : 0) + random.nextInt(3)));
            return new RandomQueue(nominal, random.nextInt(3) == 0
                    ? Optional.of(new int[]{random.nextInt(4), random.nextInt(3)})
                    : Optional.empty(), random.nextInt(3), kernels, others, 1 + random.nextInt(5));
        }

        ReclaimDecision decide() {
            Queues queues = new Queues();
            queues.queue("team", nominal.entrySet().stream()
                    .map(each -> each.getKey() + ": {nominalQuota: " + each.getValue()
                            + (cohort.isPresent() ? ", borrowingLimit: " + borrowingLimit : "") + "}")
                    .collect(Collectors.joining(", ", "{", "}")), cohort.isPresent() ? "{cohortName: all}" : "{}");
            cohort.ifPresent(other -> {
                queues.queue("other", nominal.keySet().stream().map(each -> each + ": " + other[0])
                        .collect(Collectors.joining(", ", "{", "}")), "{cohortName: all}");
                queues.admitted("elsewhere", "other", other[1]);
            });
            kernels.forEach(each -> queues.kernel(each.name(), "team", each.flavor(), each.gpus(),
                    each.busy() ? Activity.BUSY : Activity.IDLE, Duration.ofSeconds(each.idle())));
            queues.admitted("job", "team", others);
            queues.waiting("training", "team", wanted);
            return queues.decide().getFirst();
        }

        private long used(String flavor, List<Holder> holders) {
            return holders.stream().filter(each -> each.flavor().equals(flavor)).mapToLong(Holder::gpus).sum();
        }

        /** Returns what the queue may use of a flavor while the other queue uses what it does. */
        private long all(String flavor) {
            long own = nominal.get(flavor);
            return cohort.map(other -> Math.min(own + borrowingLimit,
                    own + other[0] - (flavor.equals("a") ? other[1] : 0))).orElse(own);
        }

        private long free(String flavor) {
            return all(flavor) - used(flavor, kernels) - (flavor.equals("a") ? others : 0);
        }

        /** Returns the names of the victims: none if there is quota anyway; empty if nothing helps. */
        Optional<Set<String>> search() {
            if (nominal.keySet().stream().anyMatch(flavor -> free(flavor) >= wanted)) {
                return Optional.of(Set.of());
            }
            List<Choice> choices = new ArrayList<>();
            for (String flavor : nominal.keySet()) {
                List<Holder> here = kernels.stream()
                        .filter(each -> each.flavor().equals(flavor) && each.mayBeCulled()).toList();
                long missing = wanted - free(flavor);
                for (int bits = 1; bits < 1 << here.size(); bits++) {
                    int set = bits;
                    List<Holder> victims = IntStream.range(0, here.size()).filter(i -> (set >> i & 1) == 1)
                            .mapToObj(here::get).toList();
                    long freed = used(flavor, victims);
                    if (freed >= missing) {
                        choices.add(new Choice(
                                victims.stream().map(Holder::name).collect(Collectors.toCollection(TreeSet::new)),
                                victims.stream().map(Holder::idle).sorted().toList(),
                                (freed - missing) * 1_000_000 / all(flavor)));
                    }
                }
            }
            return choices.stream().min(Comparator.comparing((Choice each) -> each.victims().size())
                    .thenComparing(Choice::idle, QuotaOracleTest::idlest).thenComparing(Choice::surplus)
                    .thenComparing(each -> String.join(" ", each.victims()))).map(Choice::victims);
        }
    }

    private static int idlest(List<Integer> one, List<Integer> other) {
        for (int i = 0; i < one.size(); i++) {
            if (!one.get(i).equals(other.get(i))) {
                return Integer.compare(other.get(i), one.get(i));
            }
        }
        return 0;
    }

    @Test
    void theVictimsAreThoseOfAnExhaustiveSearch() {
        Map<Reason, Integer> reasons = new EnumMap<>(Reason.class);
        for (long seed = 1; seed <= QUEUES; seed++) {
            RandomQueue queue = RandomQueue.of(new Random(seed));
            ReclaimDecision decision = queue.decide();
            reasons.merge(decision.reason(), 1, Integer::sum);

            assertThat(decision.reason() == Reason.FITS || !decision.victims().isEmpty()
                    ? Optional.of(decision.victims().stream().map(each -> each.pod().name())
                            .collect(Collectors.toCollection(HashSet::new)))
                    : Optional.empty()).as("seed %d: %s", seed, decision.message()).isEqualTo(queue.search());
        }
        assertThat(reasons.get(Reason.RECLAIM)).as("%s", reasons).isGreaterThan(QUEUES / 10);
        assertThat(reasons).containsKeys(Reason.FITS, Reason.NOT_ENOUGH_IDLE, Reason.TOO_LARGE);
    }
}
