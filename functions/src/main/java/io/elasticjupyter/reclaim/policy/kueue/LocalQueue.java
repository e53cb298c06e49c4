package io.elasticjupyter.reclaim.policy.kueue;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Version;

/** The name of a ClusterQueue in a namespace. Only the fields that are read. */
@Group(Workload.GROUP)
@Version(Workload.VERSION)
public class LocalQueue extends CustomResource<LocalQueue.Spec, Void> implements Namespaced {

    private static final long serialVersionUID = 1L;

    /** @param clusterQueue the ClusterQueue */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Spec(String clusterQueue) {}
}
