package io.elasticjupyter.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/**
 * The activity of a kernel, as its gateway reported it at the last culling run.
 *
 * @param executionState {@code idle}, {@code busy} or {@code starting}
 * @param lastActivity when the kernel was last active (RFC 3339)
 * @param idleSince since when the kernel has been idle (RFC 3339); null while it is busy
 * @param dueTime the earliest time at which the kernel may be culled (RFC 3339); null when it is not culled
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record KernelActivityStatus(
        @JsonPropertyDescription("Execution state of the kernel: 'idle', 'busy' or 'starting'.") String executionState,
        @JsonPropertyDescription("Time of the kernel's last activity (RFC 3339).") String lastActivity,
        @JsonPropertyDescription("Time since which the kernel has been idle (RFC 3339). Unset while it is busy.") String idleSince,
        @JsonPropertyDescription("Earliest time at which the kernel may be culled (RFC 3339). Unset if culling is disabled.") String dueTime) {}
