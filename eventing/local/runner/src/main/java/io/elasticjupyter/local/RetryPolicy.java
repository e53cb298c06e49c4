package io.elasticjupyter.local;

import io.fabric8.knative.duck.v1.DeliverySpec;
import java.time.Duration;
import java.util.Optional;

/**
 * The number of retries and the pauses between them, as defined by a
 * <a href="https://knative.dev/docs/eventing/event-delivery/">DeliverySpec</a>.
 *
 * @param retries the maximum number of retries
 * @param delay the unit of the pauses
 * @param exponential true if the pauses double, false if they grow linearly
 */
record RetryPolicy(int retries, Duration delay, boolean exponential) {

    /** Returns the policy of the Trigger, or that of the Broker when the Trigger has none. */
    static RetryPolicy of(DeliverySpec trigger, DeliverySpec broker) {
        return Optional.ofNullable(trigger).or(() -> Optional.ofNullable(broker))
                .map(spec -> new RetryPolicy(
                        Optional.ofNullable(spec.getRetry()).orElse(0),
                        Optional.ofNullable(spec.getBackoffDelay()).map(Duration::parse).orElse(Duration.ZERO),
                        !"linear".equals(spec.getBackoffPolicy())))
                .orElse(new RetryPolicy(0, Duration.ZERO, true));
    }

    /** Returns the pause before the next retry. */
    Duration pause(int retriesSoFar) {
        return delay.multipliedBy(exponential ? 1L << retriesSoFar : retriesSoFar);
    }

    /**
     * Returns whether a retry may succeed. Knative also retries 404 and 409, for pods that are still starting; here that would
     * only hide a wrong path.
     */
    static boolean mayHelp(int status) {
        return status >= 500 || status == 408 || status == 429;
    }
}
