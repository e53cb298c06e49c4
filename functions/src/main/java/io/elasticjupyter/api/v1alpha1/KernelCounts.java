package io.elasticjupyter.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/**
 * The number of kernels of a gateway at the last culling run.
 *
 * @param total the number of all kernels
 * @param busy the number of kernels that are running code
 * @param idle the number of kernels that are not busy
 * @param gpus the number of GPUs that all kernels request
 * @param idleGpus the number of GPUs that the kernels request that are not busy
 */
public record KernelCounts(
        @JsonPropertyDescription("Number of kernels.") int total,
        @JsonPropertyDescription("Number of kernels that are running code.") int busy,
        @JsonPropertyDescription("Number of kernels that are not busy.") int idle,
        @JsonPropertyDescription("Number of GPUs that the kernels request, of any vendor.") int gpus,
        @JsonPropertyDescription("Number of GPUs that the kernels request that are not busy.") int idleGpus) {}
