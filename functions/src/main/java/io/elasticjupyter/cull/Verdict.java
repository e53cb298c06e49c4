package io.elasticjupyter.cull;

import io.elasticjupyter.api.v1alpha1.TerminatingKernel;
import io.elasticjupyter.cull.policy.Decision;
import io.elasticjupyter.cull.policy.KeepUntil;
import io.elasticjupyter.cull.policy.KernelActivity;
import java.util.Optional;

/** The verdict on one kernel. */
sealed interface Verdict {

    /** The kernel is to be deleted. */
    record Due(IndexedKernel kernel, Optional<KernelActivity> activity, long idleSeconds, String why,
            Optional<String> waitingPod)
            implements
                Verdict {

        boolean isUnlisted() {
            return activity.isEmpty();
        }

        TerminatingKernel toRecord(String run) {
            return new TerminatingKernel(kernel.reference().getName(), kernel.reference().getUid(), run,
                    idleSeconds, kernel.pod().requests(), waitingPod.orElse(null));
        }
    }

    /** The kernel is deleted, or would be in a dry run; by another request if not by this one. */
    record Deleted(Due due, boolean byThis) implements Verdict {}

    /** The kernel remains. Without an activity, its gateway does not list it. */
    record Remains(IndexedKernel kernel, Optional<KernelActivity> activity, Decision decision,
            Optional<KeepUntil> keepUntil) implements Verdict {}

    /** A request failed, and the kernel may be deleted or not. It remains recorded. */
    record Undecided(Due due, Decision retry) implements Verdict {}
}
