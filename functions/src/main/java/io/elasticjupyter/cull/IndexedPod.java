package io.elasticjupyter.cull;

import io.elasticjupyter.kubernetes.EventRecorder;
import io.elasticjupyter.workload.ResourceAmounts;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import java.time.Instant;
import java.util.Map;

/**
 * The fields of a kernel's pod that a cull needs. An index can hold thousands of pods, and a whole pod is fifty times as large.
 *
 * @param reference the pod
 * @param created when the pod was created
 * @param requests the sum of its containers' requests, by resource
 */
record IndexedPod(ObjectReference reference, Instant created, Map<String, Quantity> requests) {

    static IndexedPod of(Pod pod) {
        return new IndexedPod(EventRecorder.about(pod), Instant.parse(pod.getMetadata().getCreationTimestamp()),
                ResourceAmounts.requests(pod.getSpec()));
    }

    String name() {
        return reference.getName();
    }
}
