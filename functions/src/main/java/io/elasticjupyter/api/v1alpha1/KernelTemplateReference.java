package io.elasticjupyter.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/**
 * Names a JupyterKernelTemplate.
 *
 * @param name its name
 * @param namespace its namespace; null: the namespace of the resource that refers to it
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record KernelTemplateReference(
        @Required @Size(min = 1, max = 253) @JsonPropertyDescription("Name of the JupyterKernelTemplate.") String name,
        @Size(min = 1, max = 63) @JsonPropertyDescription("Namespace of the JupyterKernelTemplate. Default: the resource's own.") String namespace) {}
