package io.elasticjupyter.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.EnvVar;
import java.util.List;

/**
 * The desired state of a kernel spec. Most fields map to a field of
 * <a href="https://jupyter-client.readthedocs.io/en/stable/kernels.html#kernel-specs">Jupyter's kernel.json</a>.
 *
 * @param language the programming language of the kernel
 * @param displayName the name that JupyterLab's launcher shows
 * @param image the container image of the kernel; overrides the image in the template
 * @param env environment variables of the kernel; override those in the template
 * @param command the command that the gateway runs to start a kernel; null or empty for the built-in launcher
 * @param className the class name of the gateway's process proxy
 * @param template the JupyterKernelTemplate from which the kernel's pod is created
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(value = "has(self.image) || has(self.template) || (has(self.command) && self.command.size() > 0)", message = "at least one of image, template and command must be set, because the kernel needs a container image")
public record JupyterKernelSpecSpec(
        @Default("python") @Size(min = 1, max = 253) @JsonPropertyDescription("Optional. Programming language of the kernel. Defaults to 'python'.") String language,
        @Size(min = 1, max = 253) @JsonPropertyDescription("Optional. Name that JupyterLab's launcher shows. Defaults to the name of the kernel spec.") String displayName,
        @Size(min = 1, max = 1024) @JsonPropertyDescription("Optional. Container image of the kernel. Overrides the image of the template's first container. Required if neither template nor command is set.") String image,
        @Size(max = 256) @JsonPropertyDescription("Optional. Environment variables of the kernel. Override variables of the same name in the template.") List<EnvVar> env,
        @Size(max = 256) @JsonPropertyDescription("Optional. Command that the gateway runs, in its own container, to start a kernel. Defaults to a launcher that creates a JupyterKernel.") List<String> command,
        @Size(min = 1, max = 253) @Pattern("^[A-Za-z_][A-Za-z0-9_]*(\\.[A-Za-z_][A-Za-z0-9_]*)+$") @JsonPropertyDescription("Optional. Class name of the gateway's process proxy. Defaults to Enterprise Gateway's KubernetesProcessProxy.") String className,
        @JsonPropertyDescription("Optional. JupyterKernelTemplate from which the kernel's pod is created. Defaults to a pod with one container that runs image.") KernelTemplateReference template) {}
