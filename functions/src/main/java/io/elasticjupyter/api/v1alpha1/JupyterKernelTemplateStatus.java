package io.elasticjupyter.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;

/**
 * The observed state of a kernel template. No function reconciles templates: only the dead-letter function writes it.
 *
 * @param observedGeneration the {@code metadata.generation} that this status was computed for
 * @param conditions {@link #DELIVERED}
 * @param failedDeliveries the events that could not be delivered; written by the dead-letter function
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record JupyterKernelTemplateStatus(
        @JsonPropertyDescription("The metadata.generation of the resource that this status was computed for.") Long observedGeneration,
        @JsonPropertyDescription("Conditions of the template. Delivered: False after an event about the template could not be delivered.") List<Condition> conditions,
        @JsonPropertyDescription("Events about this resource that could not be delivered to a function. Unset if there were none.") FailedDeliveries failedDeliveries)
        implements
            JupyterStatus {}
