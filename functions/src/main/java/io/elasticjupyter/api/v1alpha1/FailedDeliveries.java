package io.elasticjupyter.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/**
 * Events about a resource that no function took.
 *
 * @param count how many were written down so far
 * @param last when the last of them was (RFC 3339)
 */
public record FailedDeliveries(
        @JsonPropertyDescription("How many were written down so far.") Integer count,
        @JsonPropertyDescription("When the last of them was given up (RFC 3339).") String last) {}
