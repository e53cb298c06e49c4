package io.elasticjupyter.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import java.util.Map;

/**
 * The next culling run of a gateway, and totals of what culling has reclaimed.
 *
 * @param nextCull when the next culling run is scheduled (RFC 3339); null when none is
 * @param lastCull when a kernel was last culled (RFC 3339)
 * @param culled how many kernels have been culled
 * @param reclaimed the sum of the resource requests of the culled kernels' pods, by resource name
 * @param idleSeconds the sum of the culled kernels' idle times, in seconds
 * @param forWaitingPods the kernels that have been culled for pods that waited for their resources, which the other totals do not
 *         contain; null when there were none
 * @param terminating the kernels whose culling has begun and is not counted yet; null when there are none
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record CullingStatus(
        @JsonPropertyDescription("Time of the next scheduled culling run (RFC 3339). Unset if no kernel can become due.") String nextCull,
        @JsonPropertyDescription("Time at which a kernel was last culled (RFC 3339).") String lastCull,
        @JsonPropertyDescription("Number of kernels culled so far because they were due.") long culled,
        @JsonPropertyDescription("Sum of the resource requests of all culled kernels' pods, by resource name, such as cpu, memory or nvidia.com/gpu.") Map<String, Quantity> reclaimed,
        @JsonPropertyDescription("Sum of the seconds for which the culled kernels had been idle.") long idleSeconds,
        @JsonPropertyDescription("Kernels culled so far for pods that waited for their resources. The other totals do not include them.") WaitingPodTotals forWaitingPods,
        @JsonPropertyDescription("Kernels whose culling has begun. They are counted when they have been deleted.") List<TerminatingKernel> terminating) {}
