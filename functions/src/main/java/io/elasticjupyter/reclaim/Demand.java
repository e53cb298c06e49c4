package io.elasticjupyter.reclaim;

import io.elasticjupyter.cull.KernelReclaim;
import io.elasticjupyter.reclaim.policy.PodName;
import io.elasticjupyter.reclaim.policy.Wording;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectReference;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Objects that wait for resources of idle kernels: pods that no node has room for, or Workloads without quota. */
interface Demand {

    /** An object that waits, in one version. */
    record Waiting(PodName name, String version) {

        static Waiting of(HasMetadata object) {
            return new Waiting(PodName.of(object), object.getMetadata().getResourceVersion());
        }
    }

    /** Reads the state of the cluster for a run. */
    Situation read(KernelReclaim reclaim, Instant now);

    /** Returns the object with a name, if it waits. */
    List<Waiting> find(PodName name);

    /** Returns all objects that wait. */
    List<Waiting> all();

    /** Returns whether an object still waits, and is not another one with the same name. */
    boolean stillWaits(ObjectReference waiting);

    /** Waits until an object does not wait any more, or is gone. Returns false if it waits for longer. */
    boolean isMet(ObjectReference waiting, Duration within);

    /** Returns the text for an object that waits for longer, such as "the scheduler has not bound the pod". */
    String notMet();

    /** Returns what an object is called in the Events of kernels, for which {@code namespace/name} is a pod. */
    String text(PodName name);

    /** Returns the wording of messages. */
    Wording wording();
}
