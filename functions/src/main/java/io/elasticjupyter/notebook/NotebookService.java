package io.elasticjupyter.notebook;

import io.elasticjupyter.api.v1alpha1.JupyterNotebook;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;

/** Where the notebook answers inside the cluster. */
final class NotebookService {

    private NotebookService() {}

    static Service of(JupyterNotebook notebook) {
        return new ServiceBuilder()
                .withNewMetadata().withName(notebook.getMetadata().getName()).endMetadata()
                .withNewSpec()
                .withSelector(NotebookDeployment.labels(notebook))
                .addNewPort().withName("http").withProtocol("TCP").withPort(NotebookReconciler.PORT)
                .withNewTargetPort(NotebookReconciler.PORT).endPort()
                .endSpec()
                .build();
    }
}
