package io.elasticjupyter.reconcile;

import io.elasticjupyter.api.v1alpha1.JupyterResource;
import io.elasticjupyter.api.v1alpha1.JupyterStatus;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The desired state and the status of one kind of resource. Every method is a pure function of its arguments; {@link
 * ReconcileLoop} reads and writes the objects.
 *
 * @param <R> the type of the resources
 * @param <S> the type of their status
 */
public interface Reconciler<R extends JupyterResource<?, S>, S extends JupyterStatus> {

    /** Returns the type of the resources. */
    Class<R> type();

    /**
     * Returns the references in the specs. Their objects are read with the children, and a change of a watched one reconciles the
     * resources that refer to it.
     */
    default List<References<R>> references() {
        return List.of();
    }

    /** Returns all declared children, in the order in which results list them. */
    List<Child<R, ?>> children();

    /**
     * Returns why the children of a resource are neither changed nor deleted for now.
     *
     * @param observed the objects that the spec refers to, and the children, as far as they were read
     * @return the readiness of the resource in this state; empty if its children are to be applied
     */
    default Optional<Readiness> hold(R resource, Observed observed) {
        return Optional.empty();
    }

    /**
     * Returns which others of the kind, in the namespace of a resource, its reconciliation depends on. They are listed and observed.
     *
     * @param observed the objects that the spec refers to, and the children, as far as they were read
     * @return which ones matter; empty if none does, and none is listed
     */
    default Optional<Predicate<R>> peers(R resource, Observed observed) {
        return Optional.empty();
    }

    /** Returns whether resources of the kind can wait until another one is deleted. */
    default boolean hasPeers() {
        return false;
    }

    /** Returns whether a resource waits until another one of its kind in its namespace is deleted, by its status. */
    default boolean waitsForPeers(R resource) {
        return false;
    }

    /**
     * Returns what the pods of the kind's Deployments run, the value of their label {@code app.kubernetes.io/name}. A change of such a pod
     * reconciles the resource in its label {@code app.kubernetes.io/instance}.
     */
    default Optional<String> application() {
        return Optional.empty();
    }

    /**
     * Returns whether the status of a resource depends on the state of the pods of its Deployment. They are listed and observed.
     *
     * @param observed the children after they were applied
     */
    default boolean dependsOnPods(R resource, Observed observed) {
        return false;
    }

    /**
     * Returns the pod of a resource that cannot start however long somebody waits for it, and is to be ended.
     *
     * @param observed the children after they were applied
     */
    default Optional<StartFailure> podToFail(R resource, Observed observed) {
        return Optional.empty();
    }

    /**
     * Returns the types of the objects whose changes reconcile resources of the kind: the kind itself, watched children, watched
     * references, and the pods of Deployments. A Trigger has to deliver the events about them.
     */
    default List<Class<? extends HasMetadata>> triggers() {
        List<Class<? extends HasMetadata>> types = new ArrayList<>(List.of(type()));
        children().stream().filter(Child::isWatched).map(Child::type).forEach(types::add);
        references().stream().filter(References::isWatched).map(References::type).forEach(types::add);
        application().ifPresent(pods -> types.add(Pod.class));
        return types;
    }

    /**
     * Returns the status of a resource: its conditions, and the fields that the kind's function writes. Those of other functions
     * are null.
     *
     * @param observed the children and the objects that the spec refers to, as far as they could be read and applied
     * @param conditions receives the {@code Ready} condition and the other conditions of the kind
     */
    S status(R resource, Observed observed, ConditionsBuilder conditions);
}
