package io.elasticjupyter.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/**
 * References a JupyterKernelTemplate.
 *
 * @param name the name of the JupyterKernelTemplate
 * @param namespace the namespace of the JupyterKernelTemplate; null for the namespace of the referring resource
 * @param kind optional and ignored; accepted for compatibility with Kubernetes' ObjectReference
 * @param apiVersion optional and ignored; accepted for compatibility with Kubernetes' ObjectReference
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record KernelTemplateReference(
        @Required @Size(min = 1, max = 253) @JsonPropertyDescription("Required. Name of the JupyterKernelTemplate.") String name,
        @Size(min = 1, max = 63) @JsonPropertyDescription("Optional. Namespace of the JupyterKernelTemplate. Defaults to the namespace of the referring resource.") String namespace,
        @Pattern("^JupyterKernelTemplate$") @JsonPropertyDescription("Optional. If set, must be 'JupyterKernelTemplate'.") String kind,
        @Pattern("^kubeflow\\.tkestack\\.io/v1alpha1$") @JsonPropertyDescription("Optional. If set, must be 'kubeflow.tkestack.io/v1alpha1'.") String apiVersion) {

    /** Creates a reference without the optional {@code kind} and {@code apiVersion}. */
    public KernelTemplateReference(String name, String namespace) {
        this(name, namespace, null, null);
    }
}
