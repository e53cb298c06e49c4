package io.elasticjupyter.reconcile;

import io.elasticjupyter.api.v1alpha1.JupyterResource;
import io.elasticjupyter.api.v1alpha1.JupyterStatus;
import io.elasticjupyter.event.BadEventException;
import io.elasticjupyter.event.ResourceEvent;
import io.elasticjupyter.event.ResourceId;
import io.elasticjupyter.reconcile.Report.Outcome;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The loop, for one kind. It works from what it reads, never from what an event says, so late, doubled and reordered events
 * do no harm; and a run that finds everything as it should be writes nothing, so its own writes do not call it for ever.
 */
public final class Reconciler<R extends JupyterResource<?, S>, S extends JupyterStatus> {

    /** Who owns the fields that the loop applies, and the value of the managed-by label. */
    public static final String FIELD_MANAGER = "elastic-jupyter";

    /** The label that every child has; the ApiServerSource selects Deployments by it. */
    public static final String MANAGED_BY = "app.kubernetes.io/managed-by";

    private final KubernetesClient client;
    private final Kind<R, S> kind;
    private final StatusApi<R, S> statusApi;

    /** A loop for that kind. */
    public Reconciler(KubernetesClient client, Kind<R, S> kind, Clock clock) {
        this.client = client;
        this.kind = kind;
        this.statusApi = new StatusApi<>(client, kind.type(), clock);
    }

    /**
     * Reconciles the resource that an event asks to look at: the one that changed, or the owner of the Deployment that did.
     *
     * @throws BadEventException when the event is about a kind that is none of this loop's
     * @throws io.fabric8.kubernetes.client.KubernetesClientException when the API server is away, slow, or reports a conflict
     */
    public Report reconcile(ResourceEvent event) {
        ResourceId subject = event.subject();
        if (subject.isA(kind.type())) {
            return reconcile(subject);
        }
        if (!subject.isA(Deployment.class)) {
            throw new BadEventException(
                    "The event is about a " + subject.kind() + " of '" + subject.apiVersion() + "'. Send events about "
                            + HasMetadata.getKind(kind.type()) + ", or about the Deployment of one.");
        }
        // A Deployment bears its owner's name, so a mere reference to it is hint enough.
        Optional<ResourceId> owner = event.whole()
                ? event.owner()
                : Optional.of(id(subject.namespace(), subject.name()));
        return owner.filter(id -> id.isA(kind.type())).map(this::reconcile)
                .orElseGet(() -> Report.of(subject, Outcome.IGNORED));
    }

    private Report reconcile(ResourceId asked) {
        ResourceId id = id(asked.namespace(), asked.name());
        R resource = client.resources(kind.type()).inNamespace(id.namespace()).withName(id.name()).get();
        if (resource == null || resource.isMarkedForDeletion()) {
            return Report.of(id, Outcome.GONE);
        }

        List<Change> changes = new ArrayList<>();
        ChildApi api = new ChildApi(client, resource);
        Children children = api.read(kind.mayOwn(resource));
        Readiness readiness;
        boolean rejected = false;
        try {
            children = apply(api, children, kind.desired(resource, children), changes);
            readiness = kind.readiness(resource, children);
        } catch (UnworkableException e) {
            readiness = e.readiness();
            rejected = true;
        }

        List<Condition> conditions = statusApi.conditions(resource,
                List.of(readiness.condition(resource.getMetadata().getGeneration())));
        statusApi.write(resource, kind.status(resource, children, conditions), readiness);
        return Report.of(id, changes, readiness, rejected);
    }

    private static Children apply(ChildApi api, Children present, List<HasMetadata> desired, List<Change> changes) {
        var wanted = desired.stream().map(ChildId::of).collect(Collectors.toSet());
        desired.forEach(child -> present.get(ChildId.of(child)).ifPresent(api::refuseIfNotOurs));
        List<HasMetadata> applied = new ArrayList<>();
        for (HasMetadata child : desired) {
            applied.add(api.apply(present.get(ChildId.of(child)), child, changes));
        }
        present.all().stream().filter(child -> !wanted.contains(ChildId.of(child)))
                .forEach(child -> api.remove(child, changes));
        return Children.of(applied);
    }

    private ResourceId id(String namespace, String name) {
        return new ResourceId(HasMetadata.getApiVersion(kind.type()), HasMetadata.getKind(kind.type()), namespace,
                name);
    }
}
