package io.elasticjupyter.notebook;

import io.elasticjupyter.api.v1alpha1.JupyterNotebook;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;

/** Builds the Service of the notebook inside the cluster. */
final class NotebookService {

    private NotebookService() {}

    static Service desired(JupyterNotebook notebook) {
        return new ServiceBuilder()
                .withNewSpec()
                .withSelector(NotebookDeployment.labels(notebook))
                .addNewPort().withName("http").withProtocol("TCP").withPort(NotebookReconciler.PORT)
                .withNewTargetPort(NotebookReconciler.PORT).endPort()
                .endSpec()
                .build();
    }
}
