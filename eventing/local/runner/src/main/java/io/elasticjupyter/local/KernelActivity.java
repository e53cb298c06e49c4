package io.elasticjupyter.local;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * What a gateway knows of a kernel's use.
 *
 * @param state its {@code execution_state}
 * @param lastActivity when it last did something
 * @param connections how many notebooks are open on it
 * @param known whether the gateway knows the kernel at all
 */
record KernelActivity(String state, Instant lastActivity, int connections, boolean known) {

    private static final DateTimeFormatter MICROSECONDS = DateTimeFormatter
            .ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    /** What a person can make happen to a kernel. */
    enum Change {
        /** It runs something. */
        BUSY,
        /** It has run something. */
        IDLE,
        /** A notebook is opened on it. */
        CONNECTED,
        /** One is closed. */
        DISCONNECTED,
        /** The gateway forgets it. */
        DEAD;

        /** The one of that name in lower case. */
        static Optional<Change> named(String name) {
            return Arrays.stream(values()).filter(change -> change.name().toLowerCase(Locale.ROOT).equals(name))
                    .findFirst();
        }
    }

    /** A kernel that nobody has used since it started. */
    static KernelActivity started(Instant when) {
        return new KernelActivity("idle", when, 0, true);
    }

    KernelActivity after(Change change, Instant now) {
        return switch (change) {
            case BUSY -> new KernelActivity("busy", now, connections, known);
            case IDLE -> new KernelActivity("idle", now, connections, known);
            case CONNECTED -> new KernelActivity(state, lastActivity, connections + 1, known);
            case DISCONNECTED -> new KernelActivity(state, lastActivity, Math.max(0, connections - 1), known);
            case DEAD -> new KernelActivity("dead", now, 0, false);
        };
    }

    /** As Jupyter writes it. */
    String lastActivityText() {
        return MICROSECONDS.format(lastActivity);
    }
}
