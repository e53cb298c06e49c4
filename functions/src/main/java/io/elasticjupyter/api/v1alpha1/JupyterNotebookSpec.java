package io.elasticjupyter.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.ResourceRequirements;

/**
 * What a notebook's user asks for.
 *
 * @param gateway where kernels run; null: inside the notebook server's own pod
 * @param auth who may open the notebook; null: whoever knows the token in the notebook's Secret
 * @param template the pod to run, completed where it is silent; null: the stock image
 * @param resources of the server's container, unless the template says them
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record JupyterNotebookSpec(
        @JsonPropertyDescription("The JupyterGateway that runs this notebook's kernels. Without it kernels run in the notebook server's own pod.") GatewayReference gateway,
        @JsonPropertyDescription("Who may open the notebook. Without it a random token is made and kept in the Secret that status.secretName names.") NotebookAuth auth,
        @JsonPropertyDescription("The notebook server's pod. What it leaves out is completed: the container named 'notebook' (or else the first) gets the stock image, port 8888, probes and the server's configuration.") PodTemplateSpec template,
        @JsonPropertyDescription("What the notebook server's container requests and may use. What the template says of it wins.") ResourceRequirements resources) {}
