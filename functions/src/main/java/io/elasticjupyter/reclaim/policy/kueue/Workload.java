package io.elasticjupyter.reclaim.policy.kueue;

import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Version;

/** A Job, or another object whose pods Kueue starts together, in the queue or with quota. Only the fields that are read. */
@Group(Workload.GROUP)
@Version(Workload.VERSION)
public class Workload extends CustomResource<WorkloadSpec, WorkloadStatus> implements Namespaced {

    /** The API group of Kueue. */
    public static final String GROUP = "kueue.x-k8s.io";

    /** The version of its API, which Kueue 0.15 and later serve. */
    public static final String VERSION = "v1beta2";

    private static final long serialVersionUID = 1L;
}
