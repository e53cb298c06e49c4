package io.elasticjupyter.kernelspec;

import io.elasticjupyter.api.v1alpha1.JupyterKernelSpec;
import io.elasticjupyter.api.v1alpha1.JupyterKernelSpecStatus;
import io.elasticjupyter.kubernetes.ObjectId;
import io.elasticjupyter.reconcile.Observed;
import io.elasticjupyter.reconcile.Readiness;
import io.elasticjupyter.reconcile.Reconciler;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.List;

/** What a kernel spec wants of the cluster. */
public final class KernelSpecReconciler implements Reconciler<JupyterKernelSpec, JupyterKernelSpecStatus> {

    @Override
    public Class<JupyterKernelSpec> type() {
        return JupyterKernelSpec.class;
    }

    @Override
    public List<ObjectId> mayOwn(JupyterKernelSpec kernelSpec) {
        return List.of(ObjectId.beside(kernelSpec, ConfigMap.class,
                JupyterKernelSpec.configMap(kernelSpec.getMetadata().getName())));
    }

    @Override
    public List<HasMetadata> desired(JupyterKernelSpec kernelSpec, Observed snapshot) {
        return List.of(KernelSpecConfigMap.of(kernelSpec));
    }

    @Override
    public Readiness readiness(JupyterKernelSpec kernelSpec, Observed snapshot) {
        return Readiness.ready("Gateways that list it offer it, from the ConfigMap '"
                + JupyterKernelSpec.configMap(kernelSpec.getMetadata().getName()) + "'.");
    }

    @Override
    public JupyterKernelSpecStatus status(JupyterKernelSpec kernelSpec, Observed snapshot, List<Condition> conditions) {
        return new JupyterKernelSpecStatus(kernelSpec.getMetadata().getGeneration(), conditions, null);
    }

    @Override
    public JupyterKernelSpecStatus own(JupyterKernelSpecStatus status) {
        return new JupyterKernelSpecStatus(status.observedGeneration(), status.conditions(), null);
    }
}
