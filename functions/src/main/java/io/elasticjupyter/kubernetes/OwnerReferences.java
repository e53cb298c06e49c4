package io.elasticjupyter.kubernetes;

import io.elasticjupyter.event.ResourceId;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import java.util.Objects;
import java.util.Optional;

/** Reads and creates the <a href="https://kubernetes.io/docs/concepts/overview/working-with-objects/owners-dependents/">owner references</a> of controllers. */
public final class OwnerReferences {

    private OwnerReferences() {}

    /** Returns a reference that declares an object to be the controller. */
    public static OwnerReference controller(HasMetadata owner) {
        return new OwnerReferenceBuilder()
                .withApiVersion(owner.getApiVersion())
                .withKind(owner.getKind())
                .withName(owner.getMetadata().getName())
                .withUid(owner.getMetadata().getUid())
                .withController(true)
                .build();
    }

    /** Returns the reference to the controller of an object. */
    public static Optional<OwnerReference> controllerOf(HasMetadata object) {
        return object.getMetadata().getOwnerReferences().stream()
                .filter(reference -> Boolean.TRUE.equals(reference.getController()))
                .findFirst();
    }

    /** Returns the reference to the controller of an object, if the controller is of that type, in any version. */
    public static Optional<OwnerReference> controllerOf(HasMetadata object, Class<? extends HasMetadata> type) {
        return controllerOf(object).filter(reference -> new ResourceId(reference.getApiVersion(), reference.getKind(),
                object.getMetadata().getNamespace(), reference.getName()).isA(type));
    }

    /** Returns whether an object is controlled by this owner, and not by another one with the same name. */
    public static boolean isControlledBy(HasMetadata object, HasMetadata owner) {
        return controllerOf(object)
                .filter(reference -> Objects.equals(reference.getUid(), owner.getMetadata().getUid()))
                .isPresent();
    }
}
