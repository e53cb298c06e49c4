package io.elasticjupyter.reconcile;

import io.elasticjupyter.kubernetes.ObjectId;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.List;
import java.util.function.Function;

/**
 * The objects of one type that resources of a kind refer to in their specs.
 *
 * @param type the type of the objects
 * @param of returns the objects that a resource refers to
 * @param <R> the kind
 */
public record References<R extends HasMetadata>(Class<? extends HasMetadata> type, Function<R, List<ObjectId>> of) {}
