package io.elasticjupyter.reclaim.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticjupyter.reclaim.policy.Kernel.Activity;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** When a kernel can first be culled for another pod, which is the next time at which it is worth deciding. */
class KernelTest {

    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
    private static final Duration MINUTE = Duration.ofMinutes(1);

    @Test
    void anIdleKernelCanBeCulledAfterItsTime() {
        assertThat(kernel(Activity.IDLE, NOW.minusSeconds(20), 0, null, MINUTE)).contains(NOW.plusSeconds(40));
    }

    @Test
    void aKeptKernelCanBeCulledAfterBothTimes() {
        assertThat(kernel(Activity.IDLE, NOW.minusSeconds(600), 0, NOW.plusSeconds(300), MINUTE))
                .contains(NOW.plusSeconds(300));
        assertThat(kernel(Activity.IDLE, NOW.minusSeconds(20), 0, NOW.plusSeconds(30), MINUTE))
                .contains(NOW.plusSeconds(40));
    }

    @ParameterizedTest
    @EnumSource(value = Activity.class, mode = Mode.EXCLUDE, names = "IDLE")
    void aKernelInUseCanBecomeIdleAtAnyTime(Activity activity) {
        assertThat(kernel(activity, NOW.minusSeconds(600), 0, null, MINUTE)).contains(NOW.plusSeconds(60));
    }

    @Test
    void aConnectedKernelCanBeDisconnectedAtAnyTime() {
        assertThat(kernel(Activity.IDLE, NOW.minusSeconds(600), 1, null, MINUTE)).contains(NOW.plusSeconds(60));
    }

    @Test
    void aKernelThatCanBeCulledNowOrNeverHasNoSuchTime() {
        assertThat(kernel(Activity.IDLE, NOW.minusSeconds(60), 0, null, MINUTE)).isEmpty();
        assertThat(kernel(Activity.BUSY, NOW, 0, null, Duration.ZERO)).isEmpty();
    }

    private static Optional<Instant> kernel(Activity activity, Instant lastActivity, int connections, Instant keepUntil,
            Duration reclaimAfter) {
        return new Kernel(new PodName("n", "k"), activity, lastActivity, connections, false,
                Optional.ofNullable(keepUntil), reclaimAfter).reclaimableAt(NOW);
    }
}
