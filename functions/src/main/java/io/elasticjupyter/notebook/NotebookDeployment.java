package io.elasticjupyter.notebook;

import io.elasticjupyter.api.v1alpha1.JupyterNotebook;
import io.elasticjupyter.kubernetes.Labels;
import io.elasticjupyter.reconcile.Observed;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import java.util.Map;

/** Builds the notebook server's Deployment. */
final class NotebookDeployment {

    private NotebookDeployment() {}

    static Map<String, String> labels(JupyterNotebook notebook) {
        return Labels.of(Labels.NOTEBOOK, notebook);
    }

    static Deployment desired(JupyterNotebook notebook, Observed observed) {
        NotebookGateway.requireToken(notebook, observed);
        return new DeploymentBuilder()
                .withNewMetadata().withLabels(labels(notebook)).endMetadata()
                .withNewSpec()
                .withReplicas(NotebookReconciler.replicas(notebook))
                // A new pod may need the volume that the old one still holds.
                .withNewStrategy().withType("Recreate").endStrategy()
                .withNewSelector().withMatchLabels(labels(notebook)).endSelector()
                .withTemplate(NotebookPod.of(notebook, NotebookTemplate.of(notebook, observed),
                        NotebookSecret.hash(notebook, observed)))
                .endSpec()
                .build();
    }
}
