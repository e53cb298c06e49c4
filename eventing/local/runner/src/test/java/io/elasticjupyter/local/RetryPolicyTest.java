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
