package io.elasticjupyter.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.ResourceRequirements;

/**
 * The desired state of a notebook.
 *
 * @param gateway the gateway that runs the notebook's kernels; null to run them in the notebook server's pod
 * @param auth how users authenticate; null to require a generated token
 * @param template the notebook server's pod; unset fields get defaults
 * @param resources the resource requests and limits of the server's container; ignored if the template sets them
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record JupyterNotebookSpec(
        @JsonPropertyDescription("Optional. JupyterGateway that runs the kernels of this notebook. If unset, kernels run in the notebook server's pod.") GatewayReference gateway,
        @JsonPropertyDescription("Optional. How users authenticate to the notebook server. If unset, a random token is generated and stored in the Secret that status.secretName names.") NotebookAuth auth,
        @JsonPropertyDescription("Optional. Pod of the notebook server. The container named 'notebook', or else the first container, runs the server. Fields of that container that are not set get defaults: the Jupyter image of this release, port 8888, a readiness probe and the server's configuration. Fields that are set are not changed.") PodTemplateSpec template,
        @JsonPropertyDescription("Optional. Resource requests and limits of the notebook server's container. Ignored if the container in template sets resources.") ResourceRequirements resources) {}
