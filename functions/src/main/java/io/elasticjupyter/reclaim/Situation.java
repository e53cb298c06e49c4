package io.elasticjupyter.reclaim;

import io.elasticjupyter.cull.ReclaimableKernel;
import io.elasticjupyter.reclaim.policy.PodName;
import io.elasticjupyter.reclaim.policy.ReclaimDecision;
import io.fabric8.kubernetes.api.model.ObjectReference;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What one run has read: what waits, and the kernels that hold what it waits for. */
interface Situation {

    /** Returns the decisions, by what is known about the kernels now. */
    List<ReclaimDecision> decide();

    /** Returns the decisions if none of them depends on what the kernels do; empty otherwise. */
    Optional<List<ReclaimDecision>> decideWithoutKernels();

    /** Replaces kernels by what is known about them now, and returns whether that matters for a decision. */
    boolean replace(Collection<ReclaimableKernel> looked);

    /** Returns the kernels. */
    Collection<ReclaimableKernel> kernels();

    /** Returns the kernel of a pod. */
    ReclaimableKernel kernel(PodName pod);

    /** Returns what waits under a name. */
    ObjectReference waiting(PodName name);

    /** Returns all that waits. */
    Map<PodName, ObjectReference> waiting();

    /** Returns the versions of all that waits. */
    Map<PodName, String> versions();

    /** Returns when one more kernel can first be culled for something with that priority. */
    Optional<Instant> nextChance(int priority);
}
