package io.elasticjupyter.reclaim.policy.kueue;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Version;
import java.util.List;
import java.util.Objects;

/** Quotas that ClusterQueues share. A cohort without quotas and parent needs no object. Only the fields that are read. */
@Group(Workload.GROUP)
@Version(Workload.VERSION)
public class Cohort extends CustomResource<Cohort.Spec, Void> {

    private static final long serialVersionUID = 1L;

    /**
     * The quotas that the cohort has in addition to those of its ClusterQueues.
     *
     * @param parentName the cohort whose quotas it shares; null for none
     * @param resourceGroups the quotas
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Spec(String parentName, List<ResourceGroup> resourceGroups) {

        public Spec {
            resourceGroups = List.copyOf(Objects.requireNonNullElse(resourceGroups, List.of()));
        }
    }
}
