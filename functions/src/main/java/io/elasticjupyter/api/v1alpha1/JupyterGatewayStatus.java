package io.elasticjupyter.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;

/**
 * The observed state of a gateway.
 *
 * @param observedGeneration the {@code metadata.generation} that this status was computed for
 * @param conditions {@code Ready}, {@code KernelSpecsResolved}, and the cull function's {@link #ACTIVITY_KNOWN}
 *     and {@link #CULL_SCHEDULED}
 * @param url the URL of the gateway inside the cluster
 * @param secretName the name of the Secret that holds the gateway's token
 * @param tokenHash identifies the token without revealing it; notebooks are reconciled when it changes
 * @param replicas the desired number of pods
 * @param readyReplicas the number of ready pods
 * @param kernels the number of kernels at the last culling run; written by the cull function
 * @param culling the next culling run and the totals so far; written by the cull function
 * @param failedDeliveries the events that could not be delivered; written by the dead-letter function
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record JupyterGatewayStatus(
        @JsonPropertyDescription("The metadata.generation of the resource that this status was computed for.") Long observedGeneration,
        @JsonPropertyDescription("Conditions of the gateway. Ready: the gateway accepts requests. KernelSpecsResolved: all kernel specs in spec.kernels exist. ActivityKnown: the gateway answered the last culling run; while False, none of its kernels are culled. CullScheduled: False if the next culling run cannot be scheduled. Delivered: False after an event about the gateway could not be delivered, until it has been reconciled again.") List<Condition> conditions,
        @JsonPropertyDescription("URL of the gateway inside the cluster.") String url,
        @JsonPropertyDescription("Name of the Secret that holds the token of the gateway (key 'token').") String secretName,
        @JsonPropertyDescription("Keyed hash of the token of the gateway. When it changes, the notebooks that reference the gateway receive the new token.") String tokenHash,
        @JsonPropertyDescription("Desired number of pods of the Deployment.") Integer replicas,
        @JsonPropertyDescription("Number of ready pods of the Deployment.") Integer readyReplicas,
        @JsonPropertyDescription("Number of kernels of the gateway, as of the last culling run.") KernelCounts kernels,
        @JsonPropertyDescription("Next culling run, and totals of what culling has reclaimed.") CullingStatus culling,
        @JsonPropertyDescription("Events about this resource that could not be delivered to a function. Unset if there were none.") FailedDeliveries failedDeliveries)
        implements
            JupyterStatus {

    /** The condition type that reports whether the gateway responded to the last culling run. */
    public static final String ACTIVITY_KNOWN = "ActivityKnown";

    /** The condition type that is {@code False} while the next culling run cannot be scheduled. */
    public static final String CULL_SCHEDULED = "CullScheduled";
}
