package io.elasticjupyter.reclaim.policy;

import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;

/**
 * A kernel on a node.
 *
 * @param kernel the kernel
 * @param pod its pod
 * @param idle how long it has been idle
 * @param exemption why it is not culled, whatever waits
 */
record Candidate(Kernel kernel, PodOnNode pod, Duration idle, Optional<Kernel.Exemption> exemption) {

    /** The idlest first; by name if they have been idle for the same time. */
    static final Comparator<Candidate> IDLEST_FIRST = Comparator.comparing(Candidate::idle).reversed()
            .thenComparing(each -> each.pod().name());

    /** Returns why the kernel is not culled for a pod; empty if it can be. */
    Optional<Kernel.Exemption> exemptionFor(PendingPod pending) {
        return pod.priority() >= pending.priority() ? Optional.of(Kernel.Exemption.PRIORITY) : exemption;
    }
}
