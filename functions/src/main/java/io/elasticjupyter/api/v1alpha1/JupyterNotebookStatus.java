package io.elasticjupyter.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.model.annotation.StatusReplicas;
import java.util.List;

/**
 * The observed state of a notebook.
 *
 * @param observedGeneration the {@code metadata.generation} that this status was computed for
 * @param conditions {@code Ready}, and where they apply {@code GatewayResolved}, {@code GatewayReady}, {@code SecretsResolved}, {@code PlainTextCredentials},
 *     {@code StorageBound}, {@code AuthenticationOverridden} and {@code Exposed}
 * @param url the URL of the notebook: outside the cluster if it is exposed, and inside otherwise
 * @param secretName the name of the Secret that holds the token or password; null when authentication is disabled
 * @param gatewayTokenHash the {@code tokenHash} of the gateway whose token the notebook has; null without a token
 * @param replicas the desired number of pods
 * @param readyReplicas the number of ready pods
 * @param failedDeliveries the events that could not be delivered; written by the dead-letter function
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record JupyterNotebookStatus(
        @JsonPropertyDescription("The metadata.generation of the resource that this status was computed for.") Long observedGeneration,
        @JsonPropertyDescription("Conditions of the notebook. Ready: the notebook server accepts requests, and its gateway is ready. GatewayResolved: the JupyterGateway in spec.gateway exists. GatewayReady: it is ready. SecretsResolved: the Secrets in spec.auth exist and have the keys. PlainTextCredentials: True if spec.auth contains a token or password as plain text. StorageBound: the PersistentVolumeClaim of spec.storage has a volume. AuthenticationOverridden: True if an argument in the template sets how users authenticate. Exposed: the Ingress or HTTPRoute of spec.expose has an address or is accepted. Delivered: False after an event about the notebook could not be delivered, until it has been reconciled again.") List<Condition> conditions,
        @JsonPropertyDescription("URL of the notebook server: outside the cluster if spec.expose is set, and inside the cluster otherwise.") String url,
        @JsonPropertyDescription("Name of the Secret that holds the token (key 'token') or the password (key 'password'). Unset if authentication is disabled.") String secretName,
        @JsonPropertyDescription("The tokenHash in the status of the gateway whose token the notebook has. Unset if the notebook has none.") String gatewayTokenHash,
        @JsonPropertyDescription("Desired number of pods of the Deployment.") Integer replicas,
        @StatusReplicas @JsonPropertyDescription("Number of ready pods of the Deployment.") Integer readyReplicas,
        @JsonPropertyDescription("Events about this resource that could not be delivered to a function. Unset if there were none.") FailedDeliveries failedDeliveries)
        implements
            JupyterStatus {}
