package io.elasticjupyter.reconcile;

import io.elasticjupyter.api.v1alpha1.Conditions;
import io.elasticjupyter.api.v1alpha1.JupyterResource;
import io.elasticjupyter.api.v1alpha1.JupyterStatus;
import io.elasticjupyter.event.BadEventException;
import io.elasticjupyter.event.ResourceEvent;
import io.elasticjupyter.event.ResourceEvent.Change;
import io.elasticjupyter.event.ResourceId;
import io.elasticjupyter.kubernetes.ApiFailure;
import io.elasticjupyter.kubernetes.EventRecorder;
import io.elasticjupyter.kubernetes.Labels;
import io.elasticjupyter.kubernetes.ObjectId;
import io.elasticjupyter.kubernetes.Parallel;
import io.elasticjupyter.kubernetes.StatusWriter;
import io.elasticjupyter.kubernetes.WatchedNamespaces;
import io.elasticjupyter.reconcile.ReconcileResult.Outcome;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The reconcile loop of one kind. It uses the state that it reads and not the content of an event, so late, duplicated and reordered
 * events do no harm. A run without differences writes nothing, so its own writes do not cause further runs.
 */
public final class ReconcileLoop<R extends JupyterResource<?, S>, S extends JupyterStatus> {

    /** The number of resources that are reconciled at the same time, where one event concerns several. */
    private static final int AT_ONCE = 8;

    private final KubernetesClient client;
    private final WatchedNamespaces namespaces;
    private final Reconciler<R, S> reconciler;
    private final Clock clock;
    private final StatusWriter statusWriter;
    private final EventRecorder events;
    private final Coalescing<ObjectId, ReconcileResult> runs = new Coalescing<>();
    private final Coalescing<String, List<ReconcileResult>> waiting = new Coalescing<>();

    /** Creates the loop of a reconciler's kind. */
    public ReconcileLoop(WatchedNamespaces namespaces, Reconciler<R, S> reconciler, Clock clock) {
        this.client = namespaces.client();
        this.namespaces = namespaces;
        this.reconciler = reconciler;
        this.clock = clock;
        this.statusWriter = new StatusWriter(client, Labels.ELASTIC_JUPYTER);
        this.events = new EventRecorder(client, Labels.ELASTIC_JUPYTER, clock);
    }

    /** Returns the type of the reconciled resources. */
    public Class<R> type() {
        return reconciler.type();
    }

    /** Returns the reconciler, which makes the decisions. */
    public Reconciler<R, S> reconciler() {
        return reconciler;
    }

    /**
     * Reconciles one resource. Calls for the same resource that wait at the same time share one run.
     *
     * @throws BadEventException when its namespace is not watched
     * @throws KubernetesClientException when the API server is unavailable, slow, or reports a conflict
     */
    public ReconcileResult reconcile(String namespace, String name) {
        return runs.share(new ObjectId(type(), namespace, name), () -> run(namespace, name));
    }

    /**
     * Reconciles the resources that an event is about: the changed resource, unless only its status was updated, the owner of a changed
     * child, or all resources that refer to a changed object.
     *
     * @throws BadEventException when the event is about a type that this loop does not observe, or a namespace that is not watched
     * @throws KubernetesClientException when the API server is unavailable, slow, or reports a conflict
     */
    public ReconcileResult reconcile(ResourceEvent event) {
        return switch (EventTarget.of(event, reconciler)) {
            case EventTarget.Subject(String namespace, String name) -> event.change() == Change.UPDATE && namespaces
                    .find(type(), namespace, name).filter(StatusUpdate::isLastChange).isPresent()
                            ? ReconcileResult.of(event.subject(), Outcome.IGNORED)
                            : reconcileChanged(event.change(), namespace, name);
            case EventTarget.Owner(String namespace, String name) ->
                reconcileOwner(event, namespace, Optional.of(name));
            case EventTarget.PodOwner(String namespace, String pod) ->
                reconcileOwner(event, namespace, ownerOfPod(namespace, pod));
            case EventTarget.Referrers(ObjectId object) ->
                ReconcileResult.of(event.subject(), reconcileAllThatReferTo(object));
        };
    }

    private ReconcileResult reconcileOwner(ResourceEvent event, String namespace, Optional<String> owner) {
        return owner.filter(name -> namespaces.isWatched(namespace)).map(name -> reconcile(namespace, name))
                .filter(result -> result.outcome() != Outcome.GONE)
                .orElseGet(() -> ReconcileResult.of(event.subject(), Outcome.IGNORED));
    }

    /** Returns the name of the resource whose pod has that name, by its labels. The Deployment reports that a pod is gone. */
    private Optional<String> ownerOfPod(String namespace, String pod) {
        return Optional.of(namespace).filter(namespaces::isWatched)
                .map(watched -> client.pods().inNamespace(watched).withName(pod).get())
                .map(found -> found.getMetadata().getLabels())
                .filter(labels -> labels.get(Labels.NAME) != null
                        && reconciler.application().equals(Optional.of(labels.get(Labels.NAME))))
                .map(labels -> labels.get(Labels.INSTANCE));
    }

    private void end(StartFailure failure) {
        client.resource(failure.pod()).patch(PatchContext.of(PatchType.JSON_MERGE),
                client.getKubernetesSerialization().asJson(failure.patch()));
    }

    /** Reads the pods of a resource, if its status depends on them. */
    private void observePods(R resource, Children<R> children) {
        if (reconciler.dependsOnPods(resource, children.observed())) {
            children.observe(client.pods().inNamespace(resource.getMetadata().getNamespace())
                    .withLabels(Labels.of(reconciler.application().orElseThrow(), resource)).list().getItems());
        }
    }

