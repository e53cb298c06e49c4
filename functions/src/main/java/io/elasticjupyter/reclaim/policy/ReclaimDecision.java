package io.elasticjupyter.reclaim.policy;

import java.util.List;
import java.util.Optional;

/**
 * What is freed for a pod that waits, or why nothing is.
 *
 * @param pod the pod that waits
 * @param reason the outcome
 * @param message the outcome as a sentence for users
 * @param node the node on which the pod fits once the victims are gone; empty if there are none
 * @param victims the kernels to cull, the idlest first
 * @param exhaustive whether the victims are the first set in the order of {@link ReclaimPolicy}. If false, there were too many
 *         combinations, and another set may be smaller or idler; the pod fits all the same, and no victim is needless.
 */
public record ReclaimDecision(PendingPod pod, Reason reason, String message, Optional<String> node,
        List<Kernel> victims, boolean exhaustive) {

    public ReclaimDecision {
        victims = List.copyOf(victims);
    }

    /** The outcome. The names are those of the reasons of Kubernetes Events. */
    public enum Reason {
        /** Kernels are culled. */
        RECLAIM("Reclaim"),
        /** The pod fits on a node already, and the scheduler can bind it. */
        FITS("Fits"),
        /** The pod fits on a node once pods that terminate have ended. */
        FITS_SOON("FitsSoon"),
        /** The pod has a constraint that the policy cannot evaluate. */
        CONSTRAINT_NOT_EVALUATED("ConstraintNotEvaluated"),
        /** The pod may not run on any node that is ready. */
        NO_NODE_MATCHES("NoNodeMatches"),
        /** The pod requests more than any node has on which it may run. */
        TOO_LARGE("TooLarge"),
        /** No node would have enough resources without all the kernels that may be culled. */
        NOT_ENOUGH_IDLE("NotEnoughIdle"),
        /** Another pod that waits would take what is freed. */
        ANOTHER_POD_FIRST("AnotherPodFirst");

        private final String word;

        /** Returns whether nothing is deleted now, and other kernels that become idle can change that. */
        public boolean dependsOnKernels() {
            return this == NO_NODE_MATCHES || this == NOT_ENOUGH_IDLE || this == ANOTHER_POD_FIRST;
        }

        Reason(String word) {
            this.word = word;
        }

        /** Returns the reason as a CamelCase word. */
        public String word() {
            return word;
        }
    }

    /** Returns whether the decision depends on what the kernels do: it culls some, or would if they were idle. */
    public boolean needsKernels() {
        return reason == Reason.RECLAIM || reason.dependsOnKernels();
    }

    static ReclaimDecision nothing(PendingPod pod, Reason reason, String message) {
        return new ReclaimDecision(pod, reason, message, Optional.empty(), List.of(), true);
    }
}
