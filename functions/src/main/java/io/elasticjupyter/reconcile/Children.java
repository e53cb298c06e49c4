package io.elasticjupyter.reconcile;

import io.elasticjupyter.kubernetes.ApiFailure;
import io.elasticjupyter.kubernetes.AppliedFields;
import io.elasticjupyter.kubernetes.Labels;
import io.elasticjupyter.kubernetes.ObjectId;
import io.elasticjupyter.kubernetes.OwnerReferences;
import io.elasticjupyter.kubernetes.Parallel;
import io.elasticjupyter.reconcile.ChildOwnership.OrphanException;
import io.elasticjupyter.reconcile.ChildOwnership.Present;
import io.elasticjupyter.reconcile.ChildResult.Operation;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Reads and writes the children of one resource, in one run of the loop. */
final class Children<R extends HasMetadata> {

    /** Limits the load on the API server by a resource with many children and references. */
    private static final int AT_ONCE = 8;

    private static final int UNPROCESSABLE = 422;

    private static final String RESIZE_CURE = ". Set allowVolumeExpansion of the StorageClass, or delete this resource and create it"
            + " with the former size: the claim is retained unless spec.storage.whenDeleted is Delete.";

    /** The status of a Deployment is written several times in a second, so that a second attempt can fail, too. */
    private static final int MAX_ATTEMPTS = 5;

    private final KubernetesClient client;
    private final R owner;
    private final List<Child<R, ?>> declared;
    private final AppliedFields fields;
    private final ChildOwnership<R> ownership;
    private final Map<ObjectId, ChildResult> results = new HashMap<>();
    private Observed observed = Observed.of();

    Children(KubernetesClient client, R owner, List<Child<R, ?>> declared) {
        this.client = client;
        this.owner = owner;
        this.declared = declared;
        this.fields = new AppliedFields(client.getKubernetesSerialization(), Labels.ELASTIC_JUPYTER);
        this.ownership = new ChildOwnership<>(owner);
    }

    /** Returns the observed objects, including the children that were applied since. */
    Observed observed() {
        return observed;
    }

    /** Returns the results in the order of declaration. */
    List<ChildResult> results() {
        return declared.stream().map(child -> results.get(child.id(owner))).filter(Objects::nonNull).toList();
    }

    /**
     * Reads the children, wanted or not unless they are retained, and the objects that the spec refers to.
     *
     * @throws TerminalException when the functions lack the right to read one of them
     */
    void read(List<ObjectId> references) {
        readAll(Stream.concat(declared.stream().filter(child -> child.isWanted(owner) || !child.isRetainable())
                .map(child -> child.id(owner)), references.stream()).distinct()
                .toList());
    }

    /**
     * Reads only the objects that the spec refers to. {@link #apply} then expects that no other child exists yet.
     *
     * @throws TerminalException when the functions lack the right to read one of them
     */
    void readReferences(List<ObjectId> references) {
        readAll(references);
    }

    /** Adds objects to the observed ones. */
    void observe(List<? extends HasMetadata> objects) {
        observed = observed.with(objects);
    }

    private void readAll(List<ObjectId> ids) {
        observed = Observed.of(Parallel.map(ids, AT_ONCE, this::read).stream().flatMap(Optional::stream)
                .toArray(HasMetadata[]::new));
    }

