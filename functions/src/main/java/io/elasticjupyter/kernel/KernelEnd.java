package io.elasticjupyter.kernel;

import io.elasticjupyter.api.v1alpha1.Conditions;
import io.elasticjupyter.api.v1alpha1.JupyterKernel;
import io.elasticjupyter.api.v1alpha1.JupyterKernelStatus;
import io.elasticjupyter.api.v1alpha1.JupyterKernelStatus.Phase;
import io.elasticjupyter.api.v1alpha1.JupyterStatus;
import io.elasticjupyter.reconcile.Readiness;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * Decides whether a kernel that has no pod has ended, and why. The pod is gone, so the reason is what the status of the kernel reports
 * about it.
 */
final class KernelEnd {

    private KernelEnd() {}

    /** Returns whether the kernel has a pod, or had one. That of a Deployment of the Go operator has no known name. */
    static boolean hadPod(JupyterKernel kernel) {
        JupyterKernelStatus status = kernel.getStatus();
        return status != null
                && (status.podName() != null || status.phase() != null && status.phase() != Phase.Pending);
    }

    /**
     * Returns why a kernel without a pod has ended; empty if its pod is yet to be created. A pod that was deleted is not created again,
     * even if the kernel has not run as far as its status reports: it may have run for a moment, and the gateway that has shut it down
     * would never delete a second pod.
     */
    static Optional<Readiness> of(JupyterKernel kernel, Instant now) {
        if (hadPod(kernel)) {
            return Optional.of(podDeleted(kernel.getStatus()));
        }
        return isGivenUp(kernel, now) ? Optional.of(givenUp(kernel)) : Optional.empty();
    }

    /**
     * Returns whether the gateway no longer waits for the kernel. Enterprise Gateway gives up a kernel that does not start in time, and
     * never deletes the JupyterKernel. Without a status, it is not known whether the kernel has a pod.
     */
    static boolean isGivenUp(JupyterKernel kernel, Instant now) {
        Integer timeout = kernel.getSpec().launchTimeout();
        return timeout != null && kernel.getStatus() != null
                && !now.isBefore(Instant.parse(kernel.getMetadata().getCreationTimestamp()).plusSeconds(timeout));
    }

    private static Readiness givenUp(JupyterKernel kernel) {
        return Readiness.fault("LaunchTimeout", "The kernel had no pod " + kernel.getSpec().launchTimeout()
                + " s after it was created, and its gateway no longer waits for it." + lastState(kernel.getStatus()));
    }

    private static Readiness podDeleted(JupyterKernelStatus status) {
        String when = switch (Objects.requireNonNullElse(status.phase(), Phase.Pending)) {
            case Pending -> "before it was seen running";
            case Running -> "while it was running";
            case Succeeded -> "after the kernel had exited";
            case Failed -> "after the kernel had failed";
        };
        String message = "The kernel has ended: its pod "
                + (status.podName() == null ? "" : "'" + status.podName() + "' ") + "was deleted " + when + ".";
        return isFault(status)
                ? Readiness.fault("PodDeleted", message + lastState(status))
                : Readiness.waiting("PodDeleted", message);
    }

    private static String lastState(JupyterKernelStatus status) {
        return isFault(status)
                ? ready(status).map(last -> " Its last state was " + last.getReason() + ": " + last.getMessage())
                        .orElse("")
                : "";
    }

    /** The gateway deletes the pod of a kernel that is shut down, which is no fault. */
    private static boolean isFault(JupyterKernelStatus status) {
        return ready(status).filter(last -> !last.getStatus().equals("True"))
                .filter(last -> !KernelPhase.WITHOUT_FAULT.contains(last.getReason())).isPresent();
    }

    private static Optional<Condition> ready(JupyterKernelStatus status) {
        return Conditions.of(status).find(JupyterStatus.READY);
    }
}
