package io.elasticjupyter.cull.policy;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** The decision about one kernel. */
public sealed interface Decision {

    /** Returns the reason, as a phrase for a person. */
    String why();

    /** Returns when the kernel can be due, as far as it is known. */
    default Optional<Instant> dueTime() {
        return Optional.empty();
    }

    /**
     * Cull the kernel now.
     *
     * @param idle how long it has been idle
     */
    record Cull(Duration idle) implements Decision {
        @Override
        public String why() {
            return "idle for " + idle.toSeconds() + " s";
        }
    }

    /** Reclaim the kernel's pod now: the gateway has forgotten the kernel, or has given up starting it. */
    record Reclaim() implements Decision {
        @Override
        public String why() {
            return "not listed by its gateway";
        }
    }

    /**
     * Keep the kernel; it cannot be due before an instant.
     *
     * @param due the instant
     * @param why the reason
     */
    record Keep(Instant due, String why) implements Decision {
        @Override
        public Optional<Instant> dueTime() {
            return Optional.of(due);
        }
    }

    /**
     * Keep the kernel; no instant is known at which it can be due.
     *
     * @param why the reason
     */
    record KeepIndefinitely(String why) implements Decision {}
}
