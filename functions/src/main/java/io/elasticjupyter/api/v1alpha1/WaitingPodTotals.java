package io.elasticjupyter.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Map;

/**
 * The kernels of a gateway that were culled before they were due, for pods that waited for their resources.
 *
 * @param last when a kernel was last culled for such a pod (RFC 3339)
 * @param culled how many kernels were culled
 * @param reclaimed the sum of the resource requests of their pods, by resource name
 * @param idleSeconds the sum of their idle times, in seconds
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record WaitingPodTotals(
        @JsonPropertyDescription("Time at which a kernel was last culled for a waiting pod (RFC 3339).") String last,
        @JsonPropertyDescription("Number of kernels culled for waiting pods so far.") long culled,
        @JsonPropertyDescription("Sum of the resource requests of these kernels' pods, by resource name.") Map<String, Quantity> reclaimed,
        @JsonPropertyDescription("Sum of the seconds for which these kernels had been idle.") long idleSeconds) {}
