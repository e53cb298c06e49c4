package io.elasticjupyter.reclaim.policy;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Comparator;

/**
 * Names a pod.
 *
 * @param namespace the namespace
 * @param name the name
 */
public record PodName(String namespace, String name) implements Comparable<PodName> {

    private static final Comparator<PodName> ORDER = Comparator.comparing(PodName::namespace)
            .thenComparing(PodName::name);

    /** Returns the name of a pod, or of another object that waits. */
    public static PodName of(HasMetadata object) {
        return new PodName(object.getMetadata().getNamespace(), object.getMetadata().getName());
    }

    @Override
    public int compareTo(PodName other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return namespace + "/" + name;
    }
}
