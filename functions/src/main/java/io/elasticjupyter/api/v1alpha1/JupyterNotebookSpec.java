package io.elasticjupyter.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.model.annotation.SpecReplicas;

/**
 * The desired state of a notebook.
 *
 * @param gateway the gateway that runs the notebook's kernels; null to run them in the notebook server's pod
 * @param auth how users authenticate; null to require a generated token
 * @param template the notebook server's pod, defined inline; unset fields get defaults
 * @param templateRef the JupyterKernelTemplate from which the notebook server's pod is created, instead of {@code template}
 * @param resources the resource requests and limits of the server's container; ignored if the template sets them
 * @param kernelUsername the user name that the gateway receives for the notebook's kernels; null for the notebook's name
 * @param networkPolicy who may connect to the notebook server
 * @param storage the volume at the home directory; null if files are in the pod only
 * @param expose how the server is reached from outside the cluster; null if it is not
 * @param replicas the number of notebook servers: 0 stops the notebook; null for 1
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(value = "!has(self.template) || !has(self.templateRef)", message = "at most one of template and templateRef may be set: set template to define the pod inline, or templateRef to use a JupyterKernelTemplate")
@ValidationRule(value = "!has(self.kernelUsername) || self.kernelUsername != 'root'", fieldPath = ".kernelUsername", message = "kernelUsername must not be root, because Enterprise Gateway rejects that user: set another name")
@ValidationRule(value = "!has(self.expose) || !has(self.auth) || !has(self.auth.mode) || self.auth.mode != 'disable' || has(self.networkPolicy) && has(self.networkPolicy.from) && self.networkPolicy.from.size() > 0", fieldPath = ".networkPolicy", message = "networkPolicy.from must list who may connect if expose is set and auth.mode is 'disable', because all pods of the cluster could use the notebook otherwise: list the pods of the Ingress controller or Gateway, or set auth.mode to 'enable'")
public record JupyterNotebookSpec(
        @JsonPropertyDescription("Optional. JupyterGateway that runs the kernels of this notebook. If unset, kernels run in the notebook server's pod.") GatewayReference gateway,
        @JsonPropertyDescription("Optional. How users authenticate to the notebook server. If unset, a random token is generated and stored in the Secret that status.secretName names.") NotebookAuth auth,
        @JsonPropertyDescription("Optional. Pod of the notebook server. The container named 'notebook', or else the first container, runs the server. Fields of that container that are not set get defaults: the Jupyter image of this release, port 8888, a readiness probe and the server's configuration. Fields that are set are not changed. Must not be set together with templateRef.") PodTemplateSpec template,
        @JsonPropertyDescription("Optional. JupyterKernelTemplate that takes the place of template. A change of the JupyterKernelTemplate replaces the pod of the notebook server, which ends its kernels unless storage is set.") KernelTemplateReference templateRef,
        @JsonPropertyDescription("Optional. Resource requests and limits of the notebook server's container. Ignored if the container in template sets resources.") ResourceRequirements resources,
        @Size(min = 1, max = 63) @Pattern("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$") @JsonPropertyDescription("Optional. User name that is sent to the gateway with each kernel (KERNEL_USERNAME), and with which the names of its kernels begin. It tells the kernels of several notebooks apart, but does not protect them from each other. Defaults to the name of the notebook.") String kernelUsername,
        @JsonPropertyDescription("Optional. Who may connect to the notebook server. By default, no pod of the cluster, or all pods if expose is set; 'kubectl port-forward' works in any case.") NetworkPolicySettings networkPolicy,
        @JsonPropertyDescription("Optional. Volume at the home directory of the notebook server, which keeps the files when the pod is replaced. If unset, files are lost with the pod.") NotebookStorage storage,
        @JsonPropertyDescription("Optional. How the notebook server is reached from outside the cluster. If unset, only with 'kubectl port-forward'.") NotebookExposure expose,
        @SpecReplicas @Default("1") @Min(0) @Max(1) @JsonPropertyDescription("Optional. Number of notebook servers. 0 stops the notebook: its pod is deleted, its files stay if storage is set. 'kubectl scale' sets it. Defaults to 1.") Integer replicas) {}
