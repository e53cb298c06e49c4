package io.elasticjupyter.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/**
 * How many kernels a gateway has, at the last look.
 *
 * @param total all of them
 * @param busy those that run something
 * @param idle the others
 */
public record KernelCounts(
        @JsonPropertyDescription("All kernels.") int total,
        @JsonPropertyDescription("Kernels that run something.") int busy,
        @JsonPropertyDescription("The others.") int idle) {}
