package io.elasticjupyter.reconcile;

import io.elasticjupyter.kubernetes.ObjectId;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.List;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.Function;

/**
 * The objects of one type that resources of a kind refer to in their specs. They are read with the children of a resource.
 *
 * @param type the type of the objects
 * @param of returns the objects that a resource refers to
 * @param isWatched whether a change of an object reconciles the resources that refer to it
 * @param isSelective whether the condition depends on the object, so that it has to be read first
 * @param concern which of these resources a change concerns, by the object's current state; empty if it is gone or not selective
 * @param <R> the kind
 */
public record References<R extends HasMetadata>(Class<? extends HasMetadata> type, Function<R, List<ObjectId>> of,
        boolean isWatched, boolean isSelective, BiPredicate<R, Optional<HasMetadata>> concern) {

    /** Returns references to objects whose changes reconcile all resources that refer to them. */
    public static <R extends HasMetadata> References<R> watched(Class<? extends HasMetadata> type,
            Function<R, List<ObjectId>> of) {
        return new References<>(type, of, true, false, (resource, object) -> true);
    }

    /**
     * Returns references to objects that change more often than it matters to the resources that refer to them.
     *
     * @param concern returns whether a resource is to be reconciled, by the resource and the current state of the object, which is
     *     empty when it is gone
     */
    public static <R extends HasMetadata, T extends HasMetadata> References<R> watched(Class<T> type,
            Function<R, List<ObjectId>> of, BiPredicate<R, Optional<T>> concern) {
        return new References<>(type, of, true, true,
                (resource, object) -> concern.test(resource, object.map(type::cast)));
    }

    /** Returns references to objects about which no source sends events, such as Secrets. */
    public static <R extends HasMetadata> References<R> unwatched(Class<? extends HasMetadata> type,
            Function<R, List<ObjectId>> of) {
        return new References<>(type, of, false, false, (resource, object) -> true);
    }
}
