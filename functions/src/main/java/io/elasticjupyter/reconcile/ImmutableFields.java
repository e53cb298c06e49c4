package io.elasticjupyter.reconcile;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import java.util.Objects;

/** Knows the fields that Kubernetes lets nobody change: a child that differs there has to be made anew. */
final class ImmutableFields {

    private ImmutableFields() {}

    static boolean needed(HasMetadata present, HasMetadata desired) {
        return switch (desired) {
            case RoleBinding binding -> !Objects.equals(binding.getRoleRef(), ((RoleBinding) present).getRoleRef());
            // An applied 'Recreate' would meet the parameters of the rolling update that stands there, and be refused.
            case Deployment deployment -> {
                var wanted = deployment.getSpec();
                var there = ((Deployment) present).getSpec();
                yield !Objects.equals(wanted.getSelector(), there.getSelector())
                        || !Objects.equals(wanted.getStrategy().getType(), there.getStrategy().getType());
            }
            default -> false;
        };
    }
}
