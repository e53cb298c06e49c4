package io.elasticjupyter.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Objects;

/**
 * Names an object in the cluster.
 *
 * @param type the type of the object
 * @param namespace the namespace of the object
 * @param name the name of the object
 */
public record ObjectId(Class<? extends HasMetadata> type, String namespace, String name) {

    /** Returns the id of an object. */
    public static ObjectId of(HasMetadata object) {
        return new ObjectId(object.getClass(), object.getMetadata().getNamespace(), object.getMetadata().getName());
    }

    /** Returns the id of the object of that type and name in the namespace of another one. */
    public static ObjectId beside(HasMetadata other, Class<? extends HasMetadata> type, String name) {
        return new ObjectId(type, other.getMetadata().getNamespace(), name);
    }

    /** Compares as a record does. It is written out because the JVM's implementation for records costs 10 ms of every cold start. */
    @Override
    public boolean equals(Object other) {
        return other instanceof ObjectId id && type == id.type && Objects.equals(namespace, id.namespace)
                && Objects.equals(name, id.name);
    }

    /** Hashes as {@link #equals} compares. */
    @Override
    public int hashCode() {
        return Objects.hash(type, namespace, name);
    }

    @Override
    public String toString() {
        return HasMetadata.getKind(type) + " '" + name + "'";
    }
}
