package io.elasticjupyter.cull.policy;

import java.time.Duration;
import java.time.Instant;

/**
 * What a gateway says of one kernel, as <a href="https://jupyter-server.readthedocs.io/en/latest/developers/rest-api.html">
 * {@code GET /api/kernels}</a> has it.
 *
 * @param kernelId the kernel's id
 * @param state what it does
 * @param lastActivity when it last did something, by the gateway's clock
 * @param connections how many notebooks are open on it
 */
public record KernelActivity(String kernelId, State state, Instant lastActivity, int connections) {

    /** The kernel's {@code execution_state}. */
    public enum State {
        /** It waits for something to run. */
        IDLE,
        /** It runs something. */
        BUSY,
        /** It is on its way, for the first time or again. A restarted kernel stays so until somebody uses it. */
        STARTING
    }

    /** The same by our clock. */
    public KernelActivity on(Duration theirClockIsAhead) {
        return new KernelActivity(kernelId, state, lastActivity.minus(theirClockIsAhead), connections);
    }
}
