package io.elasticjupyter.workload;

import io.elasticjupyter.reconcile.Readiness;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Derives what a pod waits for from its
 * <a href="https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/">status</a>, in the words of the scheduler and the
 * kubelet.
 */
public final class PodReadiness {

    private static final String BACK_OFF = "ImagePullBackOff";
    private static final String PULL = "ErrImagePull";
    private static final String CRASH_LOOP = "CrashLoopBackOff";
    private static final String CREATING = "ContainerCreating";

    /** Reasons for which a container waits without a fault. */
    private static final Set<String> ON_ITS_WAY = Set.of(CREATING, "PodInitializing");

    private PodReadiness() {}

    /** Returns what the newest of the pods of a Deployment waits for; empty if none says more than that it is not ready. */
    public static Optional<Readiness> of(List<Pod> pods) {
        Optional<Pod> newest = pods.stream().filter(pod -> !pod.isMarkedForDeletion())
                .max(Comparator.comparing(pod -> pod.getMetadata().getCreationTimestamp()));
        if (newest.isEmpty()) {
            return pods.stream().findFirst().map(pod -> Readiness.waiting("Terminating",
                    "The pod '" + pod.getMetadata().getName() + "' is being deleted. Another one follows."));
        }
        PodStatus status = status(newest.get());
        return unscheduled(status).or(() -> evicted(status)).or(() -> waiting(status)).or(() -> initializing(status))
                .or(() -> creating(status))
                .or(() -> unready(status));
    }

    /** Returns why no node runs a pod; empty if one does. */
    public static Optional<Readiness> unscheduled(PodStatus status) {
        return condition(status, "PodScheduled").filter(c -> "False".equals(c.getStatus()))
                .map(c -> Readiness.fault(Objects.requireNonNullElse(c.getReason(), "Unschedulable"),
                        "The pod cannot be scheduled: " + c.getMessage()));
    }

    /** Returns why a container of a pod cannot start, or ends again and again; empty if none waits. */
    public static Optional<Readiness> waiting(PodStatus status) {
        return containers(status).flatMap(container -> waiting(container).stream()).findFirst();
    }

    private static Optional<Readiness> waiting(ContainerStatus container) {
        Optional<ContainerStateTerminated> failure = failure(container);
        Optional<ContainerStateWaiting> waiting = Optional.ofNullable(container.getState())
                .map(ContainerState::getWaiting);
        boolean isStuck = waiting.filter(it -> !reason(it).equals(CRASH_LOOP) && !ON_ITS_WAY.contains(reason(it)))
                .isPresent();
        if (isStuck) {
            return waiting.map(it -> Readiness.fault(reason(it).equals(PULL) ? BACK_OFF : reason(it),
                    "The container '" + container.getName() + "' waits: " + cause(it)));
        }
        return failure.filter(end -> !Boolean.TRUE.equals(container.getReady())).map(end -> Readiness.fault(CRASH_LOOP,
                "The container '" + container.getName() + "' ends at its start, last with " + ending(end)))
                .or(() -> waiting.filter(it -> reason(it).equals(CRASH_LOOP)).map(it -> Readiness.fault(CRASH_LOOP,
                        "The container '" + container.getName() + "' waits: " + cause(it))));
    }

    /** Returns how a container has ended, with the last line of its termination message, which is the end of its log. */
    public static String ending(ContainerStateTerminated end) {
        String line = Objects.requireNonNullElse(end.getMessage(), "").strip();
        line = line.substring(line.lastIndexOf('\n') + 1).strip();
        return "exit code " + end.getExitCode()
                + (end.getReason() == null || end.getReason().equals("Error") ? "" : " (" + end.getReason() + ")")
                + (line.isEmpty() ? "." : ": " + line);
    }

    /** Returns the last end of a container that was started again after an error. */
    private static Optional<ContainerStateTerminated> failure(ContainerStatus container) {
        return Stream.of(container.getState(), container.getLastState()).filter(Objects::nonNull)
                .map(ContainerState::getTerminated).filter(Objects::nonNull)
                .filter(end -> end.getExitCode() != null && end.getExitCode() != 0).findFirst()
                .filter(end -> Objects.requireNonNullElse(container.getRestartCount(), 0) > 0);
    }

    private static Optional<Readiness> evicted(PodStatus status) {
        return Optional.of(status).filter(it -> "Failed".equals(it.getPhase())).map(it -> Readiness.fault(
                Objects.requireNonNullElse(it.getReason(), "Failed"),
                Objects.requireNonNullElse(it.getMessage(), "The pod has failed.")));
    }

    private static Optional<Readiness> initializing(PodStatus status) {
        return status.getInitContainerStatuses().stream()
                .filter(container -> !Boolean.TRUE.equals(container.getReady()))
                .filter(container -> container.getState() != null && container.getState().getRunning() != null)
                .findFirst().map(container -> Readiness.waiting("PodInitializing", "The init container '"
                        + container.getName() + "' has been running since "
                        + container.getState().getRunning().getStartedAt() + "."));
    }

    /**
     * Returns what the kubelet does before it starts the containers. When the volumes are mounted and the network is set up
     * ({@code PodReadyToStartContainers}), it pulls the images.
     */
    private static Optional<Readiness> creating(PodStatus status) {
        return containers(status).filter(container -> container.getState() != null
                && container.getState().getWaiting() != null).findFirst()
                .map(container -> Readiness.waiting(CREATING, condition(status, "PodReadyToStartContainers")
                        .filter(c -> "True".equals(c.getStatus()))
                        .map(c -> "The image " + container.getImage() + " is being pulled, since "
                                + c.getLastTransitionTime() + ".")
                        .orElse("The volumes and the network of the pod are being set up"
                                + (status.getStartTime() == null ? "." : ", since " + status.getStartTime() + ".")
                                + " 'kubectl describe pod' says what is missing.")));
    }

    private static Optional<Readiness> unready(PodStatus status) {
        return containers(status).filter(container -> !Boolean.TRUE.equals(container.getReady())).findFirst()
                .filter(container -> container.getState() != null && container.getState().getRunning() != null)
                .map(container -> Readiness.waiting("PodsNotReady", "The container '" + container.getName()
                        + "' has been running since " + container.getState().getRunning().getStartedAt()
                        + " and does not accept requests yet."));
    }

    private static Stream<ContainerStatus> containers(PodStatus status) {
        return Stream.concat(status.getInitContainerStatuses().stream(), status.getContainerStatuses().stream());
    }

    private static Optional<PodCondition> condition(PodStatus status, String type) {
        return status.getConditions().stream().filter(c -> type.equals(c.getType())).findFirst();
    }

    private static String reason(ContainerStateWaiting waiting) {
        return Objects.requireNonNullElse(waiting.getReason(), "Waiting");
    }

    /** Returns the cause without the text that changes with every attempt, which would change the status each time. */
    private static String cause(ContainerStateWaiting waiting) {
        String message = Objects.requireNonNullElse(waiting.getMessage(), reason(waiting));
        return message.substring(message.lastIndexOf(PULL + ": ") < 0
                ? 0
                : message.lastIndexOf(PULL + ": ") + (PULL + ": ").length());
    }

    private static PodStatus status(Pod pod) {
        return Objects.requireNonNullElseGet(pod.getStatus(), PodStatus::new);
    }
}
