package io.elasticjupyter.console.policy;

import io.elasticjupyter.api.v1alpha1.GatewayReference;
import io.elasticjupyter.api.v1alpha1.JupyterNotebook;
import io.elasticjupyter.api.v1alpha1.JupyterNotebookSpec;
import io.elasticjupyter.api.v1alpha1.JupyterNotebookStatus;
import java.util.Optional;

/**
 * The fields of a JupyterNotebook that the console shows. Its credentials are not among them.
 *
 * @param namespace its namespace
 * @param name its name
 * @param gateway the gateway that runs its kernels
 * @param stopped whether it is stopped by {@code replicas: 0}
 * @param status its status; null before the first reconcile
 */
public record NotebookFacts(String namespace, String name, Optional<GatewayReference> gateway, boolean stopped,
        JupyterNotebookStatus status) {

    /** Returns the facts about a notebook. */
    public static NotebookFacts of(JupyterNotebook notebook) {
        Optional<JupyterNotebookSpec> spec = Optional.ofNullable(notebook.getSpec());
        return new NotebookFacts(notebook.getMetadata().getNamespace(), notebook.getMetadata().getName(),
                spec.map(JupyterNotebookSpec::gateway),
                spec.map(JupyterNotebookSpec::replicas).filter(replicas -> replicas == 0).isPresent(),
                notebook.getStatus());
    }
}
