package io.elasticjupyter.kernel;

import io.elasticjupyter.api.v1alpha1.Conditions;
import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.api.v1alpha1.JupyterKernel;
import io.elasticjupyter.api.v1alpha1.JupyterKernelStatus;
import io.elasticjupyter.api.v1alpha1.JupyterKernelStatus.Phase;
import io.elasticjupyter.api.v1alpha1.JupyterStatus;
import io.elasticjupyter.kubernetes.ObjectId;
import io.elasticjupyter.kubernetes.OwnerReferences;
import io.elasticjupyter.reconcile.Observed;
import io.elasticjupyter.reconcile.Readiness;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Decides whether a kernel has a place at its gateway, which may have {@code maxKernels}. Kernels that have a pod come first, and then
 * those without one in the order of their creation, so that two new kernels do not both take the last place.
 */
final class KernelPlace {

    private static final Set<Phase> EXITED = Set.of(Phase.Succeeded, Phase.Failed);

    private static final Comparator<JupyterKernel> BY_CREATION = Comparator
            .<JupyterKernel, Instant>comparing(kernel -> Instant.parse(kernel.getMetadata().getCreationTimestamp()))
            .thenComparing(kernel -> kernel.getMetadata().getName());

    private KernelPlace() {}

    /** Returns the gateway that controls the kernel. */
    static Optional<ObjectId> gateway(JupyterKernel kernel) {
        return OwnerReferences.controllerOf(kernel, JupyterGateway.class)
                .map(owner -> ObjectId.beside(kernel, JupyterGateway.class, owner.getName()));
    }

    /** Returns which other kernels take a place of its gateway; empty if the kernel has a pod or its gateway has no limit. */
    static Optional<Predicate<JupyterKernel>> peers(JupyterKernel kernel, Observed observed) {
        return limited(kernel, observed)
                .map(gateway -> other -> OwnerReferences.isControlledBy(other, gateway) && !isSame(kernel, other));
    }

    /**
     * Returns the readiness of a kernel that has no place, and must not get a pod; empty if it has one. A kernel that its gateway has
     * given up needs none.
     *
     * @param observed the gateway, the kernel's pod, and the other kernels of the gateway
     */
    static Optional<Readiness> missing(JupyterKernel kernel, Observed observed, Instant now) {
        return limited(kernel, observed).filter(gateway -> !KernelEnd.isGivenUp(kernel, now))
                .filter(gateway -> ahead(kernel, observed, gateway, now) >= gateway.getSpec().maxKernels())
                .map(gateway -> Readiness.fault(JupyterKernelStatus.GATEWAY_FULL, "JupyterGateway '"
                        + gateway.getMetadata().getName() + "' has its maxKernels of " + gateway.getSpec().maxKernels()
                        + " kernels. The kernel starts when one of them ends: shut down a kernel that is no longer needed,"
                        + " or raise maxKernels."));
    }

    /** Returns whether the kernel has no place according to its status. */
    static boolean isMissing(JupyterKernel kernel) {
        return Conditions.of(kernel.getStatus()).find(JupyterStatus.READY)
                .filter(ready -> ready.getReason().equals(JupyterKernelStatus.GATEWAY_FULL)).isPresent();
    }

    /** Returns the gateway of a kernel without a pod, if it has a limit. */
    private static Optional<JupyterGateway> limited(JupyterKernel kernel, Observed observed) {
        if (KernelEnd.hadPod(kernel) || observed.namesake(kernel, Pod.class)
                .filter(pod -> OwnerReferences.isControlledBy(pod, kernel)).isPresent()) {
            return Optional.empty();
        }
        return gateway(kernel).flatMap(observed::get).map(JupyterGateway.class::cast)
                .filter(gateway -> OwnerReferences.isControlledBy(kernel, gateway))
                .filter(gateway -> gateway.getSpec() != null && gateway.getSpec().maxKernels() != null);
    }

    private static long ahead(JupyterKernel kernel, Observed observed, JupyterGateway gateway, Instant now) {
        return observed.ofType(JupyterKernel.class).stream()
                .filter(other -> OwnerReferences.isControlledBy(other, gateway) && !isSame(kernel, other)
                        && takesPlace(other, now))
                .filter(other -> KernelEnd.hadPod(other) || BY_CREATION.compare(other, kernel) < 0).count();
    }

    private static boolean takesPlace(JupyterKernel kernel, Instant now) {
        return !kernel.isMarkedForDeletion() && (KernelEnd.hadPod(kernel)
                ? kernel.getStatus().phase() == null || !EXITED.contains(kernel.getStatus().phase())
                : !KernelEnd.isGivenUp(kernel, now));
    }

    private static boolean isSame(JupyterKernel one, JupyterKernel other) {
        return one.getMetadata().getUid().equals(other.getMetadata().getUid());
    }
}
