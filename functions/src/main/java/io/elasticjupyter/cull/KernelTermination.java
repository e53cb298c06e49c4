package io.elasticjupyter.cull;

import io.elasticjupyter.api.v1alpha1.JupyterKernel;
import io.elasticjupyter.kubernetes.EventRecorder;
import io.elasticjupyter.kubernetes.ObjectDeletion;
import io.elasticjupyter.workload.ResourceAmounts;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Map;
import java.util.Optional;

/**
 * Deletes the objects of culled kernels, and records an Event for each.
 *
 * @param deletion deletes the pods and JupyterKernels
 * @param events records what was deleted
 */
record KernelTermination(ObjectDeletion deletion, EventRecorder events) {

    /**
     * Deletes the JupyterKernel of a kernel and its pod, in this order: the kernel's function creates a pod again that disappears
     * before it ran.
     *
     * @return whether this deleted the JupyterKernel
     */
    boolean delete(IndexedKernel kernel) {
        boolean deleted = delete(kernel.reference());
        deletion.delete("pods", kernel.pod().reference());
        return deleted;
    }

    /** Deletes a JupyterKernel. Returns false if it was gone. */
    boolean delete(ObjectReference jupyterKernel) {
        return deletion.delete(HasMetadata.getPlural(JupyterKernel.class), jupyterKernel);
    }

    /**
     * Records that a kernel was deleted.
     *
     * @param listed whether its gateway listed it
     * @param why the reason, as a phrase
     * @param waitingPod the pod for which it was deleted before it was due, as {@code namespace/name}, or the Workload, as
     *     {@code Workload namespace/name}
     */
    void record(IndexedKernel kernel, boolean listed, String why, Optional<String> waitingPod) {
        String reason = waitingPod.isPresent() ? "Reclaimed" : listed ? "Culled" : "Orphaned";
        String message = waitingPod
                .map(pod -> "Deleted after being " + why + ", because " + (pod.contains(" ") ? pod : "pod " + pod)
                        + ", which has a higher priority, waits for its resources. The next use of the notebook starts a"
                        + " new kernel.")
                .orElseGet(() -> listed
                        ? "Deleted after being " + why + "."
                        : "Deleted because its gateway does not list the kernel.");
        events.record(kernel.reference(), EventRecorder.Type.Normal, reason,
                message + reclaimedMessage(kernel.pod().requests()));
    }

    private static String reclaimedMessage(Map<String, Quantity> reclaimed) {
        return reclaimed.isEmpty() ? "" : " Reclaimed " + ResourceAmounts.text(reclaimed) + ".";
    }
}
