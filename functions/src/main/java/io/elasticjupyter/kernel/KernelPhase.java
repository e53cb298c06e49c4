package io.elasticjupyter.kernel;

import io.elasticjupyter.api.v1alpha1.JupyterKernelStatus.Phase;
import io.elasticjupyter.reconcile.ConditionsBuilder;
import io.elasticjupyter.reconcile.Readiness;
import io.elasticjupyter.reconcile.StartFailure;
import io.elasticjupyter.workload.PodReadiness;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Derives the phase and the readiness of a kernel from its pod's
 * <a href="https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/">status</a>.
 */
final class KernelPhase {

    /** Reasons for which a container waits until somebody changes its template or creates an object. */
    private static final Set<String> HOPELESS = Set.of("InvalidImageName", "ErrImageNeverPull",
            "CreateContainerConfigError");

    /** What container runtimes say of an image that a registry does not have or does not hand out. */
    private static final List<String> REFUSED_PULL = List.of("not found", "access denied", "unauthorized",
            "authorization failed");

    private static final String STARTING = "Starting";
    private static final String TERMINATING = "Terminating";
    private static final String SUCCEEDED = "Succeeded";

    /** The reasons of a condition {@code Ready} that is {@code False} and reports no fault. */
    static final Set<String> WITHOUT_FAULT = Set.of(STARTING, TERMINATING, SUCCEEDED);

    private KernelPhase() {}

    static Phase of(Pod pod) {
        return switch (Objects.requireNonNullElse(status(pod).getPhase(), "Pending")) {
            case "Running" -> Phase.Running;
            case "Succeeded" -> Phase.Succeeded;
            case "Failed" -> Phase.Failed;
            // A pod on a lost node may still be running.
            case "Unknown" -> Phase.Running;
            default -> Phase.Pending;
        };
    }

    private static Readiness readiness(Pod pod) {
        return switch (of(pod)) {
            case Pending -> terminating(pod).orElseGet(() -> whyPending(status(pod)));
            case Running -> terminating(pod).or(() -> crashing(status(pod)))
                    .orElseGet(() -> Readiness.ready("The kernel's pod is running."));
            case Succeeded -> Readiness.waiting(SUCCEEDED, "The kernel has exited.");
            case Failed -> StartFailure.of(pod).orElseGet(() -> whyFailed(status(pod)));
        };
    }

    /** The status keeps the reason for which a pod is deleted, because a deleted pod cannot be read. */
    private static Optional<Readiness> terminating(Pod pod) {
        return disruption(status(pod)).or(() -> pod.isMarkedForDeletion()
                ? Optional.of(Readiness.waiting(TERMINATING, "The kernel's pod is being deleted."))
                : Optional.empty());
    }

    /**
     * Returns why something else than the gateway deletes the pod: an eviction, a preemption or a lost node
     * (<a href="https://kubernetes.io/docs/concepts/workloads/pods/disruptions/#pod-disruption-conditions">disruption conditions</a>).
     */
    private static Optional<Readiness> disruption(PodStatus status) {
        return status.getConditions().stream()
                .filter(c -> "DisruptionTarget".equals(c.getType()) && "True".equals(c.getStatus()))
                .map(c -> Readiness.fault(Objects.requireNonNullElse(c.getReason(), "DisruptionTarget"),
                        Objects.requireNonNullElse(c.getMessage(), "The kernel's pod is being evicted.")))
                .findFirst();
    }

    /** Adds {@code Ready}, and a condition for each phase after the first, as the Go operator does. */
    static void addConditions(Pod pod, ConditionsBuilder conditions) {
        Readiness readiness = readiness(pod);
        conditions.ready(readiness);
        for (Phase phase : List.of(Phase.Running, Phase.Succeeded, Phase.Failed)) {
            conditions.add(phase.name(), phase == of(pod), readiness.reason(), readiness.message());
        }
    }

    /**
     * Returns why a pod cannot start until somebody corrects the template: its image or a Secret does not exist, or may not be pulled.
     * Room on a node, in contrast, may become free.
     */
    static Optional<Readiness> hopeless(Pod pod) {
        return of(pod) == Phase.Pending && !pod.isMarkedForDeletion()
                ? PodReadiness.waiting(status(pod)).filter(why -> HOPELESS.contains(why.reason())
                        || why.reason().equals("ImagePullBackOff")
                                && REFUSED_PULL.stream().anyMatch(why.message()::contains))
                : Optional.empty();
    }

    static Optional<String> completionTime(Pod pod) {
        return Set.of(Phase.Succeeded, Phase.Failed).contains(of(pod))
                ? terminated(status(pod)).map(ContainerStateTerminated::getFinishedAt).filter(Objects::nonNull)
                        .findFirst()
                : Optional.empty();
    }

    private static Readiness whyPending(PodStatus status) {
        return PodReadiness.unscheduled(status).or(() -> PodReadiness.waiting(status))
                .orElseGet(() -> Readiness.waiting(STARTING, "The kernel's pod is starting."));
    }

    private static Optional<Readiness> crashing(PodStatus status) {
        return PodReadiness.waiting(status).filter(why -> why.reason().equals("CrashLoopBackOff"));
    }

    private static Readiness whyFailed(PodStatus status) {
        Optional<Readiness> crash = terminated(status)
                .filter(end -> end.getExitCode() != null && end.getExitCode() != 0)
                .map(end -> Readiness.fault(Objects.requireNonNullElse(end.getReason(), "Error"),
                        "The kernel has ended with " + PodReadiness.ending(end)))
                .findFirst();
        Readiness failed = Readiness.fault(Objects.requireNonNullElse(status.getReason(), "Failed"),
                Objects.requireNonNullElse(status.getMessage(), "The kernel's pod has failed."));
        return status.getReason() == null ? disruption(status).or(() -> crash).orElse(failed) : failed;
    }

    private static Stream<ContainerStateTerminated> terminated(PodStatus status) {
        return status.getContainerStatuses().stream().map(ContainerStatus::getState).filter(Objects::nonNull)
                .map(state -> state.getTerminated()).filter(Objects::nonNull);
    }

    private static PodStatus status(Pod pod) {
        return Objects.requireNonNullElseGet(pod.getStatus(), PodStatus::new);
    }
}
