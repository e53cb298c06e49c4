package io.elasticjupyter.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;

/**
 * What was found true of a kernel spec.
 *
 * @param observedGeneration the generation of the spec that this speaks of
 * @param conditions {@code Ready}
 * @param failedDeliveries events about it that no function took; the dead-letter function writes it
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record JupyterKernelSpecStatus(
        @JsonPropertyDescription("The generation of the spec that this status speaks of.") Long observedGeneration,
        @JsonPropertyDescription("Ready: whether gateways can offer this kernel spec; reason and message say why not.") List<Condition> conditions,
        @JsonPropertyDescription("Events about it that no function took.") FailedDeliveries failedDeliveries)
        implements
            JupyterStatus {}
