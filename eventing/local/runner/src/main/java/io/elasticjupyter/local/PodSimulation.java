package io.elasticjupyter.local;

import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.apps.DeploymentCondition;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * Replaces the Deployment controller and the kubelets: creates the pods of every Deployment, and reports it as rolled out and
 * every pod as running, a moment after it was created, changed or, where there are nodes, bound. No container runs. Claims of volumes
 * are bound, and no volume exists.
 */
final class PodSimulation implements AutoCloseable {

    /** Long enough for a user to see a resource become ready. */
    private static final Duration MOMENT = Duration.ofSeconds(1);

    private static final PatchContext APPLY = new PatchContext.Builder().withPatchType(PatchType.SERVER_SIDE_APPLY)
            .withFieldManager("pod-simulation").withForce(true).build();

    private final KubernetesClient client;
    private final ScheduledExecutorService later = Executors
            .newSingleThreadScheduledExecutor(Thread.ofVirtual().factory());
    private final DeploymentPods deploymentPods;
    private final Optional<PodScheduler> scheduler;
    private final List<SharedIndexInformer<?>> informers;

    /**
     * Starts the simulation.
     *
     * @param withNodes whether to create nodes, and to bind pods to them
     */
    PodSimulation(KubernetesClient client, boolean withNodes) {
        this.client = client;
        this.scheduler = Optional.of(new PodScheduler(client)).filter(any -> withNodes);
        scheduler.ifPresent(PodScheduler::createNodes);
        this.deploymentPods = new DeploymentPods(client);
        this.informers = List.of(
                watch(Deployment.class, PodSimulation::isRolledOut, PodSimulation::rolledOut, deploymentPods::update,
                        deployment -> {}),
                watch(PersistentVolumeClaim.class, PodSimulation::isBound, PodSimulation::bound, claim -> {},
                        claim -> {}),
                watch(Pod.class, pod -> hasStarted(pod) || scheduler.isPresent() && !PodScheduler.isBound(pod),
                        PodSimulation::running, this::schedule, pod -> scheduleAll()));
    }

    @Override
    public void close() {
        informers.forEach(SharedIndexInformer::close);
        later.shutdownNow();
    }

    private <T extends HasMetadata> SharedIndexInformer<T> watch(Class<T> type, Predicate<T> done,
            UnaryOperator<T> status, Consumer<T> changed, Consumer<T> deleted) {
        return client.resources(type).inAnyNamespace().inform(new ResourceEventHandler<>() {
            @Override
            public void onAdd(T object) {
                later.execute(() -> changed.accept(object));
                if (!done.test(object)) {
                    later.schedule(() -> say(status.apply(object)), MOMENT.toMillis(), TimeUnit.MILLISECONDS);
                }
            }

            @Override
            public void onUpdate(T before, T object) {
                onAdd(object);
            }

            @Override
            public void onDelete(T object, boolean lastStateUnknown) {
                later.execute(() -> deleted.accept(object));
            }
        });
    }

    /** Binds what waits when a pod is created, waits or ends. */
    private void schedule(Pod pod) {
        if (!PodScheduler.isBound(pod) || hasEnded(pod)) {
            scheduleAll();
        }
    }

    private void scheduleAll() {
        try {
            scheduler.ifPresent(PodScheduler::scheduleAll);
        } catch (KubernetesClientException e) {
            // The API server has stopped, or a list failed. The next event of a pod tries again.
        }
    }

    private static boolean hasEnded(Pod pod) {
        return pod.getStatus() != null && Set.of("Succeeded", "Failed").contains(
                Objects.requireNonNullElse(pod.getStatus().getPhase(), ""));
    }

    private void say(HasMetadata status) {
        try {
            client.resource(status).subresource("status").patch(APPLY);
        } catch (KubernetesClientException e) {
            // Deleted or changed in the meantime: the object has no status to write, or its next event writes it.
        }
    }

    static boolean isRolledOut(Deployment deployment) {
        int replicas = replicas(deployment);
        DeploymentStatus status = deployment.getStatus();
        return status != null
                && Objects.equals(status.getObservedGeneration(), deployment.getMetadata().getGeneration())
                && Optional.ofNullable(status.getReadyReplicas()).orElse(0) == replicas
                && Optional.ofNullable(status.getReplicas()).orElse(0) == replicas;
    }

    /** Returns a Deployment with only its name and the final status that its controller would write. */
    static Deployment rolledOut(Deployment deployment) {
        int replicas = replicas(deployment);
        String now = now();
        return new DeploymentBuilder()
                .withMetadata(identity(deployment))
                .withNewStatus()
                .withObservedGeneration(deployment.getMetadata().getGeneration())
                .withReplicas(replicas)
                .withUpdatedReplicas(replicas)
                .withReadyReplicas(replicas)
                .withAvailableReplicas(replicas)
                .addToConditions(
                        new DeploymentCondition(now, now, "Simulated: no container runs.", "MinimumReplicasAvailable",
                                "True", "Available"),
                        new DeploymentCondition(now, now, "Simulated: no container runs.", "NewReplicaSetAvailable",
                                "True", "Progressing"))
                .endStatus()
                .build();
    }

    static boolean hasStarted(Pod pod) {
        return pod.getStatus() != null && pod.getStatus().getPhase() != null
                && !pod.getStatus().getPhase().equals("Pending");
    }

    /** Returns a pod with only its name and the status that a kubelet writes when all containers run. */
    static Pod running(Pod pod) {
        String now = now();
        return new PodBuilder()
                .withMetadata(identity(pod))
                .withNewStatus()
                .withPhase("Running")
                .withStartTime(now)
                .withContainerStatuses(pod.getSpec().getContainers().stream()
                        .map(container -> new ContainerStatusBuilder()
                                .withName(container.getName()).withImage(container.getImage()).withImageID("")
                                .withReady(true).withRestartCount(0)
                                .withNewState().withNewRunning(now).endState().build())
                        .toList())
                .addToConditions(new PodConditionBuilder().withType("Ready").withStatus("True")
                        .withReason("Simulated").withMessage("Simulated: no container runs.").build())
                .endStatus()
                .build();
    }

    private static boolean isBound(PersistentVolumeClaim claim) {
        return claim.getStatus() != null && "Bound".equals(claim.getStatus().getPhase())
                && Objects.equals(claim.getStatus().getCapacity(), claim.getSpec().getResources().getRequests());
    }

    /** Returns a claim with only its name and the status of one that has a volume of the requested size. */
    private static PersistentVolumeClaim bound(PersistentVolumeClaim claim) {
        return new PersistentVolumeClaimBuilder()
                .withMetadata(identity(claim))
                .withNewStatus()
                .withPhase("Bound")
                .withAccessModes(claim.getSpec().getAccessModes())
                .withCapacity(claim.getSpec().getResources().getRequests())
                .endStatus()
                .build();
    }

    /** Includes the UID, to distinguish an object from a later one of the same name. */
    static ObjectMeta identity(HasMetadata object) {
        return new ObjectMetaBuilder()
                .withName(object.getMetadata().getName())
                .withNamespace(object.getMetadata().getNamespace())
                .withUid(object.getMetadata().getUid())
                .build();
    }

    private static String now() {
        return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    }

    static int replicas(Deployment deployment) {
        return Optional.ofNullable(deployment.getSpec().getReplicas()).orElse(1);
    }
}
