package io.elasticjupyter.reconcile;

import io.elasticjupyter.api.v1alpha1.JupyterResource;
import io.elasticjupyter.api.v1alpha1.JupyterStatus;
import io.elasticjupyter.kubernetes.ObjectId;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Calls a reconciler without a cluster.
 *
 * @param reconciler the reconciler
 */
public record ReconcilerFixture<R extends JupyterResource<?, S>, S extends JupyterStatus>(Reconciler<R, S> reconciler) {

    /** Returns the desired child of a type, when the children before it are applied. */
    public <T extends HasMetadata> T child(R resource, Class<T> type, HasMetadata... observed) {
        Observed current = Observed.of(observed);
        for (Child<R, ?> child : wanted(reconciler, resource)) {
            HasMetadata desired = child.desired(resource, current);
            if (type.isInstance(desired)) {
                return type.cast(desired);
            }
            current = current.with(List.of(desired));
        }
        throw new AssertionError("no child is a " + type);
    }

    public S status(R resource, HasMetadata... observed) {
        return reconciler.status(resource, Observed.of(observed), new ConditionsBuilder(resource, Instant.EPOCH));
    }

    /** Returns the readiness in the {@code Ready} condition. */
    public Readiness readiness(R resource, HasMetadata... observed) {
        ConditionsBuilder conditions = new ConditionsBuilder(resource, Instant.EPOCH);
        reconciler.status(resource, Observed.of(observed), conditions);
        return conditions.readiness();
    }

    public List<ObjectId> references(R resource) {
        return reconciler.references().stream().flatMap(each -> each.of().apply(resource).stream()).toList();
    }

    public boolean isCreatedOnce(Class<? extends HasMetadata> type) {
        return reconciler.children().stream().filter(child -> child.type() == type).allMatch(Child::isCreatedOnce);
    }

    /** Returns the children that are applied after the others. */
    public static <R extends JupyterResource<?, ?>> List<String> appliedLast(Reconciler<R, ?> reconciler, R resource) {
        return reconciler.children().stream().filter(Child::isAppliedLast).map(child -> child.id(resource).toString())
                .toList();
    }

    /** Returns the children that a resource is to have. */
    public static <R extends JupyterResource<?, ?>> List<Child<R, ?>> wanted(Reconciler<R, ?> reconciler, R resource) {
        return reconciler.children().stream().filter(child -> child.isWanted(resource)).toList();
    }

    /** Returns whether a change of an object, whose current state is given, reconciles the resource. */
    public boolean isConcerned(R resource, ObjectId object, Optional<HasMetadata> current) {
        return reconciler.references().stream().filter(References::isWatched)
                .anyMatch(each -> each.type() == object.type() && each.of().apply(resource).contains(object)
                        && each.concern().test(resource, current));
    }

    /** Returns why the resource has ended, when it has no children. */
    public Optional<Readiness> end(R resource) {
        return reconciler.children().stream().flatMap(child -> child.end(resource).stream()).findFirst();
    }
}
