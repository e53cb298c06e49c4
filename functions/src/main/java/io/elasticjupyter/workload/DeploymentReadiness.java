package io.elasticjupyter.workload;

import io.elasticjupyter.reconcile.Readiness;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentCondition;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatus;
import java.util.Objects;
import java.util.Optional;

/** Derives the readiness of an owner from the status of its Deployment. */
public final class DeploymentReadiness {

    private DeploymentReadiness() {}

    /**
     * Returns the readiness of the owner, by the Deployment's
     * <a href="https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#deployment-status">status</a>.
     */
    public static Readiness of(Optional<Deployment> deployment) {
        if (deployment.isEmpty()) {
            return Readiness.waiting("Deploying", "The Deployment has not been created yet.");
        }
        DeploymentStatus status = deployment.get().getStatus();
        int wanted = replicas(deployment);
        int ready = readyReplicas(deployment);
        Optional<DeploymentCondition> failure = condition(status, "ReplicaFailure", "True")
                .or(() -> condition(status, "Progressing", "False"));
        if (wanted == 0) {
            return Readiness.fault("ScaledToZero", "The Deployment is scaled to 0: scale it to 1.");
        }
        if (ready >= wanted) {
            return Readiness.ready(ready + " of " + wanted + " pods are ready.");
        }
        return failure
                .map(because -> Readiness.fault(because.getReason(), because.getMessage()))
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
