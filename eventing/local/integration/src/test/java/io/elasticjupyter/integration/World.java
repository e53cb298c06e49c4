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
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.HttpURLConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A namespace in which things happen, with the events that are on their way from it. */
final class World {

    private static final List<Class<? extends HasMetadata>> CHILDREN = List.of(Deployment.class, Service.class,
            Secret.class, ServiceAccount.class, RoleBinding.class, ConfigMap.class, Pod.class);

    private static final PatchContext MEDDLER = new PatchContext.Builder().withPatchType(PatchType.STRATEGIC_MERGE)
            .withFieldManager("meddler").build();

    /** An event that is on its way. */
    private record Underway(Change change, HasMetadata object) {}

    final String namespace;
    private final Site site;
    private final List<Underway> underway = new ArrayList<>();

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
            case SPOIL_CHILD -> child(step).forEach(child -> unlessGone(() -> spoil(child)));
            case START_CHILD -> child(step).forEach(child -> unlessGone(() -> start(child)));
            case DELIVER -> arrive(step, true);
            case DELIVER_TWICE -> arrive(step, false);
            case LOSE -> {
                if (!underway.isEmpty()) {
                    underway.remove(step.variant() % underway.size());
                }
            }
        }
    }

    /** A kernel's pod is made once, so its spec is chosen once. */
    private void apply(Step step) {
        boolean kernelIsThere = step.kind().equals("JupyterKernel") && resources().stream()
                .anyMatch(it -> it.getKind().equals(step.kind()) && it.getMetadata().getName().equals(step.name()));
        if (!kernelIsThere) {
            underway.add(new Underway(Change.UPDATE, site.apply(namespace, step.yaml())));
        }
    }

    private Stream<HasMetadata> child(Step step) {
        List<HasMetadata> children = children();
        return children.isEmpty() ? Stream.empty() : Stream.of(children.get(step.variant() % children.size()));
    }

    /** A cluster's collector may have been there first. */
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
        underway.add(new Underway(Change.DELETE, object));
    }

    private void spoil(HasMetadata child) {
        String spec = switch (child) {
            case Deployment deployment -> ", \"spec\": {\"template\": {\"spec\": {\"containers\": [{\"name\": \""
                    + deployment.getSpec().getTemplate().getSpec().getContainers().getFirst().getName()
                    + "\", \"image\": \"spoilt\"}]}}}";
            case Service service -> ", \"spec\": {\"ports\": [{\"port\": 8888, \"targetPort\": 1}]}";
            case Secret secret -> ", \"data\": {\"jupyter_server_config.py\": \"\"}";
            case ConfigMap map -> ", \"data\": {\"kernel.json\": \"\"}";
            case RoleBinding binding -> ", \"subjects\": []";
            default -> "";
        };
        // Nobody puts a kernel's pod right: it is made once.
        if (!(child instanceof Pod)) {
            HasMetadata spoilt = site.client().resource(child).patch(MEDDLER,
                    "{\"metadata\": {\"labels\": {\"app.kubernetes.io/managed-by\": \"meddler\"}}%s}".formatted(spec));
            underway.add(new Underway(Change.UPDATE, spoilt));
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
        underway.add(new Underway(Change.UPDATE, started));
    }

    private void arrive(Step step, boolean once) {
        if (!underway.isEmpty()) {
            int which = step.variant() % underway.size();
            deliver(once ? underway.remove(which) : underway.get(which));
        }
    }

    private void deliver(Underway event) {
        boolean ours = event.object().getKind().startsWith("Jupyter") || event.object() instanceof Pod
                || event.object() instanceof Deployment;
        // The source watches no other children.
        if (ours) {
            Answer answer = site.tell(event.change(), event.object());
            // 503: a Broker would send it again, and might lose it just the same.
            assertThat(answer.status()).as("%s", answer).isIn(200, 503);
        }
    }

    /** All that is still on its way arrives late. */
    void arriveLate() {
        underway.forEach(this::deliver);
        underway.clear();
    }

    /** Deletes what belonged to resources that are gone, where a cluster's collector has not been there yet. */
    void collect() {
        Set<String> there = resources().stream().map(it -> it.getMetadata().getUid()).collect(Collectors.toSet());
        children().stream().filter(child -> child.getMetadata().getOwnerReferences().stream()
                .map(OwnerReference::getUid).noneMatch(there::contains)).forEach(this::delete);
    }

    /** Everything starts, and the functions are told. */
    void settle() {
        collect();
        children().stream().filter(it -> it instanceof Deployment || it instanceof Pod)
                .forEach(child -> unlessGone(() -> start(child)));
        arriveLate();
    }

    /** The same resources, applied for the first time in another namespace. */
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
            fresh.underway.add(new Underway(Change.ADD, site.client().resource(same).patch(Site.strictly("kubectl"))));
        }
        fresh.arriveLate();
        return fresh;
    }

    /** In the order in which a person would apply them. */
    List<GenericKubernetesResource> resources() {
        return Step.KINDS.stream().flatMap(kind -> site.client()
                .genericKubernetesResources("kubeflow.tkestack.io/v1alpha1", kind).inNamespace(namespace).list()
                .getItems().stream()).toList();
    }

    /** What the functions have made. */
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
