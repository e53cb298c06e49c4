package io.elasticjupyter.reclaim.policy;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A kernel in a pod of its own.
 *
 * @param pod the pod
 * @param activity what it does, as its gateway reports
 * @param lastActivity when it was last active, by the function's clock
 * @param connections how many clients are connected to it
 * @param cullConnected whether its gateway culls kernels with open notebooks
 * @param keepUntil until when its owner keeps it
 * @param reclaimAfter how long it must be idle before it is culled for another pod, by its gateway; zero or less: never
 */
public record Kernel(PodName pod, Activity activity, Instant lastActivity, int connections, boolean cullConnected,
        Optional<Instant> keepUntil, Duration reclaimAfter) {

    /** The default of {@code reclaimAfter}. */
    public static final Duration DEFAULT_RECLAIM_AFTER = Duration.ofSeconds(60);

    /** What a kernel does. */
    public enum Activity {
        /** It waits for code. */
        IDLE,
        /** It executes code. */
        BUSY,
        /** It starts, and has not yet executed code. */
        STARTING,
        /** Its gateway did not answer, or does not list it. */
        UNKNOWN
    }

    /** Why a kernel is not culled, in the order in which the reasons are tried. */
    enum Exemption {
        PRIORITY("with the same or a higher priority"), BUSY("busy"), STARTING("starting"), UNKNOWN(
                "of a gateway that did not answer"), NEVER("of a gateway whose reclaimAfter is 0"), KEPT(
                        "kept by their owners"), CONNECTED(
                                "with an open notebook"), RECENT("not idle for reclaimAfter");

        private final String text;

        Exemption(String text) {
            this.text = text;
        }

        /** Returns what a kernel is or has, as a phrase that follows "kernels". */
        String text() {
            return text;
        }
    }

    /** Returns why the kernel is not culled now, whatever waits; empty if it can be. */
    Optional<Exemption> exemption(Instant now) {
        return switch (activity) {
            case BUSY -> Optional.of(Exemption.BUSY);
            case STARTING -> Optional.of(Exemption.STARTING);
            case UNKNOWN -> Optional.of(Exemption.UNKNOWN);
            case IDLE -> idleExemption(now);
        };
    }

    private Optional<Exemption> idleExemption(Instant now) {
        if (!reclaimAfter.isPositive()) {
            return Optional.of(Exemption.NEVER);
        }
        if (keepUntil.filter(now::isBefore).isPresent()) {
            return Optional.of(Exemption.KEPT);
        }
        if (connections > 0 && !cullConnected) {
            return Optional.of(Exemption.CONNECTED);
        }
        return idle(now).compareTo(reclaimAfter) < 0 ? Optional.of(Exemption.RECENT) : Optional.empty();
    }

    /**
     * Returns when the kernel can first be culled for another pod, if it is not used until then; empty if it can be culled now, or
     * never. A kernel in use can become idle right now.
     */
    public Optional<Instant> reclaimableAt(Instant now) {
        if (!reclaimAfter.isPositive() || exemption(now).isEmpty()) {
            return Optional.empty();
        }
        Instant free = activity == Activity.IDLE && (connections == 0 || cullConnected)
                ? lastActivity.plus(reclaimAfter)
                : now.plus(reclaimAfter);
        return keepUntil.filter(free::isBefore).or(() -> Optional.of(free));
    }

    /** Returns how long the kernel has been idle. A clock that is ahead does not make it negative. */
    Duration idle(Instant now) {
        return lastActivity.isAfter(now) ? Duration.ZERO : Duration.between(lastActivity, now);
    }
}
