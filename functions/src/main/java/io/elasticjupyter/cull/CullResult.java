package io.elasticjupyter.cull;

import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import java.util.Map;

/**
 * What one run did for one gateway.
 *
 * @param namespace of the gateway
 * @param gateway its name
 * @param dryRun whether nothing was deleted, only found
 * @param culled the kernels that were deleted, or would have been
 * @param kept the others
 * @param nextCull when the first of them can be due (RFC 3339); null: none can
 * @param problem why the gateway's kernels could not be judged; null: they were
 */
record CullResult(String namespace, String gateway, boolean dryRun, List<Culled> culled, List<Kept> kept,
        String nextCull, String problem) {

    /**
     * A kernel that was deleted.
     *
     * @param kernelId its id
     * @param pod its pod; null: it had none
     * @param idleSeconds for how long it was idle
     * @param reclaimed what its pod had requested
     * @param why in words
     */
    record Culled(String kernelId, String pod, long idleSeconds, Map<String, Quantity> reclaimed, String why) {}

    /**
     * A kernel that stays.
     *
     * @param kernelId its id
     * @param due when it can be due (RFC 3339); null: never, as far as can be seen
     * @param why in words
     */
    record Kept(String kernelId, String due, String why) {}
}
