package io.elasticjupyter.cull;

import io.elasticjupyter.kubernetes.EventRecorder;
import io.elasticjupyter.workload.ResourceAmounts;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.Quantity;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The fields of a kernel's pod that a cull needs. An index can hold thousands of pods, and a whole pod is fifty times as large.
 *
 * @param reference the pod
 * @param created when the pod was created
 * @param ready since when the pod is ready; empty if it is not
 * @param requests the sum of its containers' requests, by resource
 */
record IndexedPod(ObjectReference reference, Instant created, Optional<Instant> ready,
        Map<String, Quantity> requests) {

    static IndexedPod of(Pod pod) {
        return new IndexedPod(EventRecorder.about(pod), Instant.parse(pod.getMetadata().getCreationTimestamp()),
                ready(pod), ResourceAmounts.requests(pod.getSpec()));
    }

    private static Optional<Instant> ready(Pod pod) {
        return Optional.ofNullable(pod.getStatus()).map(PodStatus::getConditions).orElseGet(List::of).stream()
                .filter(each -> "Ready".equals(each.getType()) && "True".equals(each.getStatus()))
                .flatMap(each -> Stream.ofNullable(each.getLastTransitionTime())).map(Instant::parse).findFirst();
    }

    String name() {
        return reference.getName();
    }
}
