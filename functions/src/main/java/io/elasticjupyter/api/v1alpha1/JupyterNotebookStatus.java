package io.elasticjupyter.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;

/**
 * What was found true of a notebook.
 *
 * @param observedGeneration the generation of the spec that this speaks of
 * @param conditions {@code Ready}
 * @param url where the notebook answers inside the cluster
 * @param secretName the Secret that holds the token or password; null when authentication is disabled
 * @param replicas pods that the Deployment wants
 * @param readyReplicas pods that answer
 * @param failedDeliveries events about it that no function took; the dead-letter function writes it
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record JupyterNotebookStatus(
        @JsonPropertyDescription("The generation of the spec that this status speaks of.") Long observedGeneration,
        @JsonPropertyDescription("Ready: whether the notebook answers; reason and message say why not.") List<Condition> conditions,
        @JsonPropertyDescription("Where the notebook answers inside the cluster.") String url,
        @JsonPropertyDescription("The Secret that holds the token or password (keys 'token', 'password').") String secretName,
        @JsonPropertyDescription("Pods that the Deployment wants.") Integer replicas,
        @JsonPropertyDescription("Pods that answer.") Integer readyReplicas,
        @JsonPropertyDescription("Events about it that no function took.") FailedDeliveries failedDeliveries)
        implements
            JupyterStatus {}
