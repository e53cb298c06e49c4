package io.elasticjupyter.reconcile;

import io.elasticjupyter.api.v1alpha1.JupyterResource;
import io.elasticjupyter.api.v1alpha1.JupyterStatus;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.ArrayList;
import java.util.List;

/**
 * The desired state and the status of one kind of resource. Decisions only: every method is a function of its arguments, and
 * {@link ReconcileLoop} does the reading and writing.
 *
 * @param <R> the kind
 * @param <S> its status
 */
public interface Reconciler<R extends JupyterResource<?, S>, S extends JupyterStatus> {

    /** Returns the type of the kind. */
    Class<R> type();

    /** Returns what the specs of the kind refer to. It is read with the children, and a change of it reconciles all that refer to it. */
    default List<References<R>> references() {
        return List.of();
    }

    /** Returns the children of the kind, wanted at the moment or not, in the order in which results list them. */
    List<Child<R, ?>> children();

    /**
     * Returns the types of the objects whose changes reconcile resources of the kind: the kind itself, watched children, and what
     * specs refer to. A Trigger has to deliver the events about them.
     */
    default List<Class<? extends HasMetadata>> triggers() {
        List<Class<? extends HasMetadata>> types = new ArrayList<>(List.of(type()));
        children().stream().filter(Child::isWatched).map(Child::type).forEach(types::add);
        references().stream().map(References::type).forEach(types::add);
        return types;
    }

    /**
     * Returns the status of a resource: its conditions, and the fields that the kind's function writes. Those of other functions
     * are null.
     *
     * @param observed the children and the objects that the spec refers to, as far as they could be read and applied
     * @param conditions takes the {@code Ready} condition and what others the kind has
     */
    S status(R resource, Observed observed, ConditionsBuilder conditions);
}
