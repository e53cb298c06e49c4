package io.elasticjupyter.kernelspec;

import static io.elasticjupyter.reconcile.Child.child;

import io.elasticjupyter.api.v1alpha1.JupyterKernelSpec;
import io.elasticjupyter.api.v1alpha1.JupyterKernelSpecStatus;
import io.elasticjupyter.api.v1alpha1.JupyterKernelTemplate;
import io.elasticjupyter.api.v1alpha1.JupyterKernelTemplateSpec;
import io.elasticjupyter.kubernetes.ObjectId;
import io.elasticjupyter.reconcile.Child;
import io.elasticjupyter.reconcile.ConditionsBuilder;
import io.elasticjupyter.reconcile.Observed;
import io.elasticjupyter.reconcile.Readiness;
import io.elasticjupyter.reconcile.Reconciler;
import io.elasticjupyter.reconcile.References;
import io.elasticjupyter.workload.KernelPodTemplate;
import io.elasticjupyter.workload.ReferencedTemplate;
import io.fabric8.kubernetes.api.model.ConfigMap;
import java.util.List;
import java.util.Optional;

/** Decides which ConfigMap and which status a kernel spec has. */
public final class KernelSpecReconciler implements Reconciler<JupyterKernelSpec, JupyterKernelSpecStatus> {

    @Override
    public Class<JupyterKernelSpec> type() {
        return JupyterKernelSpec.class;
    }

    @Override
    public List<References<JupyterKernelSpec>> references() {
        return List.of(References.watched(JupyterKernelTemplate.class,
                kernelSpec -> template(kernelSpec).stream().toList()));
    }

    private static Optional<ObjectId> template(JupyterKernelSpec kernelSpec) {
        return Optional.ofNullable(kernelSpec.getSpec().template())
                .map(given -> ReferencedTemplate.id(kernelSpec, given));
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
        addTemplateCondition(kernelSpec, observed, conditions);
        return new JupyterKernelSpecStatus(kernelSpec.getMetadata().getGeneration(), conditions.build(), null);
    }

    private static void addTemplateCondition(JupyterKernelSpec kernelSpec, Observed observed,
            ConditionsBuilder conditions) {
        template(kernelSpec).flatMap(observed::get).map(JupyterKernelTemplate.class::cast)
                .map(JupyterKernelTemplate::getSpec).map(JupyterKernelTemplateSpec::template)
                .map(KernelPodTemplate::of)
                .ifPresent(template -> template.addCondition(
                        "spec.template of JupyterKernelTemplate '" + kernelSpec.getSpec().template().name() + "'",
                        conditions));
    }
}
