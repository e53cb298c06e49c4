package io.elasticjupyter.cull;

import io.elasticjupyter.api.v1alpha1.JupyterKernel;
import io.elasticjupyter.kubernetes.EventRecorder;
import io.elasticjupyter.workload.KernelLabels;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The fields of a kernel's pod that a cull needs. An index can hold thousands of pods, and a whole pod is fifty times as large.
 *
 * @param kernelId the kernel's id
 * @param reference the pod
 * @param created when the pod was created
 * @param requests the sum of its containers' requests, by resource
 * @param keepUntil the value of its annotation {@value #KEEP_UNTIL}
 * @param jupyterKernel the JupyterKernel that owns it
 */
record IndexedPod(String kernelId, ObjectReference reference, Instant created, Map<String, Quantity> requests,
        Optional<String> keepUntil, Optional<ObjectReference> jupyterKernel) {

    /** The annotation on a kernel's pod or JupyterKernel that keeps the kernel until a time (RFC 3339). */
    static final String KEEP_UNTIL = "elastic-jupyter.io/keep-until";

    static IndexedPod of(Pod pod) {
        return new IndexedPod(
                pod.getMetadata().getLabels().get(KernelLabels.KERNEL_ID),
                EventRecorder.about(pod),
                Instant.parse(pod.getMetadata().getCreationTimestamp()),
                requests(pod),
                keepUntil(pod),
                pod.getMetadata().getOwnerReferences().stream()
                        .filter(owner -> owner.getKind().equals(HasMetadata.getKind(JupyterKernel.class))).findFirst()
                        .map(owner -> new ObjectReferenceBuilder().withApiVersion(owner.getApiVersion())
                                .withKind(owner.getKind()).withNamespace(pod.getMetadata().getNamespace())
                                .withName(owner.getName()).withUid(owner.getUid()).build()));
    }

    String name() {
        return reference.getName();
    }

    /** Returns the value of an object's annotation {@value #KEEP_UNTIL}. */
    static Optional<String> keepUntil(HasMetadata object) {
        return Optional.ofNullable(object.getMetadata().getAnnotations())
                .map(annotations -> annotations.get(KEEP_UNTIL));
    }

    private static Map<String, Quantity> requests(Pod pod) {
        Map<String, Quantity> sum = new TreeMap<>();
        for (Container container : pod.getSpec().getContainers()) {
            if (container.getResources() != null && container.getResources().getRequests() != null) {
                container.getResources().getRequests()
                        .forEach((resource, quantity) -> sum.merge(resource, quantity, Quantity::add));
            }
        }
        return sum;
    }
}
