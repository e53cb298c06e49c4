package io.elasticjupyter.reclaim.policy.kueue;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What Kueue has decided on a Workload.
 *
 * @param conditions its conditions
 * @param admission the quota that it has; null if it has none
 * @param resourceRequests what it was found to request, while it has no quota
 * @param reclaimablePods the pods that need their quota no more
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record WorkloadStatus(List<Condition> conditions, Admission admission, List<Request> resourceRequests,
        List<Reclaimable> reclaimablePods) {

    public WorkloadStatus {
        conditions = List.copyOf(Objects.requireNonNullElse(conditions, List.of()));
        resourceRequests = List.copyOf(Objects.requireNonNullElse(resourceRequests, List.of()));
        reclaimablePods = List.copyOf(Objects.requireNonNullElse(reclaimablePods, List.of()));
    }

    /** @return whether there is a condition with this type, status and reason; a null reason matches all */
    boolean has(String type, String status, String reason) {
        return conditions.stream().anyMatch(each -> type.equals(each.getType()) && status.equals(each.getStatus())
                && (reason == null || reason.equals(each.getReason())));
    }

    /** The quota of a Workload, in one ClusterQueue. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Admission(String clusterQueue, List<Assignment> podSetAssignments) {

        public Admission {
            podSetAssignments = List.copyOf(Objects.requireNonNullElse(podSetAssignments, List.of()));
        }
    }

    /**
     * The quota of a set of pods.
     *
     * @param name the name of the set
     * @param flavors the flavor of each resource
     * @param resourceUsage the amount of each resource, for all its pods
     * @param count how many pods it has
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Assignment(String name, Map<String, String> flavors, Map<String, Quantity> resourceUsage,
            Integer count) {

        public Assignment {
            flavors = Map.copyOf(Objects.requireNonNullElse(flavors, Map.of()));
            resourceUsage = Map.copyOf(Objects.requireNonNullElse(resourceUsage, Map.of()));
        }
    }

    /** The amounts that a set of pods requests, all its pods together. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Request(String name, Map<String, Quantity> resources) {

        public Request {
            resources = Map.copyOf(Objects.requireNonNullElse(resources, Map.of()));
        }
    }

    /** How many pods of a set need their quota no more. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Reclaimable(String name, Integer count) {}
}
