package io.elasticjupyter.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.EnvVar;
import java.util.List;

/**
 * What a kernel spec offers. The fields are those of
 * <a href="https://jupyter-client.readthedocs.io/en/stable/kernels.html#kernel-specs">Jupyter's kernel.json</a>.
 *
 * @param language the kernel's language
 * @param displayName what the notebook's launcher shows
 * @param image the image of the kernel's pod
 * @param env environment of the kernel
 * @param command what the gateway runs to start a kernel; null or empty: the launcher that comes with the kernel spec
 * @param className the gateway's process proxy
 * @param template the JupyterKernelTemplate of the kernel's pod
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(value = "has(self.image) || has(self.template) || (has(self.command) && self.command.size() > 0)", message = "a kernel needs an image: set image, or template, or a command that knows one")
public record JupyterKernelSpecSpec(
        @Default("python") @Size(min = 1, max = 253) @JsonPropertyDescription("The kernel's language.") String language,
        @Size(min = 1, max = 253) @JsonPropertyDescription("What the notebook's launcher shows. Default: the kernel spec's name.") String displayName,
        @Size(min = 1, max = 1024) @JsonPropertyDescription("The image of the kernel's pod. It wins over the image in the template.") String image,
        @Size(max = 256) @JsonPropertyDescription("Environment of the kernel. It wins over the environment in the template.") List<EnvVar> env,
        @Size(max = 256) @JsonPropertyDescription("What the gateway runs to start a kernel. Default: a launcher that creates a JupyterKernel.") List<String> command,
        @Size(min = 1, max = 253) @JsonPropertyDescription("The gateway's process proxy class. Default: Enterprise Gateway's KubernetesProcessProxy.") String className,
        @JsonPropertyDescription("The JupyterKernelTemplate that the kernel's pod is made from.") KernelTemplateReference template) {}
