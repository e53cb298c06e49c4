package io.elasticjupyter.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;

/**
 * What was found true of a gateway.
 *
 * @param observedGeneration the generation of the spec that this speaks of
 * @param conditions {@code Ready}
 * @param url where the gateway answers inside the cluster
 * @param replicas pods that the Deployment wants
 * @param readyReplicas pods that answer
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record JupyterGatewayStatus(
        @JsonPropertyDescription("The generation of the spec that this status speaks of.") Long observedGeneration,
        @JsonPropertyDescription("Ready: whether the gateway answers; reason and message say why not.") List<Condition> conditions,
        @JsonPropertyDescription("Where the gateway answers inside the cluster.") String url,
        @JsonPropertyDescription("Pods that the Deployment wants.") Integer replicas,
        @JsonPropertyDescription("Pods that answer.") Integer readyReplicas) implements JupyterStatus {}
