package io.elasticjupyter.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/**
 * Names a JupyterKernelTemplate.
 *
 * @param name its name
 * @param namespace its namespace; null: the namespace of the resource that refers to it
 * @param kind may be said, as in Kubernetes' ObjectReference, and adds nothing
 * @param apiVersion may be said, as in Kubernetes' ObjectReference, and adds nothing
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record KernelTemplateReference(
        @Required @Size(min = 1, max = 253) @JsonPropertyDescription("Name of the JupyterKernelTemplate.") String name,
        @Size(min = 1, max = 63) @JsonPropertyDescription("Namespace of the JupyterKernelTemplate. Default: the resource's own.") String namespace,
        @Pattern("^JupyterKernelTemplate$") @JsonPropertyDescription("May be said: JupyterKernelTemplate.") String kind,
        @Pattern("^kubeflow\\.tkestack\\.io/v1alpha1$") @JsonPropertyDescription("May be said: kubeflow.tkestack.io/v1alpha1.") String apiVersion) {

    /** What matters of one: which. */
    public KernelTemplateReference(String name, String namespace) {
        this(name, namespace, null, null);
    }
}
