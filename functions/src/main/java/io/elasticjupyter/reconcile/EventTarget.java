package io.elasticjupyter.reconcile;

import io.elasticjupyter.event.BadEventException;
import io.elasticjupyter.event.ResourceEvent;
import io.elasticjupyter.event.ResourceId;
import io.elasticjupyter.kubernetes.ObjectId;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The resources of a kind that an event asks to reconcile. */
sealed interface EventTarget {

    /** The resource that changed. */
    record Subject(String namespace, String name) implements EventTarget {}

    /** The resource with the name of the child that changed: its owner, if it exists. */
    record Owner(String namespace, String name) implements EventTarget {}

    /** The resource that the labels of the pod that changed name. */
    record PodOwner(String namespace, String pod) implements EventTarget {}

    /** All resources that refer to the object that changed. */
    record Referrers(ObjectId object) implements EventTarget {}

    /**
     * Maps an event to its target.
     *
     * @throws BadEventException when the event is about a type that the reconciler neither reconciles nor observes
     */
    static EventTarget of(ResourceEvent event, Reconciler<?, ?> reconciler) {
        ResourceId subject = event.subject();
        if (subject.isA(reconciler.type())) {
            return new Subject(subject.namespace(), subject.name());
        }
        if (watched(reconciler).anyMatch(subject::isA)) {
            return new Owner(subject.namespace(), subject.name());
        }
        if (reconciler.application().isPresent() && subject.isA(Pod.class)) {
            return new PodOwner(subject.namespace(), subject.name());
        }
        return referred(reconciler).filter(subject::isA).findFirst()
                .map(type -> new Referrers(new ObjectId(type, subject.namespace(), subject.name())))
                .orElseThrow(() -> new BadEventException("The event is about a " + subject.kind() + " of '"
                        + subject.apiVersion() + "'. Send events about " + kinds(reconciler) + "."));
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
