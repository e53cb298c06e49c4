package io.elasticjupyter.reconcile;

import io.elasticjupyter.kubernetes.ObjectId;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What a resource's function read of the cluster at one moment: the resource's children, and what its spec refers to. */
public final class Observed {

    private final Map<ObjectId, HasMetadata> byId;
    private final Optional<HasMetadata> departed;

    private Observed(Map<ObjectId, HasMetadata> byId, Optional<HasMetadata> departed) {
        this.byId = byId;
        this.departed = departed;
    }

    /** These objects, and no others. */
    public static Observed of(Collection<? extends HasMetadata> objects) {
        Map<ObjectId, HasMetadata> byId = new LinkedHashMap<>();
        objects.forEach(object -> byId.put(ObjectId.of(object), object));
        return new Observed(byId, Optional.empty());
    }

    /** The object of that type and name beside another one, if it is there. */
    public <T extends HasMetadata> Optional<T> beside(HasMetadata other, Class<T> type, String name) {
        return get(ObjectId.beside(other, type, name)).map(type::cast);
    }

    /** The object of that name, if it is there. */
    public Optional<HasMetadata> get(ObjectId id) {
        return Optional.ofNullable(byId.get(id));
    }

    /** The same with these objects as they are now. */
    Observed with(Collection<? extends HasMetadata> objects) {
        Map<ObjectId, HasMetadata> merged = new LinkedHashMap<>(byId);
        objects.forEach(object -> merged.put(ObjectId.of(object), object));
        return new Observed(merged, departed);
    }

    /** The same, with the last state of a child that is gone. */
    public Observed without(HasMetadata child) {
        return new Observed(byId, Optional.of(child));
    }

    /** The last state of a child that is gone, where the event told it. */
    public <T extends HasMetadata> Optional<T> departed(Class<T> type) {
        return departed.filter(type::isInstance).map(type::cast);
    }

    boolean contains(HasMetadata object) {
        return byId.containsValue(object);
    }
}
