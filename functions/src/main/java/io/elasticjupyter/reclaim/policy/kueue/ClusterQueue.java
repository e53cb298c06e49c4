package io.elasticjupyter.reclaim.policy.kueue;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Version;
import java.util.List;
import java.util.Objects;

/** A queue with quotas, for Workloads of many namespaces. Only the fields that are read. */
@Group(Workload.GROUP)
@Version(Workload.VERSION)
public class ClusterQueue extends CustomResource<ClusterQueue.Spec, ClusterQueue.Status> {

    private static final long serialVersionUID = 1L;

    /**
     * The quotas of a queue.
     *
     * @param resourceGroups the quotas
     * @param cohortName the cohort whose quotas it shares; null for none
     * @param queueingStrategy {@code BestEffortFIFO}, or {@code StrictFIFO}: no Workload overtakes another
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Spec(List<ResourceGroup> resourceGroups, String cohortName, String queueingStrategy) {

        public Spec {
            resourceGroups = List.copyOf(Objects.requireNonNullElse(resourceGroups, List.of()));
        }
    }

    /** Whether the queue is active, in a condition. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Status(List<Condition> conditions) {

        public Status {
            conditions = List.copyOf(Objects.requireNonNullElse(conditions, List.of()));
        }
    }
}
