package io.elasticjupyter.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.knative.duck.v1.DeliverySpec;
import io.fabric8.knative.duck.v1.DeliverySpecBuilder;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RetryPolicyTest {

    private final DeliverySpec broker = new DeliverySpecBuilder().withRetry(8).withBackoffPolicy("exponential")
            .withBackoffDelay("PT0.5S").build();

    @Test
    void pausesDouble() {
        RetryPolicy policy = RetryPolicy.of(null, broker);
        assertThat(policy.retries()).isEqualTo(8);
        assertThat(IntStream.range(0, 4).mapToObj(policy::pause))
                .containsExactly(Duration.ofMillis(500), Duration.ofSeconds(1), Duration.ofSeconds(2),
                        Duration.ofSeconds(4));
    }

    /** A node may need that long to pull the functions' image; and a Trigger without retries of its own has those of the Broker. */
    @Test
    void everyTriggerRetriesForTwoMinutesAndSoonAtFirst() {
        Wiring wiring = Wiring.read();

        assertThat(wiring.triggers()).isNotEmpty().allSatisfy(trigger -> {
            RetryPolicy policy = RetryPolicy.of(trigger.getSpec().getDelivery(),
                    wiring.broker().getSpec().getDelivery());
            assertThat(policy.pause(0)).isBetween(Duration.ofMillis(100), Duration.ofSeconds(1));
            assertThat(IntStream.range(0, policy.retries()).mapToObj(policy::pause).reduce(Duration.ZERO,
                    Duration::plus)).isBetween(Duration.ofMinutes(2), Duration.ofMinutes(10));
        });
    }

    @Test
    void thePolicyOfTheTriggerTakesPrecedence() {
        var own = new DeliverySpecBuilder().withRetry(1).withBackoffPolicy("linear").withBackoffDelay("PT2S").build();
        assertThat(RetryPolicy.of(own, broker)).isEqualTo(new RetryPolicy(1, Duration.ofSeconds(2), false));
    }

    @Test
    void withoutADeliverySpecThereIsNoRetry() {
        assertThat(RetryPolicy.of(null, null).retries()).isZero();
    }
}
