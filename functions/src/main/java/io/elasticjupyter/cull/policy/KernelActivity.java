package io.elasticjupyter.cull.policy;

import java.time.Duration;
import java.time.Instant;

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
        /** The kernel starts or restarts. After a restart it remains in this state until it is used. */
        STARTING
    }

    /** Returns whether the kernel executes code. */
    public boolean isBusy() {
        return state == State.BUSY;
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
