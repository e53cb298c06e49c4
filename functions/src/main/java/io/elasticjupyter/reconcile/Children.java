package io.elasticjupyter.reconcile;

import io.elasticjupyter.kubernetes.ApiFailure;
import io.elasticjupyter.kubernetes.ObjectId;
import io.elasticjupyter.reconcile.ChildResult.What;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Reads and writes the children of one resource. */
final class Children {

    private static final int UNPROCESSABLE = 422;

    private final KubernetesClient client;
    private final HasMetadata owner;

    Children(KubernetesClient client, HasMetadata owner) {
        this.client = client;
        this.owner = owner;
    }

    /**
     * Makes a child what it should be.
     *
     * @throws TerminalException when the API server refuses it
     */
    HasMetadata apply(Optional<HasMetadata> present, HasMetadata desired, List<ChildResult> changes) {
        if (present.filter(there -> there == desired).isPresent()) {
            changes.add(ChildResult.of(desired, What.UNCHANGED));
            return desired;
        }
        ImagePulls.say(desired);
        try {
            boolean replace = present.filter(there -> ImmutableFields.needed(there, desired)).isPresent();
            if (replace) {
                replaceable(desired);
                delete(present.get());
            }
            HasMetadata applied = client.resource(desired).fieldManager(ReconcileLoop.FIELD_MANAGER).forceConflicts()
                    .serverSideApply();
            What change = replace
                    ? What.REPLACED
                    : present.isEmpty()
                            ? What.CREATED
                            : same(present.get(), applied) ? What.UNCHANGED : What.UPDATED;
            changes.add(ChildResult.of(applied, change));
            return applied;
        } catch (KubernetesClientException e) {
            throw refused(desired, e);
        }
    }

    /** Lets the API server judge the new child under another name, so that the old one is not deleted for nothing. */
    private void replaceable(HasMetadata desired) {
        String name = desired.getMetadata().getName();
        desired.getMetadata().setName(name + "-trial");
        try {
            client.resource(desired).dryRun(true).create();
        } finally {
            desired.getMetadata().setName(name);
        }
    }

    /** Deletes a child that is no longer wanted. What belongs to somebody else stays. */
    void remove(HasMetadata present, List<ChildResult> changes) {
        if (isOurs(present)) {
            delete(present);
            changes.add(ChildResult.of(present, What.DELETED));
        }
    }

    private void delete(HasMetadata present) {
        client.resource(present).delete();
    }

    /** Puts a child into its owner's namespace and hands. One that is to stay as it is stays so. */
    void adopt(HasMetadata child, Observed snapshot) {
        if (snapshot.contains(child)) {
            return;
        }
        ObjectMeta metadata = child.getMetadata();
        metadata.setNamespace(owner.getMetadata().getNamespace());
        Map<String, String> labels = new HashMap<>(Objects.requireNonNullElse(metadata.getLabels(), Map.of()));
        labels.put(ReconcileLoop.MANAGED_BY, ReconcileLoop.FIELD_MANAGER);
        metadata.setLabels(labels);
        metadata.setOwnerReferences(List.of(new OwnerReferenceBuilder()
                .withApiVersion(owner.getApiVersion())
                .withKind(owner.getKind())
                .withName(owner.getMetadata().getName())
                .withUid(owner.getMetadata().getUid())
                .withController(true)
                .withBlockOwnerDeletion(true)
                .build()));
    }

    /**
     * Makes sure that a child is this owner's before anything is done to it.
     *
     * @throws TerminalException when something of that name belongs to another
     */
    void refuseIfNotOurs(HasMetadata present) {
        if (isOurs(present)) {
            return;
        }
        Optional<OwnerReference> controller = controlledBy(present);
        if (controller.filter(this::isPredecessor).isPresent()) {
            throw new KubernetesClientException(ObjectId.of(present) + " still belongs to a deleted " + owner.getKind()
                    + " of the same name and is about to go", HttpURLConnection.HTTP_CONFLICT, null);
        }
        throw new TerminalException("NameTaken", ObjectId.of(present) + " exists and belongs to "
                + controller.map(o -> o.getKind() + " '" + o.getName() + "'").orElse("somebody else")
                + ". Delete it, or give this "
                + owner.getKind() + " another name.");
    }

    boolean isOurs(HasMetadata child) {
        return controlledBy(child).filter(o -> o.getUid().equals(owner.getMetadata().getUid())).isPresent();
    }

    private static Optional<OwnerReference> controlledBy(HasMetadata present) {
        return present.getMetadata().getOwnerReferences().stream().filter(o -> Boolean.TRUE.equals(o.getController()))
                .findFirst();
    }

    private boolean isPredecessor(OwnerReference reference) {
        return reference.getKind().equals(owner.getKind()) && reference.getName().equals(owner.getMetadata().getName());
    }

    /** The refusals that no retry cures, said on the resource; the others are thrown on, for the sender to try again. */
    private static RuntimeException refused(HasMetadata desired, KubernetesClientException e) {
        String message = ApiFailure.reason(e);
        return switch (e.getCode()) {
            case HttpURLConnection.HTTP_BAD_REQUEST, HttpURLConnection.HTTP_NOT_FOUND, UNPROCESSABLE ->
                new TerminalException("Rejected", message);
            case HttpURLConnection.HTTP_FORBIDDEN -> new TerminalException("Forbidden",
                    "The functions may not make " + ObjectId.of(desired)
                            + " as the spec asks: change the spec, or grant them the right. "
                            + message.lines().findFirst().orElse(""));
            default -> e;
        };
    }

    /** The same resource version says so at once; otherwise somebody may have written its status in between. */
    private static boolean same(HasMetadata before, HasMetadata after) {
        return before.getMetadata().getResourceVersion().equals(after.getMetadata().getResourceVersion())
                || Objects.equals(before.getMetadata().getGeneration(), after.getMetadata().getGeneration())
                        && after.getMetadata().getGeneration() != null
                        && Objects.equals(before.getMetadata().getLabels(), after.getMetadata().getLabels())
                        && Objects.equals(before.getMetadata().getOwnerReferences(),
                                after.getMetadata().getOwnerReferences());
    }
}
