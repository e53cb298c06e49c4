package io.elasticjupyter.notebook;

import io.elasticjupyter.api.v1alpha1.JupyterNotebook;
import io.elasticjupyter.api.v1alpha1.JupyterNotebookSpec;
import io.elasticjupyter.kubernetes.ObjectId;
import io.elasticjupyter.reconcile.Observed;
import io.elasticjupyter.reconcile.TerminalException;
import io.elasticjupyter.workload.ReferencedTemplate;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import java.util.Objects;
import java.util.Optional;

/** Finds the template of a notebook server's pod, which is a part of the notebook's spec, a JupyterKernelTemplate, or empty. */
final class NotebookTemplate {

    private NotebookTemplate() {}

    /** Returns the JupyterKernelTemplate to which the notebook refers. */
    static Optional<ObjectId> reference(JupyterNotebook notebook) {
        return Optional.ofNullable(NotebookReconciler.spec(notebook).templateRef())
                .map(given -> ReferencedTemplate.id(notebook, given));
    }

    /**
     * Returns the template of the notebook server's pod.
     *
     * @throws TerminalException when the JupyterKernelTemplate to which the notebook refers does not exist
     */
    static PodTemplateSpec of(JupyterNotebook notebook, Observed observed) {
        JupyterNotebookSpec spec = NotebookReconciler.spec(notebook);
        return reference(notebook).map(id -> ReferencedTemplate.of(id, observed))
                .orElseGet(() -> Objects.requireNonNullElseGet(spec.template(), PodTemplateSpec::new));
    }
}
