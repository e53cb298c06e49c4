package io.elasticjupyter.reclaim;

import io.elasticjupyter.cull.ReclaimableKernel;
import io.elasticjupyter.kubernetes.EventRecorder;
import io.elasticjupyter.reclaim.policy.Kernel;
import io.elasticjupyter.reclaim.policy.PodName;
import io.elasticjupyter.reclaim.policy.ReclaimDecision;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectReference;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What one run has read: what waits, and the kernels that hold what it waits for. */
abstract class Situation {

    private final Instant now;
    private final Map<PodName, ObjectReference> waiting = new HashMap<>();
    private final Map<PodName, String> versions = new HashMap<>();
    private final Map<PodName, ReclaimableKernel> kernels = new LinkedHashMap<>();

    Situation(Instant now) {
        this.now = now;
    }

    /** Returns the decisions, by what is known about the kernels now. */
    abstract List<ReclaimDecision> decide();

    /** Returns the decisions if none of them depends on what the kernels do; empty otherwise. */
    abstract Optional<List<ReclaimDecision>> decideWithoutKernels();

    /** Returns the pods with a lower priority than that, which hold what is waited for. */
    abstract Set<PodName> holdersBelow(int priority);

    /** Adds an object that waits. */
    void addWaiting(HasMetadata object) {
        PodName name = PodName.of(object);
        waiting.put(name, EventRecorder.about(object));
        versions.put(name, object.getMetadata().getResourceVersion());
    }

    Instant now() {
        return now;
    }

    /** Replaces kernels by what is known about them now, and returns whether that matters for a decision. */
    boolean replace(Collection<ReclaimableKernel> looked) {
        boolean changed = false;
        for (ReclaimableKernel kernel : looked) {
            ReclaimableKernel before = kernels.put(new PodName(kernel.namespace(), kernel.pod()), kernel);
            changed |= before == null || before.differsFrom(kernel, now);
        }
        return changed;
    }

    /** Returns the kernels. */
    Collection<ReclaimableKernel> kernels() {
        return kernels.values();
    }

    /** Returns the kernel of a pod; null if it has none. */
    ReclaimableKernel kernel(PodName pod) {
        return kernels.get(pod);
    }

    /** Returns whether a pod has a kernel that has ended. */
    boolean hasEnded(PodName pod) {
        ReclaimableKernel kernel = kernels.get(pod);
        return kernel != null && kernel.hasEnded();
    }

    /** Returns the kernels that have not ended, as the decision sees them. */
    List<Kernel> runningKernels() {
        return kernels.values().stream().filter(each -> !each.hasEnded()).map(each -> each.toPolicy(now)).toList();
    }

    /** Returns what waits under a name. */
    ObjectReference waiting(PodName name) {
        return waiting.get(name);
    }

    /** Returns all that waits. */
    Map<PodName, ObjectReference> waiting() {
        return Map.copyOf(waiting);
    }

    /** Returns the versions of all that waits. */
    Map<PodName, String> versions() {
        return Map.copyOf(versions);
    }

    /** Returns when one more kernel can first be culled for something with that priority. */
    Optional<Instant> nextChance(int priority) {
        Set<PodName> lower = holdersBelow(priority);
        return runningKernels().stream().filter(kernel -> lower.contains(kernel.pod()))
                .flatMap(kernel -> kernel.reclaimableAt(now).stream()).min(Instant::compareTo);
    }
}
