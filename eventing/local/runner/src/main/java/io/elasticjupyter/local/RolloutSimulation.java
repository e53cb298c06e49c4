package io.elasticjupyter.local;

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
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Stands in for the Deployment controller and the kubelets where there are none: says of every Deployment that it is rolled
 * out, a moment after it was created or changed. No container runs.
 */
final class RolloutSimulation implements AutoCloseable {

    /** Long enough to see a resource become ready. */
    private static final Duration MOMENT = Duration.ofSeconds(1);

    private static final PatchContext APPLY = new PatchContext.Builder().withPatchType(PatchType.SERVER_SIDE_APPLY)
            .withFieldManager("rollout-simulation").withForce(true).build();

    private final KubernetesClient client;
    private final ScheduledExecutorService later = Executors
            .newSingleThreadScheduledExecutor(Thread.ofVirtual().factory());
    private SharedIndexInformer<Deployment> informer;

    private RolloutSimulation(KubernetesClient client) {
        this.client = client;
    }

    static RolloutSimulation start(KubernetesClient client) {
        var simulation = new RolloutSimulation(client);
        simulation.informer = client.apps().deployments().inAnyNamespace().inform(new ResourceEventHandler<>() {
            @Override
            public void onAdd(Deployment deployment) {
                simulation.rollOutSoon(deployment);
            }

            @Override
            public void onUpdate(Deployment before, Deployment deployment) {
                simulation.rollOutSoon(deployment);
            }

            @Override
            public void onDelete(Deployment deployment, boolean lastStateUnknown) {
                // Its pods would go by themselves.
            }
        });
        return simulation;
    }

    @Override
    public void close() {
        informer.close();
        later.shutdownNow();
    }

    private void rollOutSoon(Deployment deployment) {
        if (!isRolledOut(deployment)) {
            later.schedule(() -> rollOut(deployment), MOMENT.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void rollOut(Deployment deployment) {
        try {
            client.apps().deployments().resource(rolledOut(deployment)).subresource("status").patch(APPLY);
        } catch (KubernetesClientException e) {
            // Deleted or changed meanwhile: then there is nothing to say, or another call to say it.
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

    /** The Deployment's name and nothing but a status, as its controller writes it in the end. */
    static Deployment rolledOut(Deployment deployment) {
        int replicas = replicas(deployment);
        String now = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
        return new DeploymentBuilder()
                .withNewMetadata()
                .withName(deployment.getMetadata().getName())
                .withNamespace(deployment.getMetadata().getNamespace())
                // A Deployment of the same name that came after this one is another matter.
                .withUid(deployment.getMetadata().getUid())
                .endMetadata()
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

    private static int replicas(Deployment deployment) {
        return Optional.ofNullable(deployment.getSpec().getReplicas()).orElse(1);
    }
}
