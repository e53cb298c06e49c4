package io.elasticjupyter.reclaim.policy.kueue;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import java.util.Objects;

/**
 * Resources that a pod gets in the same flavor.
 *
 * @param coveredResources the names of the resources
 * @param flavors the flavors, in the order in which Kueue tries them
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record ResourceGroup(List<String> coveredResources, List<FlavorQuotas> flavors) {

    public ResourceGroup {
        coveredResources = List.copyOf(Objects.requireNonNullElse(coveredResources, List.of()));
        flavors = List.copyOf(Objects.requireNonNullElse(flavors, List.of()));
    }

    /** The quotas of a flavor. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record FlavorQuotas(String name, List<ResourceQuota> resources) {

        public FlavorQuotas {
            resources = List.copyOf(Objects.requireNonNullElse(resources, List.of()));
        }
    }

    /**
     * The quota of a resource in a flavor.
     *
     * @param nominalQuota the amount
     * @param borrowingLimit the largest amount that can be borrowed from the cohort; null for no limit
     * @param lendingLimit the largest amount that can be lent to the cohort; null for no limit
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record ResourceQuota(String name, Quantity nominalQuota, Quantity borrowingLimit, Quantity lendingLimit) {}
}
