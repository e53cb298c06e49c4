package io.elasticjupyter.reconcile;

import io.elasticjupyter.api.v1alpha1.JupyterResource;
import io.elasticjupyter.api.v1alpha1.JupyterStatus;
import io.elasticjupyter.event.BadEventException;
import io.elasticjupyter.event.ResourceEvent;
import io.elasticjupyter.event.ResourceId;
import io.elasticjupyter.kubernetes.ObjectId;
import io.elasticjupyter.kubernetes.WatchedNamespaces;
import io.elasticjupyter.reconcile.ReconcileResult.Outcome;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The loop, for one kind. It works from what it reads, never from what an event says, so late, doubled and reordered events
 * do no harm; and a run that finds everything as it should be writes nothing, so its own writes do not call it for ever.
 */
public final class ReconcileLoop<R extends JupyterResource<?, S>, S extends JupyterStatus> {

    /** Who owns the fields that the loop applies, and the value of the managed-by label. */
    public static final String FIELD_MANAGER = "elastic-jupyter";

    /** The label that every child has; the ApiServerSource selects Deployments by it. */
    public static final String MANAGED_BY = "app.kubernetes.io/managed-by";

    private final KubernetesClient client;
    private final WatchedNamespaces namespaces;
    private final Reconciler<R, S> kind;
    private final StatusApi<R, S> statusApi;

    /** A loop for that kind. */
    public ReconcileLoop(WatchedNamespaces namespaces, Reconciler<R, S> kind, Clock clock) {
        this.client = namespaces.client();
        this.namespaces = namespaces;
        this.kind = kind;
        this.statusApi = new StatusApi<>(client, clock);
    }

    /** The type of the resources that it reconciles. */
    public Class<R> type() {
        return kind.type();
    }

    /**
     * Reconciles one resource.
     *
     * @throws BadEventException when it is in a namespace that is not watched
     * @throws KubernetesClientException when the API server is away, slow, or reports a conflict
     */
    public ReconcileResult reconcile(String namespace, String name) {
        return reconcile(id(namespace, name), Optional.empty());
    }

    /**
     * Reconciles what an event asks to look at: the resource that changed, the owner of the child that did, or all that refer
     * to the object that did.
     *
     * @throws BadEventException when the event is about a kind that is none of this loop's, or a namespace that is not watched
     * @throws KubernetesClientException when the API server is away, slow, or reports a conflict
     */
    public ReconcileResult reconcile(ResourceEvent event) {
        ResourceId subject = event.subject();
        if (subject.isA(kind.type())) {
            return reconcile(subject, Optional.empty());
        }
        Optional<? extends Class<? extends HasMetadata>> child = kind.watchedChild().filter(subject::isA);
        if (child.isPresent()) {
            // A watched child bears its owner's name, so a mere reference to it is hint enough.
            Optional<ResourceId> owner = event.whole()
                    ? event.owner()
                    : Optional.of(id(subject.namespace(), subject.name()));
            Optional<HasMetadata> departed = event.lastState()
                    .map(json -> client.getKubernetesSerialization().unmarshal(json, child.get()));
            return owner.filter(id -> id.isA(kind.type())).map(id -> reconcile(id, departed))
                    .orElseGet(() -> ReconcileResult.of(subject, Outcome.IGNORED));
        }
        return kind.referredTypes().stream().filter(subject::isA).findFirst()
                .map(type -> ReconcileResult.of(subject,
                        reconcileAllThatReferTo(new ObjectId(type, subject.namespace(), subject.name()))))
                .orElseThrow(() -> new BadEventException(
                        "The event is about a " + subject.kind() + " of '" + subject.apiVersion()
                                + "'. Send events about " + taken() + "."));
    }

    private String taken() {
        return Stream.of(Stream.of(kind.type()), kind.watchedChild().stream(), kind.referredTypes().stream())
                .flatMap(types -> types).map(HasMetadata::getKind).collect(Collectors.joining(" or "));
    }

