package io.elasticjupyter.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/**
 * What a kernel's gateway said of it at the last look.
 *
 * @param executionState idle, busy or starting
 * @param lastActivity when it last did something (RFC 3339)
 * @param dueTime when it can be due to be deleted (RFC 3339); null: never, as far as can be seen
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record KernelActivityStatus(
        @JsonPropertyDescription("idle, busy or starting.") String executionState,
        @JsonPropertyDescription("When it last did something (RFC 3339).") String lastActivity,
        @JsonPropertyDescription("When it can be due to be deleted (RFC 3339).") String dueTime) {}
