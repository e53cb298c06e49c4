package io.elasticjupyter.reconcile;

import io.fabric8.kubernetes.api.model.Pod;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A pod that cannot start however long somebody waits for it, and why. It gets the smallest {@code activeDeadlineSeconds}, so that the
 * kubelet ends it as failed, and an annotation with the reason, because its status then has no other reason than the deadline.
 *
 * @param pod the pod
 * @param why what its container waits for
 */
public record StartFailure(Pod pod, Readiness why) {

    private static final String ANNOTATION = "elastic-jupyter.io/start-failure";

    private static final String SEPARATOR = ": ";

    /** Returns why a pod was ended; empty if it was not. */
    public static Optional<Readiness> of(Pod pod) {
        return Optional.ofNullable(pod.getMetadata().getAnnotations()).map(annotations -> annotations.get(ANNOTATION))
                .map(value -> value.split(SEPARATOR, 2)).filter(parts -> parts.length == 2)
                .map(parts -> Readiness.fault(parts[0], parts[1]));
    }

    /** Returns the JSON merge patch that ends the pod. */
    Map<String, Object> patch() {
        Map<String, Object> metadata = new LinkedHashMap<>();
        metadata.put("uid", Objects.requireNonNull(pod.getMetadata().getUid()));
        metadata.put("annotations", Map.of(ANNOTATION, why.reason() + SEPARATOR + why.message()));
        return Map.of("metadata", metadata, "spec", Map.of("activeDeadlineSeconds", 1));
    }
}
