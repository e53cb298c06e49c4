package io.elasticjupyter.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticjupyter.integration.FunctionsServer.Answer;
import io.elasticjupyter.local.ResourceEvents.Change;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.HttpURLConnection;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A namespace whose resources change, with its events in flight. */
final class World {

    private static final List<Class<? extends HasMetadata>> CHILDREN = List.of(Deployment.class, Service.class,
            Secret.class, ServiceAccount.class, Role.class, RoleBinding.class, NetworkPolicy.class, ConfigMap.class,
            Pod.class);

    private static final PatchContext OTHER_MANAGER = new PatchContext.Builder()
            .withPatchType(PatchType.STRATEGIC_MERGE)
            .withFieldManager("other-manager").build();

    /** An event in flight. */
    private record InFlight(Change change, HasMetadata object) {}

    final String namespace;
    private final Site site;
    private final List<InFlight> inFlight = new ArrayList<>();

    World(Site site) {
        this.site = site;
        this.namespace = site.namespace();
    }

    void happens(Step step) {
        switch (step.what()) {
            case APPLY -> apply(step);
            case DELETE -> resources().stream().filter(it -> it.getKind().equals(step.kind()))
                    .filter(it -> it.getMetadata().getName().equals(step.name())).forEach(this::delete);
            case COLLECT -> collect();
            case DELETE_CHILD -> child(step).forEach(this::delete);
            case OVERWRITE_CHILD -> child(step).forEach(child -> unlessGone(() -> overwrite(child)));
            case START_CHILD -> child(step).forEach(child -> unlessGone(() -> start(child)));
            case DELIVER -> arrive(step, true);
            case DELIVER_TWICE -> arrive(step, false);
            case LOSE -> {
                if (!inFlight.isEmpty()) {
                    inFlight.remove(step.variant() % inFlight.size());
                }
            }
        }
    }

    /** The pod of a kernel is created once, so the kernel's spec is never changed. */
    private void apply(Step step) {
        boolean kernelIsThere = step.kind().equals("JupyterKernel") && resources().stream()
                .anyMatch(it -> it.getKind().equals(step.kind()) && it.getMetadata().getName().equals(step.name()));
        if (!kernelIsThere) {
            inFlight.add(new InFlight(Change.UPDATE, site.apply(namespace, step.yaml())));
        }
    }

    private Stream<HasMetadata> child(Step step) {
        List<HasMetadata> children = children();
        return children.isEmpty() ? Stream.empty() : Stream.of(children.get(step.variant() % children.size()));
    }

