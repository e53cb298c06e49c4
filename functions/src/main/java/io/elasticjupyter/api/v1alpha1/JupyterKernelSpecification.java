package io.elasticjupyter.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import java.util.List;

/**
 * The desired state of a kernel. The usual name of this type is that of {@linkplain JupyterKernelSpec another kind}.
 *
 * @param template the pod, defined inline; null when {@code templateRef} is set
 * @param templateRef the JupyterKernelTemplate from which the pod is created; null when {@code template} is set
 * @param image the container image of the kernel; overrides the image in the template
 * @param env environment variables of the kernel; override those in the template
 * @param launchTimeout seconds after which the gateway gives up a kernel that does not start; null if nothing waits for it
 * @param user the user whose kernel it is, as the client of the gateway reports it
 * @param notebook the notebook that started the kernel, as the client of the gateway reports it
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(value = "has(self.template) != has(self.templateRef)", message = "exactly one of template and templateRef must be set: set template to define the pod inline, or templateRef to use a JupyterKernelTemplate")
public record JupyterKernelSpecification(
        @JsonPropertyDescription("Optional. Pod of the kernel, defined inline. Its first container runs the kernel. Exactly one of template and templateRef must be set.") PodTemplateSpec template,
        @JsonPropertyDescription("Optional. JupyterKernelTemplate from which the kernel's pod is created. Exactly one of template and templateRef must be set.") KernelTemplateReference templateRef,
        @Size(min = 1, max = 1024) @JsonPropertyDescription("Optional. Container image of the kernel. Overrides the image of the template's first container.") String image,
        @Size(max = 256) @JsonPropertyDescription("Optional. Environment variables of the kernel. Override variables of the same name in the template.") List<EnvVar> env,
        @Min(1) @Max(3600) @JsonPropertyDescription("Optional. Seconds for which the gateway waits for the kernel to start. Afterwards, no pod is created, and a JupyterKernel that never had one is deleted. At least 1, at most 3600. Set by the gateway's launcher. If unset, the pod is created whenever that becomes possible.") Integer launchTimeout,
        @Size(min = 1, max = 253) @JsonPropertyDescription("Optional. User whose kernel it is. Set by the gateway's launcher, as the client of the gateway reports it (KERNEL_USERNAME).") String user,
        @JsonPropertyDescription("Optional. Notebook that started the kernel. Set by the gateway's launcher, as the client of the gateway reports it (KERNEL_NOTEBOOK).") NotebookReference notebook) {}
