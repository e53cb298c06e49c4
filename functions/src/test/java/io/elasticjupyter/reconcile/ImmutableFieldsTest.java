package io.elasticjupyter.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import org.junit.jupiter.api.Test;

class ImmutableFieldsTest {

    @Test
    void aDeploymentIsReplacedForItsSelectorOrItsStrategy() {
        Deployment present = deployment("ada", "RollingUpdate");

        assertThat(ImmutableFields.differ(present, deployment("ada", "RollingUpdate"))).isFalse();
        assertThat(ImmutableFields.differ(present, deployment("ada", "Recreate"))).isTrue();
        assertThat(ImmutableFields.differ(present, deployment("bob", "RollingUpdate"))).isTrue();
    }

    @Test
    void aRoleBindingIsReplacedForItsRole() {
        assertThat(ImmutableFields.differ(binding("edit"), binding("edit"))).isFalse();
        assertThat(ImmutableFields.differ(binding("edit"), binding("view"))).isTrue();
    }

    private static Deployment deployment(String name, String strategy) {
        return new DeploymentBuilder().withNewSpec().withNewSelector().addToMatchLabels("app", name).endSelector()
                .withNewStrategy().withType(strategy).endStrategy().endSpec().build();
    }

    private static RoleBinding binding(String role) {
        return new RoleBindingBuilder().withNewRoleRef().withName(role).endRoleRef().build();
    }
}
