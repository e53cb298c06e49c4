package io.elasticjupyter.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;

/**
 * The status of a kernel template. Only the dead-letter function writes it.
 *
 * @param observedGeneration null, because no function reconciles templates
 * @param conditions {@link JupyterStatus#DELIVERED}; there is no {@code Ready}
 * @param failedDeliveries events about it that no function took; the dead-letter function writes it
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record JupyterKernelTemplateStatus(
        @JsonPropertyDescription("Not set, because templates are not reconciled.") Long observedGeneration,
        @JsonPropertyDescription("Delivered: False if an event about this template could not be delivered. Templates are not reconciled, so there is no Ready.") List<Condition> conditions,
        @JsonPropertyDescription("Events about it that no function took.") FailedDeliveries failedDeliveries)
        implements
            JupyterStatus {}
