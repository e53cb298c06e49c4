package io.elasticjupyter.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Map;

/**
 * What culling has done for a gateway, and when it looks next.
 *
 * @param nextCull when the first of its kernels can be due (RFC 3339); null: none can
 * @param lastCull when a kernel was last deleted (RFC 3339)
 * @param culled how many kernels have been deleted
 * @param reclaimed what their pods had requested, summed by resource
 * @param idleSeconds how long they had been idle, summed
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record CullingStatus(
        @JsonPropertyDescription("When the first of its kernels can be due (RFC 3339).") String nextCull,
        @JsonPropertyDescription("When a kernel was last deleted (RFC 3339).") String lastCull,
        @JsonPropertyDescription("How many kernels have been deleted.") long culled,
        @JsonPropertyDescription("What their pods had requested, summed by resource.") Map<String, Quantity> reclaimed,
        @JsonPropertyDescription("How long they had been idle, summed.") long idleSeconds) {}
