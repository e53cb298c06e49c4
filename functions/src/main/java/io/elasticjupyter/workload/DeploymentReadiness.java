package io.elasticjupyter.workload;

import io.elasticjupyter.reconcile.Readiness;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentCondition;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatus;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Derives the readiness of an owner from the status of its Deployment. */
public final class DeploymentReadiness {

    private DeploymentReadiness() {}

    /** Returns whether the pods of a Deployment know better than its status why it is not ready: some exist, and are not ready. */
    public static boolean dependsOnPods(Optional<Deployment> deployment) {
        return readyReplicas(deployment) < replicas(deployment)
                && deployment.map(Deployment::getStatus).map(DeploymentStatus::getReplicas).orElse(0) > 0;
    }

    /** Returns the readiness of the owner, by the Deployment's status only. */
    public static Readiness of(Optional<Deployment> deployment) {
        return of(deployment, List.of());
    }

    /**
     * Returns the readiness of the owner, by the Deployment's
     * <a href="https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#deployment-status">status</a> and by that of its
     * pods.
     *
     * @param pods the pods of the Deployment, as far as they were read
     */
    public static Readiness of(Optional<Deployment> deployment, List<Pod> pods) {
        if (deployment.isEmpty()) {
            return Readiness.waiting("Deploying", "The Deployment has not been created yet.");
        }
        DeploymentStatus status = deployment.get().getStatus();
        int wanted = replicas(deployment);
        int ready = readyReplicas(deployment);
        Optional<DeploymentCondition> failure = condition(status, "ReplicaFailure", "True")
                .or(() -> PodReadiness.of(pods).isPresent()
                        ? Optional.empty()
                        : condition(status, "Progressing", "False"));
        if (wanted == 0) {
            return Readiness.fault("ScaledToZero", "The Deployment is scaled to 0: scale it to 1.");
        }
        if (ready >= wanted) {
            return Readiness.ready(ready + " of " + wanted + " pods are ready.");
        }
        return failure
                .map(because -> Readiness.fault(because.getReason(), because.getMessage()))
                .or(() -> PodReadiness.of(pods))
                .orElseGet(() -> Readiness.waiting("PodsNotReady", ready + " of " + wanted + " pods are ready."));
    }

    /** Returns how many pods are wanted. */
    public static int replicas(Optional<Deployment> deployment) {
        return deployment.map(d -> Objects.requireNonNullElse(d.getSpec().getReplicas(), 1)).orElse(0);
    }

    /** Returns how many pods are ready. */
    public static int readyReplicas(Optional<Deployment> deployment) {
        return deployment.map(Deployment::getStatus).map(DeploymentStatus::getReadyReplicas).orElse(0);
    }

    private static Optional<DeploymentCondition> condition(DeploymentStatus status, String type, String value) {
        return status == null
                ? Optional.empty()
                : status.getConditions().stream()
                        .filter(c -> type.equals(c.getType()) && value.equals(c.getStatus()))
                        .findFirst();
    }
}
