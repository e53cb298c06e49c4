package io.elasticjupyter.reclaim;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import java.util.Map;
import java.util.Objects;

/** Tells the pods that wait and ask for the resources of idle kernels from others. */
final class WaitingPods {

    /** The label of pods for which idle kernels are culled, and its value. */
    static final String LABEL = "elastic-jupyter.io/reclaim";
    static final String IDLE_KERNELS = "idle-kernels";

    private WaitingPods() {}

    /** Returns whether a pod asks for the resources of idle kernels, and the scheduler has found no node for it. */
    static boolean isWaiting(Pod pod) {
        return isPending(pod) && IDLE_KERNELS.equals(Objects
                .requireNonNullElse(pod.getMetadata().getLabels(), Map.<String, String>of()).get(LABEL))
                && pod.getStatus().getConditions().stream().anyMatch(WaitingPods::isUnschedulable);
    }

    /** Returns whether the scheduler looks for a node for a pod. */
    static boolean isPending(Pod pod) {
        return !pod.isMarkedForDeletion()
                && (pod.getSpec().getNodeName() == null || pod.getSpec().getNodeName().isEmpty())
                && pod.getSpec().getSchedulingGates().isEmpty() && pod.getStatus() != null
                && "Pending".equals(pod.getStatus().getPhase());
    }

    private static boolean isUnschedulable(PodCondition condition) {
        return "PodScheduled".equals(condition.getType()) && "False".equals(condition.getStatus())
                && "Unschedulable".equals(condition.getReason());
    }
}
