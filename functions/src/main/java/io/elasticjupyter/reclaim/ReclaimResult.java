package io.elasticjupyter.reclaim;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import java.util.Map;

/**
 * What one run did for one pod that waits.
 *
 * @param namespace the pod's namespace
 * @param name the pod's name
 * @param reason the reason in one word
 * @param message the reason as a sentence
 * @param node the node on which kernels were culled; null if none was
 * @param culled the kernels that this run culled for the pod
 * @param reclaimed the sum of the requests of their pods, by resource name
 * @param complete whether kernels were culled, and none of those that were chosen remains
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record ReclaimResult(String namespace, String name, String reason, String message, String node, List<Culled> culled,
        Map<String, Quantity> reclaimed, boolean complete) {

    /**
     * A kernel that was culled.
     *
     * @param namespace the namespace of the kernel and its gateway
     * @param gateway the name of its gateway
     * @param pod the name of its pod
     * @param idleSeconds how long it was idle
     */
    record Culled(String namespace, String gateway, String pod, long idleSeconds) {}
}
