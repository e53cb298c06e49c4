package io.elasticjupyter.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;

/**
 * What was found true of a gateway.
 *
 * @param observedGeneration the generation of the spec that this speaks of
 * @param conditions {@code Ready}, {@code KernelSpecsResolved}, and the cull function's {@link #ACTIVITY_KNOWN}
 * @param url where the gateway answers inside the cluster
 * @param replicas pods that the Deployment wants
 * @param readyReplicas pods that answer
 * @param kernels how many kernels it has; the cull function writes it
 * @param culling what culling has done; the cull function writes it
 * @param failedDeliveries events about it that no function took; the dead-letter function writes it
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record JupyterGatewayStatus(
        @JsonPropertyDescription("The generation of the spec that this status speaks of.") Long observedGeneration,
        @JsonPropertyDescription("Ready: whether the gateway answers; reason and message say why not.") List<Condition> conditions,
        @JsonPropertyDescription("Where the gateway answers inside the cluster.") String url,
        @JsonPropertyDescription("Pods that the Deployment wants.") Integer replicas,
        @JsonPropertyDescription("Pods that answer.") Integer readyReplicas,
        @JsonPropertyDescription("How many kernels it has, at the last look.") KernelCounts kernels,
        @JsonPropertyDescription("What culling has done, and when it looks next.") CullingStatus culling,
        @JsonPropertyDescription("Events about it that no function took.") FailedDeliveries failedDeliveries)
        implements
            JupyterStatus {

    /** The condition type that says whether the gateway could be asked what its kernels do. */
    public static final String ACTIVITY_KNOWN = "ActivityKnown";
}
