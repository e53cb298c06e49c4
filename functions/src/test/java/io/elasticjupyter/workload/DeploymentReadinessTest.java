package io.elasticjupyter.workload;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticjupyter.reconcile.Readiness;
import io.elasticjupyter.reconcile.Readiness.State;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DeploymentReadinessTest {

    @Test
    void waitsForAMissingDeployment() {
        assertThat(DeploymentReadiness.of(Optional.empty()).state()).isEqualTo(State.WAITING);
    }

    @Test
    void waitsForPods() {
        assertThat(DeploymentReadiness.of(Optional.of(deployment(1, null))))
                .isEqualTo(Readiness.waiting("PodsNotReady", "0 of 1 pods are ready."));
    }

    @Test
    void isReadyWhenAllPodsAre() {
        assertThat(DeploymentReadiness.of(Optional.of(deployment(2, 2))))
                .isEqualTo(Readiness.ready("2 of 2 pods are ready."));
    }

    @Test
    void reportsWhyNoPodCanBeCreated() {
        Deployment refused = new DeploymentBuilder(deployment(1, null)).editOrNewStatus()
                .addNewCondition().withType("ReplicaFailure").withStatus("True").withReason("FailedCreate")
                .withMessage("exceeded quota").endCondition()
                .endStatus().build();

        assertThat(DeploymentReadiness.of(Optional.of(refused)))
                .isEqualTo(Readiness.fault("FailedCreate", "exceeded quota"));
    }

    @Test
    void reportsARolloutThatExceedsItsDeadline() {
        Deployment stuck = new DeploymentBuilder(deployment(1, null)).editOrNewStatus()
                .addNewCondition().withType("Progressing").withStatus("False").withReason("ProgressDeadlineExceeded")
                .withMessage("timed out").endCondition()
                .endStatus().build();

        assertThat(DeploymentReadiness.of(Optional.of(stuck)).state()).isEqualTo(State.FAULT);
    }

    @Test
    void isNotReadyWhenScaledToZero() {
        assertThat(DeploymentReadiness.of(Optional.of(deployment(0, null))))
                .extracting(Readiness::state, Readiness::reason)
                .containsExactly(State.FAULT, "ScaledToZero");
    }

    private static Deployment deployment(int replicas, Integer ready) {
        return new DeploymentBuilder().withNewSpec().withReplicas(replicas).endSpec()
                .withNewStatus().withReadyReplicas(ready).endStatus().build();
    }
}
