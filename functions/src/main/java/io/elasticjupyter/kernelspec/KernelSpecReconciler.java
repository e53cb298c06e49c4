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
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Decides which ConfigMap and which status a kernel spec has. */
public final class KernelSpecReconciler implements Reconciler<JupyterKernelSpec, JupyterKernelSpecStatus> {

    static final String CLASS_KNOWN = "ClassNameKnown";

    /** The classes of <a href="https://github.com/jupyter-server/enterprise_gateway/tree/v3.3.0/enterprise_gateway/services/processproxies">Enterprise Gateway 3.3.0</a>. */
    private static final Set<String> PROCESS_PROXIES = Stream.of("conductor.ConductorClusterProcessProxy",
            "crd.CustomResourceProcessProxy", "distributed.DistributedProcessProxy", "docker_swarm.DockerProcessProxy",
            "docker_swarm.DockerSwarmProcessProxy", "k8s.KubernetesProcessProxy", "processproxy.LocalProcessProxy",
            "spark_operator.SparkOperatorProcessProxy", "yarn.YarnClusterProcessProxy")
            .map(name -> "enterprise_gateway.services.processproxies." + name).collect(Collectors.toSet());

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
        problem(kernelSpec, observed).ifPresent(conditions::ready);
        conditions.ready(Readiness.ready("Gateways that list it offer it, from the ConfigMap '" + configMap(kernelSpec)
                + "'."));
        addTemplateCondition(kernelSpec, observed, conditions);
        addClassCondition(kernelSpec, conditions);
        return new JupyterKernelSpecStatus(kernelSpec.getMetadata().getGeneration(), conditions.build(), null);
    }

    /** An image of one's own may have other classes, so an unknown one is no fault. */
    private static void addClassCondition(JupyterKernelSpec kernelSpec, ConditionsBuilder conditions) {
        Optional.ofNullable(kernelSpec.getSpec().className()).filter(name -> !PROCESS_PROXIES.contains(name))
                .ifPresent(name -> conditions.add(CLASS_KNOWN, false, "UnknownClass", "spec.className '" + name
                        + "' is not one of Enterprise Gateway. No kernel starts unless the image of the gateway has it. Known are "
                        + PROCESS_PROXIES.stream().sorted().collect(Collectors.joining(", ")) + "."));
    }

    /** Returns why kernels of the kernel spec cannot start: its template does not exist, or has no container. */
    private static Optional<Readiness> problem(JupyterKernelSpec kernelSpec, Observed observed) {
        return template(kernelSpec).flatMap(id -> {
            Optional<JupyterKernelTemplate> template = observed.get(id).map(JupyterKernelTemplate.class::cast);
            if (template.isEmpty()) {
                return Optional.of(Readiness.fault("TemplateNotFound", ReferencedTemplate.description(id)
                        + " does not exist: create it, or set another one in spec.template."));
            }
            return template.filter(found -> !hasContainer(found)).map(found -> Readiness.fault(
                    "TemplateWithoutContainer", ReferencedTemplate.description(id)
                            + " has no container: add one, for example with the name 'kernel'."));
        });
    }

    private static boolean hasContainer(JupyterKernelTemplate template) {
        return Optional.ofNullable(template.getSpec()).map(JupyterKernelTemplateSpec::template)
                .map(KernelPodTemplate::of).map(KernelPodTemplate::template).map(PodTemplateSpec::getSpec)
                .filter(pod -> !pod.getContainers().isEmpty()).isPresent();
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
