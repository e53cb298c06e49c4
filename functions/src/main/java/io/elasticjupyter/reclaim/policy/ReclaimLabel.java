package io.elasticjupyter.reclaim.policy;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Map;

/** The label of pods, and of Workloads of Kueue, that ask for the resources of idle kernels. Kueue copies it from Jobs if it is configured to. */
public final class ReclaimLabel {

    /** The key of the label. */
    public static final String KEY = "elastic-jupyter.io/reclaim";

    /** Its value. */
    public static final String IDLE_KERNELS = "idle-kernels";

    private ReclaimLabel() {}

    /** Returns whether an object asks. */
    public static boolean isSet(HasMetadata object) {
        Map<String, String> labels = object.getMetadata().getLabels();
        return labels != null && IDLE_KERNELS.equals(labels.get(KEY));
    }
}
