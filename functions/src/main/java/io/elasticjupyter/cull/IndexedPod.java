package io.elasticjupyter.cull;

import io.elasticjupyter.api.v1alpha1.JupyterKernel;
import io.elasticjupyter.kubernetes.EventRecorder;
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
 * What a look needs of a kernel's pod. There may be thousands at once, and a whole pod is fifty times as large.
 *
 * @param kernelId the kernel's id
 * @param reference which pod it is
 * @param created when the pod was
 * @param requests what its containers request, by resource
 * @param keepUntil what its owner wrote on it to keep it
 * @param jupyterKernel which JupyterKernel owns it, if one does
 */
record IndexedPod(String kernelId, ObjectReference reference, Instant created, Map<String, Quantity> requests,
        Optional<String> keepUntil, Optional<ObjectReference> jupyterKernel) {

    /** The label that has the kernel's id. */
    static final String KERNEL_ID = "kernel_id";

    static IndexedPod of(Pod pod) {
        return new IndexedPod(
                pod.getMetadata().getLabels().get(KERNEL_ID),
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

    /** What is written on a pod or a JupyterKernel to keep it. */
    static Optional<String> keepUntil(HasMetadata object) {
        return Optional.ofNullable(object.getMetadata().getAnnotations())
                .map(annotations -> annotations.get(GatewayCull.KEEP_UNTIL));
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
