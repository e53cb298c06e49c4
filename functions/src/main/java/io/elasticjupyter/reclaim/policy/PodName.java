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

    static PodName of(HasMetadata pod) {
        return new PodName(pod.getMetadata().getNamespace(), pod.getMetadata().getName());
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
