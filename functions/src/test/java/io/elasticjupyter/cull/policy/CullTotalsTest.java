package io.elasticjupyter.cull.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticjupyter.api.v1alpha1.CullingStatus;
import io.elasticjupyter.api.v1alpha1.TerminatingKernel;
import io.elasticjupyter.api.v1alpha1.WaitingPodTotals;
import io.elasticjupyter.cull.policy.CullTotals.Outcome;
import io.fabric8.kubernetes.api.model.Quantity;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Two runs, a and b, or a and the next one, each of which is about to delete the kernel k. */
class CullTotalsTest {

    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

    private static final Set<String> K = Set.of("k");

    private static final Set<String> NONE = Set.of();

    @Test
    void aDeletedKernelIsCounted() {
        CullingStatus status = end(begin(null, "a"), deleted("a"));

        assertThat(status).isEqualTo(new CullingStatus(null, "2026-01-01T12:00:00Z", 1,
                Map.of("nvidia.com/gpu", new Quantity("1")), 60, null, null));
    }

    @Test
    void aKernelThatRemainsIsNotCounted() {
        CullingStatus status = end(begin(null, "a"), new Outcome("a", NONE, NONE, NONE, K));

        assertThat(status).isEqualTo(new CullingStatus(null, null, 0, null, 0, null, null));
    }

    @Test
    void twoRunsCountAKernelOnceInEveryOrder() {
        CullingStatus bothBegun = begin(begin(null, "a"), "b");

        assertCountedOnce(end(end(bothBegun, deleted("a")), byOthers("b")));
        assertCountedOnce(end(end(bothBegun, byOthers("b")), deleted("a")));
        assertCountedOnce(end(begin(end(begin(null, "a"), deleted("a")), "b"), byOthers("b")));
    }

    @Test
    void theNextRunCountsAKernelOfAnInterruptedOneThatIsGone() {
        CullingStatus interrupted = begin(null, "a");

        CullingStatus settled = end(interrupted, new Outcome("b", Set.of("a"), K, NONE, NONE));

        assertCountedOnce(settled);
        assertThat(end(settled, deleted("a"))).as("it was only slow").isEqualTo(settled);
        assertCountedOnce(end(begin(interrupted, "b"), new Outcome("b", Set.of("a"), K, NONE, NONE)));
    }

    @Test
    void theNextRunForgetsAKernelOfAnInterruptedOneThatIsUsed() {
        CullingStatus status = end(begin(null, "a"), new Outcome("b", Set.of("a"), NONE, NONE, K));

        assertThat(status.culled()).isZero();
        assertThat(status.terminating()).isNull();
    }

    @Test
    void aRecordThatARunHasNotReadIsLeftToItsRun() {
        CullingStatus status = end(begin(null, "a"), new Outcome("b", NONE, K, NONE, K));

        assertThat(status.culled()).isZero();
        assertThat(status.terminating()).hasSize(1);
    }

    @Test
    void anUndecidedKernelRemainsRecorded() {
        assertThat(end(begin(null, "a"), new Outcome("a", NONE, NONE, NONE, NONE)).terminating()).hasSize(1);
    }

    @Test
    void kernelsThatWereCulledForWaitingPodsAreCountedApart() {
        TerminatingKernel early = new TerminatingKernel("early", "e", "a", 90,
                Map.of("nvidia.com/gpu", new Quantity("2")), "team/training");

        CullingStatus status = end(CullTotals.begin(begin(null, "a"), List.of(early)),
                new Outcome("a", NONE, Set.of("k", "e"), NONE, NONE));
        CullingStatus twice = end(CullTotals.begin(status, List.of(early)),
                new Outcome("a", NONE, Set.of("e"), NONE, NONE));

        assertThat(status.culled()).isEqualTo(1);
        assertThat(status.reclaimed()).isEqualTo(Map.of("nvidia.com/gpu", new Quantity("1")));
        assertThat(status.idleSeconds()).isEqualTo(60);
        assertThat(status.forWaitingPods()).isEqualTo(new WaitingPodTotals("2026-01-01T12:00:00Z", 1,
                Map.of("nvidia.com/gpu", new Quantity("2")), 90));
        assertThat(twice.forWaitingPods()).isEqualTo(new WaitingPodTotals("2026-01-01T12:00:00Z", 2,
                Map.of("nvidia.com/gpu", new Quantity("4")), 180));
        assertThat(twice.culled()).isEqualTo(1);
    }

    private static void assertCountedOnce(CullingStatus status) {
        assertThat(status.culled()).isEqualTo(1);
        assertThat(status.idleSeconds()).isEqualTo(60);
        assertThat(status.terminating()).isNull();
    }

    private static Outcome deleted(String run) {
        return new Outcome(run, NONE, K, NONE, NONE);
    }

    private static Outcome byOthers(String run) {
        return new Outcome(run, NONE, NONE, K, NONE);
    }

    private static CullingStatus begin(CullingStatus before, String run) {
        return CullTotals.begin(before, List.of(new TerminatingKernel("kernel", "k", run, 60,
                Map.of("nvidia.com/gpu", new Quantity("1")), null)));
    }

    private static CullingStatus end(CullingStatus before, Outcome outcome) {
        return CullTotals.end(before, outcome, Optional.empty(), NOW);
    }
}