    private List<ReconcileResult> reconcileAllThatReferTo(ObjectId object) {
        List<ReconcileResult> reports = new ArrayList<>();
        namespaces.all(kind.type()).forEach(resource -> {
            if (kind.refersTo(resource).contains(object)) {
                reports.add(reconcile(resource.getMetadata().getNamespace(), resource.getMetadata().getName()));
            }
        });
        return reports;
    }

    private ReconcileResult reconcile(ResourceId asked, Optional<HasMetadata> departed) {
        ResourceId id = id(asked.namespace(), asked.name());
        return namespaces.find(kind.type(), id.namespace(), id.name())
                .filter(resource -> !resource.isMarkedForDeletion())
                .map(resource -> reconcile(id, resource, departed))
                .orElseGet(() -> ReconcileResult.of(id, Outcome.GONE));
    }

    private ReconcileResult reconcile(ResourceId id, R resource, Optional<HasMetadata> departed) {
        Observed snapshot = Observed.of(List.of());
        List<ChildResult> changes = new ArrayList<>();
        Readiness readiness;
        boolean rejected = false;
        try {
            Observed found = read(resource);
            snapshot = departed.filter(new Children(client, resource)::isOurs).map(found::without).orElse(found);
            if (kind.finished(resource, snapshot)) {
                client.resource(resource).lockResourceVersion(resource.getMetadata().getResourceVersion()).delete();
                return ReconcileResult.of(id, Outcome.FINISHED);
            }
            snapshot = apply(resource, snapshot, kind.desired(resource, snapshot), changes);
            readiness = kind.readiness(resource, snapshot);
        } catch (TerminalException e) {
            readiness = e.readiness();
            rejected = true;
        }

        List<Condition> conditions = new ArrayList<>(List.of(readiness.condition()));
        conditions.addAll(kind.conditions(resource, snapshot));
        conditions.addAll(StatusApi.delivered(resource));
        try {
            S status = kind.status(resource, snapshot, statusApi.conditions(resource, conditions));
            S before = resource.getStatus() == null ? null : kind.own(resource.getStatus());
            return ReconcileResult.of(id, changes, readiness, rejected,
                    statusApi.write(resource, before, status, readiness));
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
                return ReconcileResult.of(id, Outcome.GONE);
            }
            throw e;
        }
    }

    private Observed read(R resource) {
        return Observed.of(Stream.of(kind.mayOwn(resource), kind.refersTo(resource)).flatMap(List::stream)
                .map(this::read)
                .filter(Objects::nonNull)
                .toList());
    }

    private HasMetadata read(ObjectId id) {
        try {
            return client.resources(id.type()).inNamespace(id.namespace()).withName(id.name()).get();
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_FORBIDDEN) {
                throw new TerminalException("Forbidden", "The functions may not read " + id + " in namespace '"
                        + id.namespace() + "': name one that they may, or grant them the right.");
            }
            throw e;
        }
    }

    private Observed apply(R resource, Observed snapshot, List<HasMetadata> desired, List<ChildResult> changes) {
        Children api = new Children(client, resource);
        desired.forEach(child -> api.adopt(child, snapshot));
        desired.forEach(child -> snapshot.get(ObjectId.of(child)).ifPresent(api::refuseIfNotOurs));
        List<HasMetadata> applied = new ArrayList<>();
        for (HasMetadata child : desired) {
            applied.add(api.apply(snapshot.get(ObjectId.of(child)), child, changes));
        }
        Set<ObjectId> wanted = desired.stream().map(ObjectId::of).collect(Collectors.toSet());
        kind.mayOwn(resource).stream()
                .filter(id -> !wanted.contains(id))
                .flatMap(id -> snapshot.get(id).stream())
                .forEach(child -> api.remove(child, changes));
        return snapshot.with(applied);
    }

    private ResourceId id(String namespace, String name) {
        return new ResourceId(HasMetadata.getApiVersion(kind.type()), HasMetadata.getKind(kind.type()), namespace,
                name);
    }
}
