package io.elasticjupyter.reconcile;

import io.fabric8.kubernetes.api.model.HasMetadata;

/**
 * Names a child in its owner's namespace.
 *
 * @param type its type
 * @param name its name
 */
public record ChildId(Class<? extends HasMetadata> type, String name) {

    static ChildId of(HasMetadata child) {
        return new ChildId(child.getClass(), child.getMetadata().getName());
    }

    @Override
    public String toString() {
        return HasMetadata.getKind(type) + " '" + name + "'";
    }
}
