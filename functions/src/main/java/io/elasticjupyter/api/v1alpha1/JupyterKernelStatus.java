package io.elasticjupyter.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;

/**
 * The observed state of a kernel.
 *
 * @param observedGeneration the {@code metadata.generation} that this status was computed for
 * @param conditions {@code Ready}, {@code Running}, {@code Succeeded}, {@code Failed}, {@code MisplacedTemplateFields}, the cull function's {@link #KEEP_UNTIL_VALID}, and {@link #REATTACHED}
 * @param phase the phase of the kernel's pod
 * @param podName the name of the kernel's pod
 * @param nodeName the node that runs the pod; null until the pod is scheduled
 * @param gpus the number of GPUs that the pod requests; null without any
 * @param startTime when the kubelet accepted the pod (RFC 3339)
 * @param completionTime when a container of the pod ended (RFC 3339); null while the pod runs
 * @param activity the activity that the gateway reported at the last culling run; written by the cull function
 * @param failedDeliveries the events that could not be delivered; written by the dead-letter function
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record JupyterKernelStatus(
        @JsonPropertyDescription("The metadata.generation of the resource that this status was computed for.") Long observedGeneration,
        @JsonPropertyDescription("Conditions of the kernel. Ready: the kernel's pod is running. Running, Succeeded and Failed: the phase of the pod. MisplacedTemplateFields: True if spec.template has the layout of the Go operator's examples, with labels directly under metadata. KeepUntilValid: False if the annotation elastic-jupyter.io/keep-until is not a time or is too late. Reattached: whether the gateway has connected to the kernel again after the gateway's last restart. Delivered: False after an event about the kernel could not be delivered, until it has been reconciled again.") List<Condition> conditions,
        @JsonPropertyDescription("Phase of the kernel's pod: Pending, Running, Succeeded or Failed.") Phase phase,
        @JsonPropertyDescription("Name of the kernel's pod.") String podName,
        @JsonPropertyDescription("Name of the node that runs the kernel's pod. Unset until the pod is scheduled.") String nodeName,
        @JsonPropertyDescription("Number of GPUs that the kernel's pod requests, of any vendor. Unset if it requests none.") Integer gpus,
        @JsonPropertyDescription("Time at which the kubelet accepted the pod (RFC 3339).") String startTime,
        @JsonPropertyDescription("Time at which the kernel ended (RFC 3339). Unset while the pod is pending or running.") String completionTime,
        @JsonPropertyDescription("Activity that the gateway reported for this kernel at the last culling run.") KernelActivityStatus activity,
        @JsonPropertyDescription("Events about this resource that could not be delivered to a function. Unset if there were none.") FailedDeliveries failedDeliveries)
        implements
            JupyterStatus {

    /** The condition type that is {@code False} while the annotation that keeps the kernel until a time has an invalid value. */
    public static final String KEEP_UNTIL_VALID = "KeepUntilValid";

    /** The condition type that tells whether the gateway has connected to the kernel again after its last restart. */
    public static final String REATTACHED = "Reattached";

    /** The reason of {@code Ready} of a kernel that waits because its gateway has {@code maxKernels} kernels. */
    public static final String GATEWAY_FULL = "GatewayFull";

    /** The phase of a kernel's pod, as in Kubernetes' {@code PodStatus}. */
    public enum Phase {
        /** The pod is not running yet. */
        Pending,
        /** The pod is running. */
        Running,
        /** The pod has ended successfully. */
        Succeeded,
        /** The pod has ended with an error. */
        Failed
    }
}
