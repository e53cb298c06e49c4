package io.elasticjupyter.local;

import io.fabric8.knative.duck.v1.DeliverySpec;
import java.time.Duration;
import java.util.Optional;

/**
 * How often and how patiently a delivery is tried again, as a
 * <a href="https://knative.dev/docs/eventing/event-delivery/">DeliverySpec</a> says it.
 *
 * @param retries the most
 * @param delay the unit of the pauses
 * @param exponential whether the pauses double, or else grow by the same step
 */
record RetryPolicy(int retries, Duration delay, boolean exponential) {

    /** The Trigger's own, or else the Broker's. */
    static RetryPolicy of(DeliverySpec trigger, DeliverySpec broker) {
        return Optional.ofNullable(trigger).or(() -> Optional.ofNullable(broker))
                .map(spec -> new RetryPolicy(
                        Optional.ofNullable(spec.getRetry()).orElse(0),
                        Optional.ofNullable(spec.getBackoffDelay()).map(Duration::parse).orElse(Duration.ZERO),
                        !"linear".equals(spec.getBackoffPolicy())))
                .orElse(new RetryPolicy(0, Duration.ZERO, true));
    }

    /** The pause before the next try, after so many retries. */
    Duration pause(int retriesSoFar) {
        return delay.multipliedBy(exponential ? 1L << retriesSoFar : retriesSoFar);
    }

    /**
     * Whether another try may help. Knative tries 404 and 409 again as well, for the sake of pods that are only half up; here
     * that would only hide a wrong path.
     */
    static boolean mayHelp(int status) {
        return status >= 500 || status == 408 || status == 429;
    }
}
