package io.elasticjupyter.reclaim.policy;

import static io.elasticjupyter.reclaim.policy.Cluster.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import io.elasticjupyter.reclaim.policy.Kernel.Activity;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class KernelLimitsTest {

    private static final Kernel BUSY = kernel("busy", Activity.BUSY, 9_000);
    private static final Kernel IDLE = kernel("idle", Activity.IDLE, 300);
    private static final Kernel IDLEST = kernel("idlest", Activity.IDLE, 600);
    private static final Kernel RECENT = kernel("recent", Activity.IDLE, 59);
    private static final Kernel KEPT = Cluster.keptUntil(NOW.plusSeconds(1)).apply(kernel("kept", Activity.IDLE, 900));

    @Test
    void theIdlestKernelGoesWhenANewOneNeedsItsPlace() {
        assertThat(most(3).decide(List.of(BUSY, IDLE, IDLEST), 1, NOW))
                .isEqualTo(new KernelLimits.Outcome(List.of(IDLEST), 0));
        assertThat(most(3).decide(List.of(BUSY, IDLE, IDLEST), 2, NOW).victims()).containsExactly(IDLEST, IDLE);
        assertThat(most(4).decide(List.of(BUSY, IDLE, IDLEST), 1, NOW).victims()).as("there is a place").isEmpty();
        assertThat(most(3).decide(List.of(BUSY, IDLE, IDLEST), 0, NOW).victims()).as("no kernel starts").isEmpty();
        assertThat(most(2).decide(List.of(BUSY, IDLE, IDLEST), 0, NOW).victims()).as("a limit that was lowered")
                .isEmpty();
        assertThat(most(2).decide(List.of(BUSY, IDLE, IDLEST), 1, NOW).victims()).containsExactly(IDLEST, IDLE);
    }

    @Test
    void aKernelThatCannotStartCostsNoOther() {
        assertThat(most(2).decide(List.of(BUSY, KEPT, RECENT, IDLE), 1, NOW))
                .isEqualTo(new KernelLimits.Outcome(List.of(), 1));
        assertThat(most(2).decide(List.of(BUSY, IDLE), 3, NOW)).as("one of three")
                .isEqualTo(new KernelLimits.Outcome(List.of(IDLE), 2));
        assertThat(most(0).decide(List.of(), 1, NOW)).isEqualTo(new KernelLimits.Outcome(List.of(), 1));
        assertThat(most(Integer.MAX_VALUE).decide(List.of(IDLE), Integer.MAX_VALUE, NOW).refused()).isZero();
    }

    @Test
    void noMoreThanMaxIdleKernelsStayIdle() {
        assertThat(mostIdle(1).decide(List.of(BUSY, IDLE, IDLEST), 0, NOW).victims()).containsExactly(IDLEST);
        assertThat(mostIdle(0).decide(List.of(BUSY, IDLE, IDLEST), 0, NOW).victims()).containsExactly(IDLEST, IDLE);
        assertThat(mostIdle(1).decide(List.of(KEPT, RECENT, IDLE), 0, NOW).victims())
                .as("kept and recently active kernels count, but stay").containsExactly(IDLE);
        assertThat(mostIdle(2).decide(List.of(BUSY, IDLE, IDLEST), 9, NOW))
                .isEqualTo(new KernelLimits.Outcome(List.of(), 0));
    }

    @Test
    void bothLimitsNeedTheSameKernels() {
        KernelLimits both = new KernelLimits(OptionalInt.of(3), OptionalInt.of(1));

        assertThat(both.decide(List.of(BUSY, IDLE, IDLEST), 1, NOW).victims()).containsExactly(IDLEST);
        assertThat(both.decide(List.of(BUSY, IDLE, IDLEST), 2, NOW).victims()).containsExactly(IDLEST, IDLE);
    }

    @Test
    void withoutLimitsNothingIsCulled() {
        assertThat(new KernelLimits(OptionalInt.empty(), OptionalInt.empty()).decide(List.of(IDLE, IDLEST), 5, NOW))
                .isEqualTo(new KernelLimits.Outcome(List.of(), 0));
    }

    @Test
    void equallyIdleKernelsGoByName() {
        Kernel a = kernel("a", Activity.IDLE, 300);

        assertThat(most(2).decide(List.of(IDLE, a), 1, NOW).victims()).containsExactly(a);
    }

    private static KernelLimits most(int kernels) {
        return new KernelLimits(OptionalInt.of(kernels), OptionalInt.empty());
    }

    private static KernelLimits mostIdle(int kernels) {
        return new KernelLimits(OptionalInt.empty(), OptionalInt.of(kernels));
    }

    private static Kernel kernel(String name, Activity activity, int seconds) {
        return new Kernel(new PodName("default", name), activity, NOW.minusSeconds(seconds), 0, true,
                Optional.empty(), Kernel.DEFAULT_RECLAIM_AFTER);
    }
}
