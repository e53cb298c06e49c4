package io.elasticjupyter.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/**
 * Counts the events about a resource that could not be delivered to a function.
 *
 * @param count how many failures have been recorded
 * @param last when the last failure was recorded (RFC 3339)
 */
public record FailedDeliveries(
        @JsonPropertyDescription("Number of failed deliveries recorded so far. At most one is recorded every ten minutes while deliveries keep failing.") Integer count,
        @JsonPropertyDescription("Time of the last recorded failure (RFC 3339).") String last) {}
