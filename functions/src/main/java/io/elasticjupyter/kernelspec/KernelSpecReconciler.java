package io.elasticjupyter.kernelspec;

import static io.elasticjupyter.reconcile.Child.child;

import io.elasticjupyter.api.v1alpha1.JupyterKernelSpec;
import io.elasticjupyter.api.v1alpha1.JupyterKernelSpecStatus;
import io.elasticjupyter.reconcile.Child;
import io.elasticjupyter.reconcile.ConditionsBuilder;
import io.elasticjupyter.reconcile.Observed;
import io.elasticjupyter.reconcile.Readiness;
import io.elasticjupyter.reconcile.Reconciler;
import io.fabric8.kubernetes.api.model.ConfigMap;
import java.util.List;

/** Decides which ConfigMap and which status a kernel spec has. */
public final class KernelSpecReconciler implements Reconciler<JupyterKernelSpec, JupyterKernelSpecStatus> {

    @Override
    public Class<JupyterKernelSpec> type() {
        return JupyterKernelSpec.class;
    }

    @Override
    public List<Child<JupyterKernelSpec, ?>> children() {
        return List.of(child(ConfigMap.class, KernelSpecConfigMap::desired).named(KernelSpecReconciler::configMap));
    }

    private static String configMap(JupyterKernelSpec kernelSpec) {
        return JupyterKernelSpec.configMap(kernelSpec.getMetadata().getName());
    }

    @Override
    public JupyterKernelSpecStatus status(JupyterKernelSpec kernelSpec, Observed observed,
            ConditionsBuilder conditions) {
        conditions.ready(Readiness.ready("Gateways that list it offer it, from the ConfigMap '" + configMap(kernelSpec)
                + "'."));
        return new JupyterKernelSpecStatus(kernelSpec.getMetadata().getGeneration(), conditions.build(), null);
    }
}
