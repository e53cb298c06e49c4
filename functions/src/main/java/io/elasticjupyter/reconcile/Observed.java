package io.elasticjupyter.reconcile;

import io.elasticjupyter.kubernetes.ObjectId;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The objects that were read at one moment: the children of a resource, and the objects to which its spec refers. */
public final class Observed {

    private final Map<ObjectId, HasMetadata> byId;

    private Observed(Map<ObjectId, HasMetadata> byId) {
        this.byId = byId;
    }

    /** Returns an observation of objects. */
    public static Observed of(HasMetadata... objects) {
        return new Observed(Map.of()).with(List.of(objects));
    }

    /** Returns this observation with added objects, which replace earlier states of them. */
    public Observed with(Collection<? extends HasMetadata> objects) {
        Map<ObjectId, HasMetadata> merged = new HashMap<>(byId);
        objects.forEach(object -> merged.put(ObjectId.of(object), object));
        return new Observed(merged);
    }

    /** Returns the object with an id. */
    public Optional<HasMetadata> get(ObjectId id) {
        return Optional.ofNullable(byId.get(id));
    }

    /** Returns the objects of a type. */
    public <T extends HasMetadata> List<T> ofType(Class<T> type) {
        return byId.values().stream().filter(type::isInstance).map(type::cast).toList();
    }

    /** Returns the object of a type and name in the namespace of another object. */
    public <T extends HasMetadata> Optional<T> beside(HasMetadata other, Class<T> type, String name) {
        return get(ObjectId.beside(other, type, name)).map(type::cast);
    }

    /** Returns the object of a type with the name and namespace of another object. */
    public <T extends HasMetadata> Optional<T> namesake(HasMetadata other, Class<T> type) {
        return beside(other, type, other.getMetadata().getName());
    }
}
