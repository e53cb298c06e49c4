package io.elasticjupyter.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;

/**
 * The observed state of a kernel spec.
 *
 * @param observedGeneration the {@code metadata.generation} that this status was computed for
 * @param conditions {@code Ready}, {@code MisplacedTemplateFields} and {@code ClassNameKnown}
 * @param failedDeliveries the events that could not be delivered; written by the dead-letter function
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record JupyterKernelSpecStatus(
        @JsonPropertyDescription("The metadata.generation of the resource that this status was computed for.") Long observedGeneration,
        @JsonPropertyDescription("Conditions of the kernel spec. Ready: gateways can offer it. MisplacedTemplateFields: True if the JupyterKernelTemplate in spec.template has the layout of the Go operator's examples, with labels directly under metadata. ClassNameKnown: False if spec.className is not a class of Enterprise Gateway. Delivered: False after an event about the kernel spec could not be delivered, until it has been reconciled again.") List<Condition> conditions,
        @JsonPropertyDescription("Events about this resource that could not be delivered to a function. Unset if there were none.") FailedDeliveries failedDeliveries)
        implements
            JupyterStatus {}
