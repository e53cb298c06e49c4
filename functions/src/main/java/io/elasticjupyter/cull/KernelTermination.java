package io.elasticjupyter.cull;

import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.api.v1alpha1.JupyterKernel;
import io.elasticjupyter.kubernetes.EventRecorder;
import io.fabric8.kubernetes.api.model.DeleteOptionsBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Terminates kernels and records an Event for each.
 *
 * @param client deletes the pods
 * @param gateways deletes the kernels
 * @param events records what was deleted
 */
record KernelTermination(KubernetesClient client, GatewayClient gateways, EventRecorder events) {

    /**
     * Deletes a kernel and ensures that its pod is deleted. The gateway is asked first, because it restarts a kernel whose pod
     * disappears while a notebook is open on it.
     *
     * @param why the reason, as a phrase
     * @return false when the gateway has no such kernel any more; nothing is deleted then
     * @throws GatewayClient.GatewayException when the gateway does not delete the kernel
     */
    boolean terminate(JupyterGateway gateway, String kernelId, Optional<IndexedPod> pod, String why) {
        if (!gateways.delete(gateway, kernelId)) {
            return false;
        }
        pod.ifPresent(each -> {
            delete(each);
            record(each, "Culled", "Deleted after being " + why + ".");
        });
        return true;
    }

    /** Deletes the pod of a kernel that no gateway lists. */
    void terminateOrphan(IndexedPod pod) {
        delete(pod);
        record(pod, "Orphaned", "Deleted because no gateway of the namespace lists the kernel.");
    }

    private void delete(IndexedPod pod) {
        delete("/api/v1", "pods", pod.reference());
        pod.jupyterKernel().ifPresent(owner -> delete("/apis/" + owner.getApiVersion(),
                HasMetadata.getPlural(JupyterKernel.class), owner));
    }

    /** Deletes an object, unless another one has its name by now. */
    private void delete(String api, String plural, ObjectReference object) {
        try {
            client.raw(api + "/namespaces/" + object.getNamespace() + "/" + plural + "/" + object.getName(), "DELETE",
                    new DeleteOptionsBuilder().withNewPreconditions(null, object.getUid()).build());
        } catch (KubernetesClientException e) {
            // The object is gone, or its uid is another one's.
            if (e.getCode() != HttpURLConnection.HTTP_NOT_FOUND && e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
                throw e;
            }
        }
    }

    private void record(IndexedPod pod, String reason, String message) {
        events.record(pod.jupyterKernel().orElse(pod.reference()), EventRecorder.Type.Normal, reason,
                message + reclaimedMessage(pod.requests()));
    }

    private static String reclaimedMessage(Map<String, Quantity> reclaimed) {
        return reclaimed.isEmpty()
                ? ""
                : reclaimed.entrySet().stream().map(each -> each.getKey() + " " + each.getValue())
                        .collect(Collectors.joining(", ", " Reclaimed ", "."));
    }
}
