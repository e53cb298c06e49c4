package io.elasticjupyter.cull;

import io.elasticjupyter.api.v1alpha1.JupyterKernel;
import io.elasticjupyter.api.v1alpha1.JupyterKernelStatus;
import io.elasticjupyter.api.v1alpha1.KernelActivityStatus;
import io.elasticjupyter.kubernetes.EventRecorder;
import io.elasticjupyter.kubernetes.OwnerReferences;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.OwnerReference;
import java.util.Optional;

/**
 * The fields of a JupyterKernel that a cull needs.
 *
 * @param reference the JupyterKernel
 * @param resourceVersion the version that was read
 * @param gatewayUid the uid of its controller
 * @param keepUntil the value of its annotation {@value IndexedPod#KEEP_UNTIL}
 * @param activity the activity in its status
 */
record IndexedKernel(ObjectReference reference, String resourceVersion, Optional<String> gatewayUid,
        Optional<String> keepUntil, Optional<KernelActivityStatus> activity) {

    static IndexedKernel of(JupyterKernel kernel) {
        return new IndexedKernel(
                EventRecorder.about(kernel),
                kernel.getMetadata().getResourceVersion(),
                OwnerReferences.controllerOf(kernel).map(OwnerReference::getUid),
                IndexedPod.keepUntil(kernel),
                Optional.ofNullable(kernel.getStatus()).map(JupyterKernelStatus::activity));
    }
}
