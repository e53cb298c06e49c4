package io.elasticjupyter.reconcile;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** A resource's children as they are in the cluster at one moment. */
public final class Children {

    private final Map<ChildId, HasMetadata> byId;

    private Children(Map<ChildId, HasMetadata> byId) {
        this.byId = byId;
    }

    /** These children. */
    public static Children of(Collection<? extends HasMetadata> children) {
        Map<ChildId, HasMetadata> byId = new LinkedHashMap<>();
        children.forEach(child -> byId.put(ChildId.of(child), child));
        return new Children(byId);
    }

    /** The child of that type and name, if it is there. */
    public <T extends HasMetadata> Optional<T> get(Class<T> type, String name) {
        return Optional.ofNullable(type.cast(byId.get(new ChildId(type, name))));
    }

    Optional<HasMetadata> get(ChildId id) {
        return Optional.ofNullable(byId.get(id));
    }

    Collection<HasMetadata> all() {
        return byId.values();
    }
}
