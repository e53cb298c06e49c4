package io.elasticjupyter.cull;

import io.elasticjupyter.api.v1alpha1.JupyterKernel;
import io.elasticjupyter.kubernetes.EventRecorder;
import io.elasticjupyter.kubernetes.ObjectDeletion;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Terminates kernels and records an Event for each.
 *
 * @param deletion deletes the pods and JupyterKernels
 * @param events records what was deleted
 */
record KernelTermination(ObjectDeletion deletion, EventRecorder events) {

    /**
     * Deletes a kernel and ensures that its pod is deleted. The gateway is asked first, because it restarts a kernel whose pod
     * disappears while a notebook is open on it.
     *
     * @param why the reason, as a phrase
     * @return false when the gateway has no such kernel any more; nothing is deleted then
     * @throws GatewayClient.GatewayException when the gateway does not delete the kernel
     */
    boolean terminate(GatewayClient.Session gateway, IndexedKernel kernel, String why) {
        if (!gateway.delete(kernel.id())) {
            return false;
        }
        delete(kernel);
        record(kernel, "Culled", "Deleted after being " + why + ".");
        return true;
    }

    /** Deletes the pod and the JupyterKernel of a kernel that its gateway does not list. */
    void terminateOrphan(IndexedKernel kernel) {
        delete(kernel);
        record(kernel, "Orphaned", "Deleted because its gateway does not list the kernel.");
    }

    /** Deletes the JupyterKernel first, because its function creates a pod again that disappears before it ran. */
    private void delete(IndexedKernel kernel) {
        deletion.delete(HasMetadata.getPlural(JupyterKernel.class), kernel.reference());
        deletion.delete("pods", kernel.pod().reference());
    }

    private void record(IndexedKernel kernel, String reason, String message) {
        events.record(kernel.reference(), EventRecorder.Type.Normal, reason,
                message + reclaimedMessage(kernel.pod().requests()));
    }

    private static String reclaimedMessage(Map<String, Quantity> reclaimed) {
        return reclaimed.isEmpty()
                ? ""
                : reclaimed.entrySet().stream().map(each -> each.getKey() + " " + each.getValue())
                        .collect(Collectors.joining(", ", " Reclaimed ", "."));
    }
}
