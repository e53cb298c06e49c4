package io.elasticjupyter.reconcile;

import io.elasticjupyter.event.BadEventException;
import io.elasticjupyter.event.ResourceEvent;
import io.elasticjupyter.event.ResourceId;
import io.elasticjupyter.kubernetes.ObjectId;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The resources of a kind that an event asks to reconcile. */
sealed interface EventTarget {

    /** The resource that changed. */
    record Subject(String namespace, String name) implements EventTarget {}

    /** The owner of the child that changed, if it exists. */
    record Owner(String namespace, String name) implements EventTarget {}

    /** All resources that refer to the object that changed. */
    record Referrers(ObjectId object) implements EventTarget {}

    /** No resource: the event is about an object with the type of a child, but another owner, or about an update of the status only. */
    record None() implements EventTarget {}

    /**
     * Maps an event to its target.
     *
     * @throws BadEventException when the event is about a type that the reconciler neither reconciles nor observes
     */
    static EventTarget of(ResourceEvent event, Reconciler<?, ?> reconciler) {
        ResourceId subject = event.subject();
        if (subject.isA(reconciler.type())) {
            return event.statusOnly() ? new None() : new Subject(subject.namespace(), subject.name());
        }
        if (watched(reconciler).anyMatch(subject::isA)) {
            return owner(event, reconciler)
                    .<EventTarget>map(owner -> new Owner(owner.namespace(), owner.name())).orElseGet(None::new);
        }
        return referred(reconciler).filter(subject::isA).findFirst()
                .map(type -> new Referrers(new ObjectId(type, subject.namespace(), subject.name())))
                .orElseThrow(() -> new BadEventException("The event is about a " + subject.kind() + " of '"
                        + subject.apiVersion() + "'. Send events about " + kinds(reconciler) + "."));
    }

    /** A watched child has its owner's name, so an event with a reference to the child is sufficient. */
    private static Optional<ResourceId> owner(ResourceEvent event, Reconciler<?, ?> reconciler) {
        return event.whole()
                ? event.owner().filter(owner -> owner.isA(reconciler.type()))
                : Optional.of(event.subject());
    }

    private static String kinds(Reconciler<?, ?> reconciler) {
        return reconciler.triggers().stream().map(HasMetadata::getKind).collect(Collectors.joining(" or "));
    }

    private static Stream<Class<? extends HasMetadata>> watched(Reconciler<?, ?> reconciler) {
        return reconciler.children().stream().filter(Child::isWatched).map(Child::type);
    }

    private static Stream<Class<? extends HasMetadata>> referred(Reconciler<?, ?> reconciler) {
        return reconciler.references().stream().filter(References::isWatched).map(References::type);
    }
}
