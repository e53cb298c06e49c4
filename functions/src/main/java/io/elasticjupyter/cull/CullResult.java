package io.elasticjupyter.cull;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import java.util.Map;

/**
 * The result of one cull of one gateway.
 *
 * @param namespace the gateway's namespace
 * @param gateway the gateway's name
 * @param dryRun whether nothing was changed
 * @param culled the kernels that were deleted, or would have been in a dry run
 * @param kept the kernels that remain
 * @param nextCull when the first of them can be due (RFC 3339); null when none can
 * @param problem why the activity of the kernels is unknown; null when it is known
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record CullResult(String namespace, String gateway, boolean dryRun, List<Culled> culled, List<Kept> kept,
        String nextCull, String problem) {

    /**
     * A kernel that was deleted.
     *
     * @param kernelId the kernel's id
     * @param pod the name of its pod; null when it had none
     * @param idleSeconds how long it was idle
     * @param reclaimed what its pod requested, by resource
     * @param why the reason, as a phrase
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Culled(String kernelId, String pod, long idleSeconds, Map<String, Quantity> reclaimed, String why) {}

    /**
     * A kernel that remains.
     *
     * @param kernelId the kernel's id
     * @param due when it can be due (RFC 3339); null when no such time is known
     * @param why the reason, as a phrase
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Kept(String kernelId, String due, String why) {}
}
