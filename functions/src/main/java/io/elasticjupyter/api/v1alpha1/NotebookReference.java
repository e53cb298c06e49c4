package io.elasticjupyter.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/**
 * References a JupyterNotebook.
 *
 * @param name the name of the JupyterNotebook
 * @param namespace the namespace of the JupyterNotebook
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record NotebookReference(
        @Required @Size(min = 1, max = 63) @JsonPropertyDescription("Required. Name of the JupyterNotebook.") String name,
        @Required @Size(min = 1, max = 63) @JsonPropertyDescription("Required. Namespace of the JupyterNotebook.") String namespace) {}
