package io.elasticjupyter.reclaim.policy.kueue;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What a Workload requests.
 *
 * @param podSets its pods
 * @param queueName the LocalQueue in its namespace
 * @param priority its priority; null for 0
 * @param active false if it must not get quota
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record WorkloadSpec(List<PodSet> podSets, String queueName, Integer priority, Boolean active) {

    public WorkloadSpec {
        podSets = List.copyOf(Objects.requireNonNullElse(podSets, List.of()));
    }

    /**
     * Pods with the same template.
     *
     * @param name the name
     * @param template the template
     * @param count how many there are; null for 1
     * @param topologyRequest the topology that they need; null for none
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record PodSet(String name, PodTemplateSpec template, Integer count, Map<String, Object> topologyRequest) {

        int pods() {
            return count == null ? 1 : count;
        }
    }
}
