package io.elasticjupyter.reclaim.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticjupyter.reclaim.policy.RandomCluster.Bound;
import io.elasticjupyter.reclaim.policy.RandomCluster.Idleness;
import io.elasticjupyter.reclaim.policy.RandomCluster.Waiting;
import io.elasticjupyter.reclaim.policy.ReclaimDecision.Reason;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * Compares the policy with an exhaustive search on random clusters. To repeat a failure, set the system property
 * {@code reclaim.seed} to the seed in the message, and {@code reclaim.clusters} to 1.
 */
class ReclaimOracleTest {

    private static final long SEED = Long.getLong("reclaim.seed", 1);
    private static final int CLUSTERS = Integer.getInteger("reclaim.clusters", 3_000);

    @Test
    void theVictimsAreThoseOfAnExhaustiveSearch() {
        Map<Reason, Integer> reasons = new EnumMap<>(Reason.class);
        for (long seed = SEED; seed < SEED + CLUSTERS; seed++) {
            RandomCluster cluster = RandomCluster.of(new Random(seed), 4, 7);
            List<ReclaimDecision> decisions = ReclaimPolicy.decide(cluster.state());

            Map<String, Set<String>> victims = new LinkedHashMap<>();
            for (ReclaimDecision each : decisions) {
                reasons.merge(each.reason(), 1, Integer::sum);
                boolean fits = each.reason() == Reason.FITS || each.reason() == Reason.FITS_SOON;
                victims.put(each.pod().name().name(), each.victims().isEmpty() && !fits ? null : names(each));
                assertThat(each.exhaustive()).as("seed %d", seed).isTrue();
            }
            assertThat(victims).as("seed %d", seed).isEqualTo(new ExhaustiveReclaim(cluster).decide());
        }
        if (CLUSTERS >= 1_000) {
            assertThat(reasons.getOrDefault(Reason.RECLAIM, 0)).as("%s", reasons).isGreaterThan(CLUSTERS / 10);
            assertThat(reasons).as("all outcomes but that of constraints").hasSize(Reason.values().length - 1);
        }
    }

    @Test
    void noKernelIsCulledThatMayNotBe() {
        for (long seed = SEED; seed < SEED + CLUSTERS; seed++) {
            RandomCluster cluster = RandomCluster.of(new Random(seed), 4, 7);
            Set<String> all = new HashSet<>();
            for (ReclaimDecision each : ReclaimPolicy.decide(cluster.state())) {
                for (Kernel victim : each.victims()) {
                    Bound pod = cluster.pod(victim.pod().name());
                    assertThat(ExhaustiveReclaim.mayBeCulled(pod, each.pod().priority())).as("seed %d", seed).isTrue();
                    assertThat(each.node()).as("seed %d: one node", seed).contains(pod.node());
                    assertThat(all.add(victim.pod().name())).as("seed %d: not twice", seed).isTrue();
                }
            }
        }
    }

    @Test
    void noVictimIsNeedless() {
        for (RandomCluster cluster : single()) {
            ReclaimDecision decision = ReclaimPolicy.decide(cluster.state()).getFirst();
            if (!decision.victims().isEmpty()) {
                ExhaustiveReclaim rules = new ExhaustiveReclaim(cluster);
                Waiting pod = cluster.waiting().getFirst();
                RandomCluster.HostNode node = cluster.node(decision.node().orElseThrow());
                Set<String> victims = names(decision);
                assertThat(rules.fits(pod, node, victims, true)).as("%s", cluster).isTrue();
                for (String each : victims) {
                    Set<String> fewer = new HashSet<>(victims);
                    fewer.remove(each);
                    assertThat(rules.fits(pod, node, fewer, true)).as("%s without %s", cluster, each).isFalse();
                }
            }
        }
    }

    @Test
    void aVictimThatIsIdlerStaysAVictimAndOthersDoNotMatter() {
        for (RandomCluster cluster : single()) {
            Set<String> victims = names(ReclaimPolicy.decide(cluster.state()).getFirst());
            if (!victims.isEmpty()) {
                assertThat(names(ReclaimPolicy.decide(
                        changed(cluster, victims, each -> idleness(each, Kernel.Activity.IDLE, each.idle() + 50))
                                .state())
                        .getFirst())).as("%s", cluster).isEqualTo(victims);
                Set<String> others = cluster.pods().stream().map(each -> each.demand().name())
                        .filter(each -> !victims.contains(each)).collect(Collectors.toSet());
                assertThat(names(ReclaimPolicy.decide(
                        changed(cluster, others, each -> idleness(each, Kernel.Activity.BUSY, each.idle())).state())
                        .getFirst())).as("%s", cluster).isEqualTo(victims);
            }
        }
    }

    @Test
    void whatAnApproximationCullsIsSoundToo() {
        int approximations = 0;
        for (RandomCluster cluster : single()) {
            ReclaimDecision exact = ReclaimPolicy.decide(cluster.state()).getFirst();
            ReclaimDecision decision = ReclaimPolicy.decide(cluster.state(), new SearchBudget(0, 0)).getFirst();
            assertThat(decision.victims().isEmpty()).as("%s", cluster).isEqualTo(exact.victims().isEmpty());
            if (!decision.victims().isEmpty() && !decision.exhaustive()) {
                approximations++;
                ExhaustiveReclaim rules = new ExhaustiveReclaim(cluster);
                Waiting pod = cluster.waiting().getFirst();
                Set<String> victims = names(decision);
                assertThat(victims).allMatch(
                        each -> ExhaustiveReclaim.mayBeCulled(cluster.pod(each), pod.demand().priority()));
                RandomCluster.HostNode node = cluster.node(decision.node().orElseThrow());
                assertThat(rules.fits(pod, node, victims, true)).as("%s", cluster).isTrue();
                for (String each : victims) {
                    Set<String> fewer = new HashSet<>(victims);
                    fewer.remove(each);
                    assertThat(rules.fits(pod, node, fewer, true)).as("%s without %s", cluster, each).isFalse();
                }
            }
        }
        assertThat(approximations).isGreaterThan(CLUSTERS / 60);
    }

    /** Returns clusters in which only one pod waits. */
    private static List<RandomCluster> single() {
        return LongStream.range(SEED, SEED + CLUSTERS / 3).mapToObj(seed -> RandomCluster.of(new Random(seed), 4, 7))
                .map(each -> new RandomCluster(each.nodes(), each.pods(),
                        each.waiting().stream().filter(Waiting::asks).limit(1).toList()))
                .toList();
    }

    private static RandomCluster changed(RandomCluster cluster, Set<String> names,
            UnaryOperator<Idleness> change) {
        return new RandomCluster(cluster.nodes(), cluster.pods().stream()
                .map(each -> names.contains(each.demand().name())
                        ? new Bound(each.demand(), each.node(), each.ending(), each.kernel().map(change))
                        : each)
                .toList(), cluster.waiting());
    }

    private static Idleness idleness(Idleness kernel, Kernel.Activity activity, int idle) {
        return new Idleness(activity, idle, kernel.open(), kernel.cullConnected(), kernel.kept(),
                kernel.reclaimAfter());
    }

    private static Set<String> names(ReclaimDecision decision) {
        return decision.victims().stream().map(each -> each.pod().name())
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
