package io.elasticjupyter.console.policy;

import io.elasticjupyter.api.v1alpha1.Conditions;
import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.api.v1alpha1.JupyterKernel;
import io.elasticjupyter.api.v1alpha1.JupyterKernelSpecification;
import io.elasticjupyter.api.v1alpha1.JupyterKernelStatus;
import io.elasticjupyter.api.v1alpha1.JupyterStatus;
import io.elasticjupyter.api.v1alpha1.KernelActivityStatus;
import io.elasticjupyter.api.v1alpha1.NotebookReference;
import io.elasticjupyter.cull.policy.KeepUntil;
import io.elasticjupyter.kubernetes.OwnerReferences;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.OwnerReference;
import java.util.Optional;

/**
 * The fields of a JupyterKernel that the console shows.
 *
 * @param namespace its namespace
 * @param name its name, which is that of its pod
 * @param owner the user in its spec
 * @param notebook the notebook in its spec
 * @param gateway the name of the JupyterGateway that controls it
 * @param created when it was created (RFC 3339)
 * @param terminating whether it is being deleted
 * @param status its status; null before the first reconcile
 * @param keepUntil the value of its annotation {@link KeepUntil#ANNOTATION}
 */
public record KernelFacts(String namespace, String name, Optional<String> owner, Optional<NotebookReference> notebook,
        Optional<String> gateway, String created, boolean terminating, JupyterKernelStatus status,
        Optional<String> keepUntil) {

    /** Returns the facts about a kernel. */
    public static KernelFacts of(JupyterKernel kernel) {
        Optional<JupyterKernelSpecification> spec = Optional.ofNullable(kernel.getSpec());
        return new KernelFacts(kernel.getMetadata().getNamespace(), kernel.getMetadata().getName(),
                spec.map(JupyterKernelSpecification::user), spec.map(JupyterKernelSpecification::notebook),
                OwnerReferences.controllerOf(kernel, JupyterGateway.class).map(OwnerReference::getName),
                kernel.getMetadata().getCreationTimestamp(), kernel.isMarkedForDeletion(), kernel.getStatus(),
                Optional.ofNullable(kernel.getMetadata().getAnnotations())
                        .map(annotations -> annotations.get(KeepUntil.ANNOTATION)));
    }

    Optional<KernelActivityStatus> activity() {
        return Optional.ofNullable(status).map(JupyterKernelStatus::activity);
    }

    Optional<JupyterKernelStatus.Phase> phase() {
        return Optional.ofNullable(status).map(JupyterKernelStatus::phase);
    }

    Optional<Condition> ready() {
        return Conditions.of(status).find(JupyterStatus.READY);
    }

    KernelState state() {
        if (terminating) {
            return KernelState.TERMINATING;
        }
        return switch (phase().orElse(null)) {
            case Succeeded, Failed -> KernelState.ENDED;
            case Running -> activity().map(KernelActivityStatus::executionState).flatMap(KernelState::named)
                    .orElse(KernelState.UNKNOWN);
            case Pending -> status.nodeName() == null ? KernelState.WAITING : KernelState.STARTING;
            case null -> ready().filter(each -> JupyterKernelStatus.GATEWAY_FULL.equals(each.getReason())).isPresent()
                    ? KernelState.WAITING
                    : KernelState.STARTING;
        };
    }
}
