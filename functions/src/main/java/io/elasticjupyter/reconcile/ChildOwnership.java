package io.elasticjupyter.reconcile;

import io.elasticjupyter.kubernetes.Labels;
import io.elasticjupyter.kubernetes.ObjectId;
import io.elasticjupyter.kubernetes.OwnerReferences;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Decides whether the objects that have the names of children may be changed for their owner.
 *
 * @param owner the owner of the children
 */
record ChildOwnership<R extends HasMetadata>(R owner) {

    /** The annotation on a resource that lets the functions take over children that a deleted resource has left. */
    static final String TAKE_OVER = "elastic-jupyter.io/take-over";

    /** A child that exists. */
    record Present<R extends HasMetadata>(Child<R, ?> child, HasMetadata object) {}

    /**
     * Checks that objects belong to the owner, or are left by an earlier one and may be used.
     *
     * @param observed the objects on which the children depend
     * @throws TerminalException when one does not
     * @throws KubernetesClientException with code 409 when one belongs to a deleted resource of the same name and is about to be deleted
     */
    void require(List<Present<R>> present, Observed observed) {
        List<HasMetadata> others = present.stream().filter(each -> !isUsable(each, observed)).map(Present::object)
                .toList();
        if (!others.isEmpty() && others.stream().allMatch(ChildOwnership::isLeft)) {
            throw new OrphanException(Readiness.fault("Orphaned",
                    others.stream().map(each -> ObjectId.of(each).toString()).sorted()
                            .collect(Collectors.joining(", ")) + " exist without an owner, left by a deleted "
                            + owner.getKind()
                            + ". To take over all that it has left, run: kubectl annotate "
                            + HasMetadata.getPlural(owner.getClass()) + " " + owner.getMetadata().getName() + " -n "
                            + owner.getMetadata().getNamespace() + " " + TAKE_OVER + "=true. Or delete them."));
        }
        present.stream().filter(each -> !isUsable(each, observed)).forEach(this::refuse);
    }

    private boolean isUsable(Present<R> present, Observed observed) {
        return OwnerReferences.isControlledBy(present.object(), owner)
                || isLeft(present.object()) && (isTakenOver() || isRetained(present, observed));
    }

    /** Returns whether an object is a child that the deletion of its owner has left. */
    private static boolean isLeft(HasMetadata object) {
        return object.getMetadata().getOwnerReferences().isEmpty()
                && Labels.ELASTIC_JUPYTER.equals(labels(object).get(Labels.MANAGED_BY));
    }

    private boolean isTakenOver() {
        return "true".equals(Objects.requireNonNullElse(owner.getMetadata().getAnnotations(), Map.<String, String>of())
                .get(TAKE_OVER));
    }

    private boolean isRetained(Present<R> present, Observed observed) {
        return present.child().isRetainable() && labels(present.object()).entrySet()
                .containsAll(labels(present.child().desired(owner, observed)).entrySet());
    }

    private static Map<String, String> labels(HasMetadata object) {
        return Objects.requireNonNullElse(object.getMetadata().getLabels(), Map.of());
    }

    private void refuse(Present<R> present) {
        HasMetadata object = present.object();
        Optional<OwnerReference> controller = OwnerReferences.controllerOf(object);
        if (controller.filter(this::isPredecessor).isPresent()) {
            throw new KubernetesClientException(ObjectId.of(object) + " still belongs to a deleted " + owner.getKind()
                    + " of the same name and will be garbage-collected", HttpURLConnection.HTTP_CONFLICT, null);
        }
        throw new TerminalException("NameTaken", ObjectId.of(object) + " exists and "
                + controller.map(other -> "is controlled by " + other.getKind() + " '" + other.getName() + "'")
                        .orElse("has no controller")
                + ". Delete it, " + present.child().cureOfTakenName().map(cure -> cure + ", ").orElse("")
                + "or give this " + owner.getKind() + " another name.");
    }

    private boolean isPredecessor(OwnerReference reference) {
        return reference.getKind().equals(owner.getKind()) && reference.getName().equals(owner.getMetadata().getName());
    }

    /** Thrown when all objects that have the names of children are left by a deleted resource. */
    static final class OrphanException extends TerminalException {
        OrphanException(Readiness readiness) {
            super(readiness);
        }
    }
}