    /** The garbage collector of the cluster may have deleted the object. */
    private static void unlessGone(Runnable what) {
        try {
            what.run();
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
                throw e;
            }
        }
    }

    private void delete(HasMetadata object) {
        site.client().resource(object).withGracePeriod(0).delete();
        inFlight.add(new InFlight(Change.DELETE, object));
    }

    private void overwrite(HasMetadata child) {
        String spec = switch (child) {
            case Deployment deployment -> ", \"spec\": {\"template\": {\"spec\": {\"containers\": [{\"name\": \""
                    + deployment.getSpec().getTemplate().getSpec().getContainers().getFirst().getName()
                    + "\", \"image\": \"overwritten\"}]}}}";
            case Service service -> ", \"spec\": {\"ports\": [{\"port\": 8888, \"targetPort\": 1}]}";
            // A key of the functions: those of others are kept. A token is replaced if it is not valid.
            case Secret secret -> ", \"data\": {\"%s\": \"\"}".formatted(
                    secret.getData().containsKey("jupyter_server_config.py") ? "jupyter_server_config.py" : "token");
            // A key that remains the functions' when the kernel spec changes: then, those of others are kept, too.
            case ConfigMap map -> ", \"data\": {\"%s\": \"\"}".formatted(map.getData().containsKey("kernel.json")
                    ? "kernel.json"
                    : map.getData().keySet().iterator().next());
            case Role role -> ", \"rules\": []";
            case NetworkPolicy policy -> ", \"spec\": {\"ingress\": [{}]}";
            case RoleBinding binding -> ", \"subjects\": []";
            default -> "";
        };
        // The pod of a kernel is created once and never updated.
        if (!(child instanceof Pod)) {
            HasMetadata overwritten = site.client().resource(child).patch(OTHER_MANAGER,
                    "{\"metadata\": {\"labels\": {\"app.kubernetes.io/managed-by\": \"other-manager\"}}%s}"
                            .formatted(spec));
            inFlight.add(new InFlight(Change.UPDATE, overwritten));
        }
    }

    private void start(HasMetadata child) {
        HasMetadata started = switch (child) {
            case Deployment deployment -> site.client().resource(deployment).editStatus(
                    it -> new DeploymentBuilder(it).withNewStatus()
                            .withObservedGeneration(it.getMetadata().getGeneration()).withReplicas(1)
                            .withUpdatedReplicas(1).withReadyReplicas(1).withAvailableReplicas(1).endStatus().build());
            case Pod pod -> site.client().resource(pod).editStatus(it -> new PodBuilder(it).editOrNewStatus()
                    .withPhase("Running").withStartTime("2026-01-01T00:00:00Z")
                    .withContainerStatuses(new ContainerStatusBuilder().withName("kernel").withReady(true)
                            .withRestartCount(0).withImage("k").withImageID("k").build())
                    .endStatus().build());
            default -> child;
        };
        inFlight.add(new InFlight(Change.UPDATE, started));
    }

    private void arrive(Step step, boolean once) {
        if (!inFlight.isEmpty()) {
            int which = step.variant() % inFlight.size();
            deliver(once ? inFlight.remove(which) : inFlight.get(which));
        }
    }

    private void deliver(InFlight event) {
        boolean ours = event.object().getKind().startsWith("Jupyter") || event.object() instanceof Pod
                || event.object() instanceof Deployment || event.object() instanceof Service;
        // No source watches the other children.
        if (ours) {
            Answer answer = site.send(event.change(), event.object());
            // 503: a Broker would retry, and might lose the event as well.
            assertThat(answer.status()).as("%s", answer).isIn(200, 503);
        }
    }

    /** Delivers all events in flight. */
    void deliverAll() {
        inFlight.forEach(this::deliver);
        inFlight.clear();
    }

    /** Deletes the dependents of deleted resources, unless the cluster's garbage collector already did. */
    void collect() {
        Set<String> there = resources().stream().map(it -> it.getMetadata().getUid()).collect(Collectors.toSet());
        children().stream().filter(child -> child.getMetadata().getOwnerReferences().stream()
                .map(OwnerReference::getUid).noneMatch(there::contains)).forEach(this::delete);
    }

    /** Lets all Deployments and pods start, and delivers the events, also those about the status that the functions then write. */
    void settle() {
        collect();
        children().stream().filter(it -> it instanceof Deployment || it instanceof Pod)
                .forEach(child -> unlessGone(() -> start(child)));
        Set<String> known = resources().stream().map(World::version).collect(Collectors.toCollection(HashSet::new));
        deliverAll();
        List<GenericKubernetesResource> changed = changed(known);
        while (!changed.isEmpty()) {
            changed.forEach(this::deliverUpdate);
            changed = changed(known);
        }
    }

    private void deliverUpdate(GenericKubernetesResource resource) {
        deliver(new InFlight(Change.UPDATE, resource));
        Site.functionsOfReferrers(resource).forEach(function -> {
            Answer answer = site.send(function, Change.UPDATE, resource);
            assertThat(answer.status()).as("%s", answer).isIn(200, 503);
        });
    }

    /** Returns the resources whose current version is not among the known ones, and adds it. */
    private List<GenericKubernetesResource> changed(Set<String> known) {
        return resources().stream().filter(resource -> known.add(version(resource))).toList();
    }

    private static String version(HasMetadata resource) {
        return resource.getMetadata().getUid() + "@" + resource.getMetadata().getResourceVersion();
    }

    /** Applies the same resources for the first time in another namespace. */
    World installedAfresh() {
        World fresh = new World(site);
        for (GenericKubernetesResource resource : resources()) {
            HasMetadata copy = site.client().getKubernetesSerialization().clone(resource);
            GenericKubernetesResource same = new GenericKubernetesResource();
            same.setApiVersion(copy.getApiVersion());
            same.setKind(copy.getKind());
            same.setMetadata(new ObjectMetaBuilder()
                    .withName(copy.getMetadata().getName()).withNamespace(fresh.namespace).build());
            same.setAdditionalProperty("spec", resource.get("spec"));
            fresh.inFlight.add(new InFlight(Change.ADD, site.client().resource(same).patch(Site.strictly("kubectl"))));
        }
        fresh.deliverAll();
        return fresh;
    }

    /** Returns the resources in the order in which a user would apply them. */
    List<GenericKubernetesResource> resources() {
        return Step.KINDS.stream().flatMap(kind -> site.client()
                .genericKubernetesResources("kubeflow.tkestack.io/v1alpha1", kind).inNamespace(namespace).list()
                .getItems().stream()).toList();
    }

    /** Returns the objects that the functions created. */
    List<HasMetadata> children() {
        return CHILDREN.stream().flatMap(type -> site.client().resources(type).inNamespace(namespace).list().getItems()
                .stream())
                .filter(it -> it.getMetadata().getOwnerReferences().stream()
                        .anyMatch(owner -> owner.getKind().startsWith("Jupyter")))
                .map(HasMetadata.class::cast).toList();
    }

    void end() {
        resources().forEach(it -> site.client().resource(it).delete());
        collect();
        site.client().namespaces().withName(namespace).delete();
    }
}
