package io.elasticjupyter.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import java.util.List;

/**
 * What a kernel runs. It is named so because {@link JupyterKernelSpec} is a kind of its own.
 *
 * @param template the pod, written out; null when {@code templateRef} names it
 * @param templateRef the JupyterKernelTemplate that the pod is made from; null when {@code template} has it
 * @param image the kernel's image, laid over the pod's
 * @param env the kernel's environment, laid over the pod's
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(value = "has(self.template) != has(self.templateRef)", message = "set either template, with the pod written out, or templateRef, with the name of a JupyterKernelTemplate")
public record JupyterKernelSpecification(
        @JsonPropertyDescription("The kernel's pod, written out. Its first container is the kernel.") PodTemplateSpec template,
        @JsonPropertyDescription("The JupyterKernelTemplate that the kernel's pod is made from.") KernelTemplateReference templateRef,
        @Size(min = 1, max = 1024) @JsonPropertyDescription("The kernel's image. It wins over the image in the template.") String image,
        @Size(max = 256) @JsonPropertyDescription("Environment of the kernel. It wins over the environment in the template.") List<EnvVar> env) {}
