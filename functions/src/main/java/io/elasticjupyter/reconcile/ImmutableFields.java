package io.elasticjupyter.reconcile;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import java.util.Objects;

/** Compares the fields that Kubernetes declares immutable. A child that differs in one of them must be replaced. */
final class ImmutableFields {

    private ImmutableFields() {}

    static boolean differ(HasMetadata present, HasMetadata desired) {
        return switch (desired) {
            case RoleBinding binding -> !Objects.equals(binding.getRoleRef(), ((RoleBinding) present).getRoleRef());
            // An applied 'Recreate' would be merged with the parameters of the existing rolling update, and rejected.
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
