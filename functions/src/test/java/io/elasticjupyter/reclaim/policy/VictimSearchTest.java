package io.elasticjupyter.reclaim.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.elasticjupyter.reclaim.policy.ReclaimDecision.Reason;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nodes on which the search is hard. The small ones are in {@link ReclaimOracleTest}. */
class VictimSearchTest {

    private static final int KERNELS = 110;

    @Test
    void kernelsWithOneResourceNeedFewSteps() {
        Cluster cluster = new Cluster().node("a", "nvidia.com/gpu " + KERNELS * (KERNELS + 1) / 2);
        IntStream.rangeClosed(1, KERNELS)
                .forEach(i -> cluster.idle("k" + i, "a", "nvidia.com/gpu " + i, 60 + i * 37 % 113));

        ReclaimDecision decision = decide(cluster.waits("train", "nvidia.com/gpu 2500"), 2_000);

        assertThat(decision.exhaustive()).isTrue();
        assertThat(decision.victims()).hasSize(26);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void differentRequestsOfFourResourcesNeedFewSteps(int seed) {
        Random random = new Random(seed);
        long[] sums = new long[4];
        Cluster pods = new Cluster();
        for (int i = 0; i < KERNELS; i++) {
            long[] amounts = {1 + random.nextInt(9_999), 1 + random.nextInt(1 << 30), random.nextInt(3),
                    random.nextInt(9)};
            for (int r = 0; r < sums.length; r++) {
                sums[r] += amounts[r];
            }
            pods.idle("k" + i, "a", requests(amounts), 60 + random.nextInt(50_000));
        }
        long[] half = {sums[0] / 9, sums[1] / 9, sums[2] / 9, sums[3] / 9};
        Cluster cluster = pods.node("a", requests(sums) + ", pods 200").waits("train", requests(half));

        ReclaimDecision decision = decide(cluster, 200_000);

        assertThat(decision.reason()).isEqualTo(Reason.RECLAIM);
        assertSound(cluster, decision, half);
    }

    private static String requests(long[] amounts) {
        return "cpu %dm, memory %d, nvidia.com/gpu %d, example.com/fpga %d".formatted(amounts[0], amounts[1],
                amounts[2],
                amounts[3]);
    }

    /** Each kernel has much of one resource and little of the other, so that the largest requests say little. */
    @Test
    void anEquallyIdleNodeOfKernelsThatDifferInBothResourcesIsDecidedWithinTheBudget() {
        Random random = new Random(7);
        Cluster pods = new Cluster();
        long[] sums = new long[4];
        for (int i = 0; i < KERNELS; i++) {
            long cpu = 1_000 + random.nextInt(1_000);
            long[] amounts = {cpu, 3_000 - cpu + random.nextInt(7), 0, 0};
            sums[0] += amounts[0];
            sums[1] += amounts[1];
            pods.idle("k" + i, "a", requests(amounts), 100);
        }
        long[] half = {sums[0] / 2, sums[1] / 2, 0, 0};
        Cluster cluster = pods.node("a", requests(sums) + ", pods 200").waits("train", requests(half));

        ReclaimDecision decision = decide(cluster, 200_000);

        assertSound(cluster, decision, half);
    }

    @Test
    void aSetWithAnIdlerKernelIsFoundAfterOneOfEquallyIdleKernels() {
        Cluster cluster = new Cluster().node("a", "cpu 4, nvidia.com/gpu 4").idle("d", "a", "nvidia.com/gpu 1", 900)
                .idle("x", "a", "cpu 1, nvidia.com/gpu 1", 100).idle("y", "a", "cpu 1, nvidia.com/gpu 1", 100)
                .idle("z", "a", "cpu 2, nvidia.com/gpu 1", 100).waits("train", "cpu 2, nvidia.com/gpu 2");

        assertThat(Cluster.victims(cluster.decision())).containsExactly("d", "z");
    }

    @Test
    void aSpentBudgetStillGivesASoundDecisionForEachPod() {
        Cluster cluster = new Cluster().node("a", "nvidia.com/gpu 4, cpu 4")
                .idle("one", "a", "nvidia.com/gpu 1, cpu 3", 900)
                .idle("two", "a", "nvidia.com/gpu 3, cpu 1", 800).waits("train", "nvidia.com/gpu 4, cpu 4");

        ReclaimDecision decision = ReclaimPolicy.decide(cluster.state(), new SearchBudget(0, 0)).getFirst();

        assertThat(Cluster.victims(decision)).containsExactly("one", "two");
        assertThat(decision.exhaustive()).isFalse();
    }

    @Test
    void amountsThatDoNotFitInto64BitsAreBounded() {
        Cluster cluster = new Cluster().node("a", "example.com/huge 9e18, memory 16Ei")
                .idle("one", "a", "example.com/huge 4e18", 900).idle("two", "a", "example.com/huge 5e18", 800)
                .idle("three", "a", "memory 99Ei", 700).waits("train", "example.com/huge 9e18, memory 8Ei");

        assertThatCode(cluster::decide).doesNotThrowAnyException();
        assertThat(Cluster.victims(cluster.decision())).contains("one", "two");
    }

    private static ReclaimDecision decide(Cluster cluster, long steps) {
        return ReclaimPolicy.decide(cluster.state(), new SearchBudget(steps, steps)).getFirst();
    }

    /** Nothing was free, so the victims must request what the pod does, and no less without any of them. */
    private static void assertSound(Cluster cluster, ReclaimDecision decision, long[] needs) {
        List<String> resources = List.of("cpu", "memory", "nvidia.com/gpu", "example.com/fpga");
        List<PodOnNode> victims = cluster.state().pods().stream()
                .filter(pod -> decision.victims().stream().anyMatch(each -> each.pod().equals(pod.name()))).toList();
        assertThat(victims).hasSameSizeAs(decision.victims()).isNotEmpty();
        for (int without = -1; without < victims.size(); without++) {
            int left = without;
            boolean enough = IntStream.range(0, needs.length).allMatch(r -> IntStream.range(0, victims.size())
                    .filter(i -> i != left).mapToLong(i -> victims.get(i).requests().get(resources.get(r)))
                    .sum() >= needs[r]);
            assertThat(enough).as("without victim %d", without).isEqualTo(without < 0);
        }
    }
}
