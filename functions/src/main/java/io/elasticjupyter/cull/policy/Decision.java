package io.elasticjupyter.cull.policy;

import java.time.Duration;
import java.time.Instant;

/** What is to become of one kernel. */
public sealed interface Decision {

    /** In words, for a person. */
    String why();

    /**
     * It goes now.
     *
     * @param idle for how long it was idle
     */
    record Cull(Duration idle) implements Decision {
        @Override
        public String why() {
            return "idle for " + idle.toSeconds() + " s";
        }
    }

    /**
     * It stays, and cannot be due before an instant.
     *
     * @param due the instant
     * @param why what keeps it
     */
    record Keep(Instant due, String why) implements Decision {}

    /**
     * It stays for good, as far as can be seen.
     *
     * @param why what keeps it
     */
    record KeepForGood(String why) implements Decision {}
}
