package io.elasticjupyter.cull.policy;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The activity of one kernel, as reported by <a href="https://jupyter-server.readthedocs.io/en/latest/developers/rest-api.html">
 * {@code GET /api/kernels}</a>.
 *
 * @param kernelId the kernel's id
 * @param state its execution state
 * @param lastActivity when it was last active
 * @param connections how many clients are connected to it
 */
public record KernelActivity(String kernelId, State state, Instant lastActivity, int connections) {

    /** The kernel's {@code execution_state}. */
    public enum State {
        /** The kernel waits for code. */
        IDLE,
        /** The kernel executes code. */
        BUSY,
        /** The kernel starts or restarts. It remains in this state until it is used. */
        STARTING
    }

    /** Returns whether the kernel executes code. */
    public boolean isBusy() {
        return state == State.BUSY;
    }

    /**
     * Returns this activity, as idle if the kernel has started and nobody has used it. A gateway reports such a kernel as starting until
     * a client uses it for the first time. It has been idle since its pod was ready, and counts as idle once it has been for as long
     * as it may take to start: until then, it may still start.
     *
     * @param ready since when its pod is ready; empty if it is not
     * @param launchTimeout how long the kernel may take to start
     */
    public KernelActivity asIdleIfUnused(Optional<Instant> ready, Duration launchTimeout, Instant now) {
        if (state != State.STARTING || ready.isEmpty()) {
            return this;
        }
        Instant since = ready.get().isAfter(lastActivity) ? ready.get() : lastActivity;
        return new KernelActivity(kernelId, now.isBefore(since.plus(launchTimeout)) ? state : State.IDLE, since,
                connections);
    }

    /**
     * Returns this activity with its time corrected.
     *
     * @param clockSkew how far the clock that recorded the activity is ahead
     */
    public KernelActivity correctedBy(Duration clockSkew) {
        return new KernelActivity(kernelId, state, lastActivity.minus(clockSkew), connections);
    }
}
