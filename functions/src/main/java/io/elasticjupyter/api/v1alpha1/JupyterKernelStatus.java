package io.elasticjupyter.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;

/**
 * What was found true of a kernel.
 *
 * @param observedGeneration the generation of the spec that this speaks of
 * @param conditions {@code Ready}, {@code Running}, {@code Succeeded}, {@code Failed}
 * @param phase where the kernel's pod is in its life
 * @param podName the kernel's pod
 * @param startTime when the pod was accepted by a node (RFC 3339)
 * @param completionTime when the pod had ended (RFC 3339)
 * @param activity what its gateway said of it; the cull function writes it
 * @param failedDeliveries events about it that no function took; the dead-letter function writes it
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record JupyterKernelStatus(
        @JsonPropertyDescription("The generation of the spec that this status speaks of.") Long observedGeneration,
        @JsonPropertyDescription("Ready, Running, Succeeded, Failed; reason and message say why.") List<Condition> conditions,
        @JsonPropertyDescription("Where the kernel's pod is in its life.") Phase phase,
        @JsonPropertyDescription("The kernel's pod.") String podName,
        @JsonPropertyDescription("When the pod was accepted by a node (RFC 3339).") String startTime,
        @JsonPropertyDescription("When the pod had ended (RFC 3339).") String completionTime,
        @JsonPropertyDescription("What its gateway said of it at the last look.") KernelActivityStatus activity,
        @JsonPropertyDescription("Events about it that no function took.") FailedDeliveries failedDeliveries)
        implements
            JupyterStatus {

    /** Where a kernel's pod is in its life, in Kubernetes' words. */
    public enum Phase {
        /** Not running yet. */
        Pending,
        /** Running. */
        Running,
        /** Ended by itself, well. */
        Succeeded,
        /** Ended badly. */
        Failed
    }
}
