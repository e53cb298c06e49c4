package io.elasticjupyter.local.fake;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * A kernel of a {@link FakeGateway}.
 *
 * @param id the kernel's id
 * @param spec the name of its kernel spec
 * @param pod the name of its pod
 * @param uid the uid of its pod
 * @param state its {@code execution_state}
 * @param lastActivity when it was last active
 * @param connections how many clients are connected to it
 */
public record FakeKernel(String id, String spec, String pod, String uid, String state, Instant lastActivity,
        int connections) {

    private static final String DEAD = "dead";

    private static final DateTimeFormatter MICROSECONDS = DateTimeFormatter
            .ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    /** The changes of a kernel by a user or a failure. */
    public enum Change {
        /** The kernel starts to execute code. */
        BUSY,
        /** The kernel has executed code. */
        IDLE,
        /** A client connects. */
        CONNECTED,
        /** A client disconnects. */
        DISCONNECTED,
        /** The gateway loses the kernel. */
        DEAD;

        /** Returns the change with a name in lower case. */
        public static Optional<Change> named(String name) {
            return Arrays.stream(values()).filter(change -> change.name().toLowerCase(Locale.ROOT).equals(name))
                    .findFirst();
        }
    }

    /** Returns a kernel without a pod. */
    public static FakeKernel of(String id, String state, Instant lastActivity, int connections) {
        return new FakeKernel(id, "python", id, id, state, lastActivity, connections);
    }

    /** Returns whether the gateway has lost the kernel. */
    public boolean dead() {
        return state.equals(DEAD);
    }

    /** Returns the kernel after a change. */
    public FakeKernel after(Change change, Instant now) {
        return switch (change) {
            case BUSY -> with("busy", now, connections);
            case IDLE -> with("idle", now, connections);
            case CONNECTED -> with(state, lastActivity, connections + 1);
            case DISCONNECTED -> with(state, lastActivity, Math.max(0, connections - 1));
            case DEAD -> with(DEAD, now, 0);
        };
    }

    /** Returns the {@code last_activity} as Jupyter writes it, by a clock that is ahead. */
    String lastActivityText(Duration clockSkew) {
        return MICROSECONDS.format(lastActivity.plus(clockSkew));
    }

    private FakeKernel with(String newState, Instant newActivity, int newConnections) {
        return new FakeKernel(id, spec, pod, uid, newState, newActivity, newConnections);
    }
}
