package io.elasticjupyter.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/**
 * Names a JupyterGateway.
 *
 * @param name its name
 * @param namespace its namespace; null: the namespace of the resource that refers to it
 * @param kind may be said, as in Kubernetes' ObjectReference, and adds nothing
 * @param apiVersion may be said, as in Kubernetes' ObjectReference, and adds nothing
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record GatewayReference(
        @Required @Size(min = 1, max = 63) @JsonPropertyDescription("Name of the JupyterGateway.") String name,
        @Size(min = 1, max = 63) @JsonPropertyDescription("Namespace of the JupyterGateway. Default: the notebook's own.") String namespace,
        @Pattern("^JupyterGateway$") @JsonPropertyDescription("May be said: JupyterGateway.") String kind,
        @Pattern("^kubeflow\\.tkestack\\.io/v1alpha1$") @JsonPropertyDescription("May be said: kubeflow.tkestack.io/v1alpha1.") String apiVersion) {

    /** What matters of one: which. */
    public GatewayReference(String name, String namespace) {
        this(name, namespace, null, null);
    }
}
