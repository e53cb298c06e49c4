package io.elasticjupyter.reconcile;

import io.elasticjupyter.api.v1alpha1.JupyterResource;
import io.elasticjupyter.api.v1alpha1.JupyterStatus;
import io.elasticjupyter.kubernetes.ObjectId;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What one kind of resource wants of the cluster. Decisions only: every method is a function of its arguments.
 *
 * @param <R> the kind
 * @param <S> its status
 */
public interface Reconciler<R extends JupyterResource<?, S>, S extends JupyterStatus> {

    /** The kind's type. */
    Class<R> type();

    /** The type of the child whose events are the resource's own too: it bears the resource's name. */
    default Optional<Class<? extends HasMetadata>> watchedChild() {
        return Optional.empty();
    }

    /** The types of what {@link #refersTo} names: an event about such an object is one about all that refer to it. */
    default Set<Class<? extends HasMetadata>> referredTypes() {
        return Set.of();
    }

    /** Every child that the resource may have, wanted now or not: one that is there and not wanted is deleted. */
    List<ObjectId> mayOwn(R resource);

    /** What else {@link #desired} needs to know: the objects that the spec refers to. */
    default List<ObjectId> refersTo(R resource) {
        return List.of();
    }

    /** Whether the resource has done its job and should go. The children go with it. */
    default boolean finished(R resource, Observed snapshot) {
        return false;
    }

    /**
     * The children that the resource should have, in the order in which to apply them. Only the fields that matter are
     * set; namespace, owner and managed-by label are added by the loop. A child of the snapshot is returned as it is
     * when it should stay as it is.
     *
     * @throws TerminalException when no cluster could do what the spec says
     */
    List<HasMetadata> desired(R resource, Observed snapshot);

    /** Whether the resource does its job, judged by the cluster as it is now. */
    Readiness readiness(R resource, Observed snapshot);

    /** What is to be said besides {@code Ready}; the loop adds the times. */
    default List<Condition> conditions(R resource, Observed snapshot) {
        return List.of();
    }

    /** The part of a status that {@link #status} gives; the rest is another function's. */
    S own(S status);

    /** The status to report, with these conditions. */
    S status(R resource, Observed snapshot, List<Condition> conditions);
}
