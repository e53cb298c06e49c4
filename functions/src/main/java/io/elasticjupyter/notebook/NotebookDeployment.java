package io.elasticjupyter.notebook;

import io.elasticjupyter.api.v1alpha1.JupyterNotebook;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import java.util.Map;

/** The notebook server. Its replicas are left out: one by default, or what an autoscaler or a person says. */
final class NotebookDeployment {

    private NotebookDeployment() {}

    static Map<String, String> labels(JupyterNotebook notebook) {
        return Map.of("app.kubernetes.io/name", "jupyter-notebook", "app.kubernetes.io/instance",
                notebook.getMetadata().getName());
    }

    static Deployment of(JupyterNotebook notebook, Secret secret) {
        return new DeploymentBuilder()
                .withNewMetadata().withName(notebook.getMetadata().getName()).withLabels(labels(notebook)).endMetadata()
                .withNewSpec()
                // A new pod may need the volume that the old one still holds.
                .withNewStrategy().withType("Recreate").endStrategy()
                .withNewSelector().withMatchLabels(labels(notebook)).endSelector()
                .withTemplate(NotebookPod.of(notebook, secret))
                .endSpec()
                .build();
    }
}