    /** Reconciles a resource and, if it was deleted, those that waited for it. An event about a deleted resource has no more than its name. */
    private ReconcileResult reconcileChanged(Change change, String namespace, String name) {
        ReconcileResult result = reconcile(namespace, name);
        if (change == Change.DELETE && reconciler.hasPeers()) {
            waiting.share(namespace, () -> reconcileAllThatWait(namespace));
        }
        return result;
    }

    private List<ReconcileResult> reconcileAllThatWait(String namespace) {
        return Parallel.map(peers(namespace, reconciler::waitsForPeers), AT_ONCE,
                each -> reconcile(namespace, each.getMetadata().getName()));
    }

    private List<R> peers(String namespace, Predicate<R> matters) {
        List<R> found = new ArrayList<>();
        namespaces.in(namespace, type()).forEach(each -> {
            if (matters.test(each)) {
                found.add(each);
            }
        });
        return found;
    }

    /**
     * Reconciles all that the change concerns, also if one of them fails: otherwise it would keep those after it from ever being reconciled.
     */
    private List<ReconcileResult> reconcileAllThatReferTo(ObjectId object) {
        List<References<R>> ofType = reconciler.references().stream().filter(each -> each.type() == object.type())
                .toList();
        Optional<HasMetadata> current = ofType.stream().anyMatch(References::isSelective)
                ? Optional.ofNullable(client.resources(object.type()).inNamespace(object.namespace())
                        .withName(object.name()).get())
                : Optional.empty();
        List<ObjectId> referrers = new ArrayList<>();
        namespaces.all(type()).forEach(resource -> {
            if (ofType.stream().anyMatch(each -> each.of().apply(resource).contains(object)
                    && each.concern().test(resource, current))) {
                referrers.add(ObjectId.of(resource));
            }
        });
        return Parallel.map(referrers, AT_ONCE, referrer -> reconcile(referrer.namespace(), referrer.name()));
    }

    private List<ObjectId> references(R resource) {
        return reconciler.references().stream().flatMap(each -> each.of().apply(resource).stream()).toList();
    }

    /** Reads the resource before its children: so a child that its status reports, and that is not found, has been deleted. */
    private ReconcileResult run(String namespace, String name) {
        ResourceId id = ResourceId.of(type(), namespace, name);
        Optional<R> found = namespaces.find(type(), namespace, name);
        if (found.filter(resource -> !resource.isMarkedForDeletion()).isEmpty()) {
            return ReconcileResult.of(id, Outcome.GONE);
        }
        R resource = found.get();
        Children<R> children = new Children<>(client, resource, reconciler.children());
        ConditionsBuilder conditions = new ConditionsBuilder(resource, clock.instant());
        boolean rejected = false;
        Optional<QuotaException> quota = Optional.empty();
        try {
            if (resource.getStatus() == null) {
                children.readReferences(references(resource));
            } else {
                children.read(references(resource));
            }
            reconciler.peers(resource, children.observed())
                    .ifPresent(matters -> children.observe(peers(namespace, matters)));
            Optional<Readiness> held = reconciler.hold(resource, children.observed());
            Optional<Readiness> end = held.isPresent() ? Optional.empty() : children.end();
            if (end.isPresent()) {
                client.resource(resource).lockResourceVersion(resource.getMetadata().getResourceVersion()).delete();
                record(resource, end.get());
                return ReconcileResult.finished(id, end.get());
            }
            if (held.isPresent()) {
                conditions.ready(held.get());
            } else {
                children.apply();
                observePods(resource, children);
                reconciler.podToFail(resource, children.observed()).ifPresent(this::end);
            }
        } catch (TerminalException e) {
            conditions.ready(e.readiness());
            rejected = e.readiness().state() == Readiness.State.FAULT;
        } catch (QuotaException e) {
            conditions.ready(e.readiness()).unfinished();
            quota = Optional.of(e);
        } catch (KubernetesClientException e) {
            if (ApiFailure.isNamespaceTerminating(e)) {
                return ReconcileResult.of(id, Outcome.GONE);
            }
            throw e;
        }
        try {
            S status = reconciler.status(resource, children.observed(), conditions);
            boolean written = statusWriter.write(resource, status);
            if (written) {
                recordChange(resource, conditions.readiness());
            }
            if (quota.isPresent()) {
                throw quota.get();
            }
            return ReconcileResult.of(id, children.results(), conditions.readiness(), rejected, written);
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
                return ReconcileResult.of(id, Outcome.GONE);
            }
            throw e;
        }
    }

    /** Records an Event when the readiness has changed, after the status was written. Every resource first waits for its children. */
    private void recordChange(R resource, Readiness readiness) {
        if (resource.getStatus() == null && readiness.state() == Readiness.State.WAITING) {
            return;
        }
        boolean isFault = readiness.state() == Readiness.State.FAULT;
        Stream<Condition> unchanged = Conditions.of(resource.getStatus()).find(JupyterStatus.READY).stream()
                .filter(before -> before.getReason().equals(readiness.reason()))
                .filter(before -> !isFault || before.getMessage().equals(readiness.message()));
        if (unchanged.findAny().isEmpty()) {
            record(resource, readiness);
        }
    }

    private void record(R resource, Readiness readiness) {
        events.record(EventRecorder.about(resource), readiness.state() == Readiness.State.FAULT
                ? EventRecorder.Type.Warning
                : EventRecorder.Type.Normal, readiness.reason(), readiness.message());
    }
}
