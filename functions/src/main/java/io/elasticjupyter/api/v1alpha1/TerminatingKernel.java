package io.elasticjupyter.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Map;

/**
 * A kernel whose culling has begun. It is recorded before the kernel is deleted, so that a run that is interrupted can be completed by
 * the next one, and the kernel is counted exactly once.
 *
 * @param name the name of its JupyterKernel
 * @param uid the uid of its JupyterKernel
 * @param run the id of the culling run that recorded it
 * @param idleSeconds for how long it had been idle, in seconds
 * @param reclaimed the resource requests of its pod, by resource name
 * @param waitingPod the pod for which it is culled before it is due, as {@code namespace/name}, or the Workload of Kueue, as
 *     {@code Workload namespace/name}; null for a kernel that is due
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record TerminatingKernel(
        @JsonPropertyDescription("Name of the JupyterKernel.") String name,
        @JsonPropertyDescription("UID of the JupyterKernel.") String uid,
        @JsonPropertyDescription("ID of the culling run that recorded the kernel.") String run,
        @JsonPropertyDescription("Seconds for which the kernel had been idle.") long idleSeconds,
        @JsonPropertyDescription("Resource requests of the kernel's pod, by resource name.") Map<String, Quantity> reclaimed,
        @JsonPropertyDescription("Pod that waits for the kernel's resources, as namespace/name, or Workload of Kueue, as 'Workload namespace/name'. Unset if the kernel is culled because it is due.") String waitingPod) {}