    private Optional<HasMetadata> read(ObjectId id) {
        try {
            return Optional.ofNullable(
                    client.resources(id.type()).inNamespace(id.namespace()).withName(id.name()).get());
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_FORBIDDEN) {
                throw new TerminalException("Forbidden", "The functions have no right to read " + id + " in namespace '"
                        + id.namespace() + "': reference another one, or grant them the right.");
            }
            throw e;
        }
    }

    /** Returns why the owner has ended with a child that it had; empty if it has not. An object of another owner is no such child. */
    Optional<Readiness> end() {
        return declared.stream().filter(child -> observed.get(child.id(owner))
                .filter(present -> OwnerReferences.isControlledBy(present, owner)).isEmpty())
                .flatMap(child -> child.end(owner).stream()).findFirst();
    }

    /**
     * Applies the desired children, and deletes the others. If one fails, those that do not depend on it are applied nevertheless.
     *
     * @throws TerminalException when the API server rejects one, or an object of another owner has the name of one
     * @throws QuotaException when a quota has no room for one
     * @throws KubernetesClientException when the API server is unavailable, slow, or reports a conflict
     */
    void apply() {
        List<RuntimeException> failures = new ArrayList<>();
        try {
            applyWanted();
        } catch (RuntimeException e) {
            failures.add(e);
        }
        declared.stream().filter(child -> !child.isWanted(owner) && !child.isRetainable()).forEach(child -> {
            try {
                prune(child);
            } catch (RuntimeException e) {
                failures.add(e);
            }
        });
        throwFirst(failures);
    }

    private void applyWanted() {
        List<Child<R, ?>> wanted = declared.stream().filter(child -> child.isWanted(owner)).toList();
        try {
            // All existing children are checked before the first one is written.
            requireOwnership(wanted);
            applyAll(wanted.stream().filter(Predicate.not(Child::isAppliedLast)).toList());
            applyAll(wanted.stream().filter(Child::isAppliedLast).toList());
        } catch (OrphanException e) {
            // The children of a new resource were not read. The message names all that exist.
            observe(wanted.stream().flatMap(child -> read(child.id(owner)).stream()).toList());
            requireOwnership(wanted);
            throw e;
        }
    }

    private void requireOwnership(List<Child<R, ?>> children) {
        ownership.require(children.stream().flatMap(child -> observed.get(child.id(owner)).stream()
                .map(object -> new Present<>(child, object))).toList(), observed);
    }

    private void applyAll(List<Child<R, ?>> children) {
        List<RuntimeException> failures = new ArrayList<>();
        for (Attempt attempt : Parallel.map(children, AT_ONCE, this::attempt)) {
            switch (attempt) {
                case Applied(HasMetadata child, Operation operation) -> {
                    results.put(ObjectId.of(child), ChildResult.of(child, operation));
                    observed = observed.with(List.of(child));
                }
                case Failed(RuntimeException failure) -> failures.add(failure);
            }
        }
        throwFirst(failures);
    }

    /** Failures that a retry may fix come first: failures that are reported on the resource are not retried. */
    private static void throwFirst(List<RuntimeException> failures) {
        failures.stream().min(Comparator.comparing(TerminalException.class::isInstance)).ifPresent(failure -> {
            throw failure;
        });
    }

    /** The outcome of applying one of the children that do not depend on one another. */
    private sealed interface Attempt {}

    private record Applied(HasMetadata child, Operation operation) implements Attempt {}

    private record Failed(RuntimeException failure) implements Attempt {}

    private Attempt attempt(Child<R, ?> child) {
        try {
            Optional<HasMetadata> present = observed.get(child.id(owner));
            return present.isPresent() ? update(child, present.get(), observed) : create(child);
        } catch (RuntimeException e) {
            return new Failed(e);
        }
    }

    private Applied create(Child<R, ?> child) {
        try {
            return new Applied(create(child.desired(owner, observed)), Operation.CREATED);
        } catch (KubernetesClientException e) {
            Optional<HasMetadata> present = e.getCode() == HttpURLConnection.HTTP_CONFLICT
                    ? read(child.id(owner))
                    : Optional.empty();
            if (present.isEmpty()) {
                throw e;
            }
            ownership.require(List.of(new Present<>(child, present.get())), observed);
            return update(child, present.get(), observed.with(List.of(present.get())));
        }
    }

    private Applied update(Child<R, ?> child, HasMetadata present, Observed current) {
        if (child.isCreatedOnce()) {
            return new Applied(present, Operation.UNCHANGED);
        }
        HasMetadata desired = child.desired(owner, current);
        if (fields.areApplied(present, desired)) {
            return new Applied(present, Operation.UNCHANGED);
        }
        if (ImmutableFields.differ(present, desired)) {
            return new Applied(replace(present, desired, child.trial(owner, current)), Operation.REPLACED);
        }
        HasMetadata applied = write(present, state -> {
            desired.getMetadata().setUid(state.getMetadata().getUid());
            desired.getMetadata().setResourceVersion(state.getMetadata().getResourceVersion());
            return send(desired);
        });
        return new Applied(applied, isSame(present, applied) ? Operation.UNCHANGED : Operation.UPDATED);
    }

    /** The API server validates the new child before the present one is deleted. */
    private HasMetadata replace(HasMetadata present, HasMetadata desired, HasMetadata trial) {
        try {
            client.resource(trial).dryRun(true).create();
        } catch (KubernetesClientException e) {
            throw refused(desired, e);
        }
        delete(present);
        return create(desired);
    }

    /**
     * Changes a child that exists, by a request whose precondition is the state of the child. So a run that is overtaken by a later one
     * cannot undo its changes: either the child has changed since it was read, or the owner before it is read again here. A change that
     * leaves the generation, such as that of a Deployment's status, is none.
     *
     * @throws KubernetesClientException with code 409 when the owner or the child has changed since it was read
     */
    private HasMetadata write(HasMetadata present, UnaryOperator<HasMetadata> request) {
        HasMetadata state = present;
        for (int attempt = 1;; attempt++) {
            requireUnchangedOwner();
            try {
                return request.apply(state);
            } catch (KubernetesClientException e) {
                Optional<HasMetadata> now = e.getCode() == HttpURLConnection.HTTP_CONFLICT && attempt < MAX_ATTEMPTS
                        ? read(ObjectId.of(present)).filter(it -> isSameGeneration(present, it))
                        : Optional.empty();
                state = now.orElseThrow(() -> e);
            }
        }
    }

    private void requireUnchangedOwner() {
        HasMetadata now = client.resource(owner).get();
        if (now == null || now.isMarkedForDeletion() || !isSameGeneration(owner, now)) {
            throw new KubernetesClientException(owner.getKind() + " '" + owner.getMetadata().getName()
                    + "' has changed since it was read", HttpURLConnection.HTTP_CONFLICT, null);
        }
    }

    /** Compares the versions of objects whose type has no generation. */
    private static boolean isSameGeneration(HasMetadata before, HasMetadata now) {
        ObjectMeta then = before.getMetadata();
        return Objects.equals(then.getUid(), now.getMetadata().getUid())
                && (then.getGeneration() == null
                        ? Objects.equals(then.getResourceVersion(), now.getMetadata().getResourceVersion())
                        : then.getGeneration().equals(now.getMetadata().getGeneration())
                                && then.getOwnerReferences().equals(now.getMetadata().getOwnerReferences()));
    }

    private void delete(HasMetadata present) {
        write(present, state -> {
            client.resource(state).lockResourceVersion(state.getMetadata().getResourceVersion()).delete();
            return state;
        });
    }

    /** Applies a child that must not exist, so that an object of another owner is never taken over. */
    private HasMetadata create(HasMetadata desired) {
        desired.getMetadata().setResourceVersion(AppliedFields.RESOURCE_VERSION_OF_NO_OBJECT);
        return send(desired);
    }

    private HasMetadata send(HasMetadata desired) {
        try {
            return client.resource(desired).fieldManager(Labels.ELASTIC_JUPYTER).forceConflicts().serverSideApply();
        } catch (KubernetesClientException e) {
            throw refused(desired, e);
        }
    }

    /** The status of an unchanged child may have been updated since it was read. */
    private static boolean isSame(HasMetadata before, HasMetadata after) {
        return before.getMetadata().getResourceVersion().equals(after.getMetadata().getResourceVersion())
                || Objects.equals(before.getMetadata().getGeneration(), after.getMetadata().getGeneration())
                        && after.getMetadata().getGeneration() != null
                        && Objects.equals(before.getMetadata().getLabels(), after.getMetadata().getLabels())
                        && Objects.equals(before.getMetadata().getOwnerReferences(),
                                after.getMetadata().getOwnerReferences());
    }

    /** Deletes an unwanted child. An object of another owner is not deleted. */
    private void prune(Child<R, ?> child) {
        observed.get(child.id(owner)).filter(present -> OwnerReferences.isControlledBy(present, owner))
                .ifPresent(present -> {
                    try {
                        delete(present);
                    } catch (KubernetesClientException e) {
                        throw refused(present, e);
                    }
                    results.put(ObjectId.of(present), ChildResult.of(present, Operation.DELETED));
                });
    }

    /** Returns the exception for a rejected child: terminal, to be reported on the owner, if no retry fixes it. */
    private static RuntimeException refused(HasMetadata desired, KubernetesClientException e) {
        String message = ApiFailure.reason(e);
        return switch (e.getCode()) {
            case HttpURLConnection.HTTP_NOT_FOUND -> ApiFailure.isUnknownType(e)
                    ? unknownType(desired)
                    : new TerminalException("Rejected", message);
            case HttpURLConnection.HTTP_BAD_REQUEST, UNPROCESSABLE -> new TerminalException("Rejected", message);
            case HttpURLConnection.HTTP_FORBIDDEN -> ApiFailure.isQuota(e)
                    ? new QuotaException(ObjectId.of(desired), e)
                    : ApiFailure.isNamespaceTerminating(e)
                            ? e
                            : isResizeRefused(desired, message)
                                    ? new TerminalException("Rejected", message + RESIZE_CURE)
                                    : forbidden(desired, message);
            default -> e;
        };
    }

    /** The admission plugin PersistentVolumeClaimResize answers as for a missing right. */
    private static boolean isResizeRefused(HasMetadata desired, String message) {
        return desired instanceof PersistentVolumeClaim && message.contains("can be resized");
    }

    private static TerminalException unknownType(HasMetadata desired) {
        return new TerminalException("KindNotInstalled", "The API server has no " + desired.getKind() + " ("
                + desired.getApiVersion() + "), so " + ObjectId.of(desired)
                + " cannot be created: ask an administrator to install its CustomResourceDefinition, or remove the field of the"
                + " spec that asks for it.");
    }

    private static TerminalException forbidden(HasMetadata desired, String message) {
        return new TerminalException("Forbidden", "The functions have no right to write " + ObjectId.of(desired)
                + " as specified: change the spec, or grant them the right. "
                + message.lines().findFirst().orElse(""));
    }
}
