package io.elasticjupyter.kernel;

import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.api.v1alpha1.JupyterGatewaySpec;
import io.elasticjupyter.api.v1alpha1.JupyterKernel;
import io.elasticjupyter.api.v1alpha1.JupyterKernelSpecification;
import io.elasticjupyter.kubernetes.OwnerReferences;
import io.elasticjupyter.reconcile.Observed;
import io.elasticjupyter.workload.GatewayLabels;
import io.elasticjupyter.workload.KernelLabels;
import io.elasticjupyter.workload.PodSecurity;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Builds a kernel's pod: the template, with the image and the environment of the kernel set on its first container. */
final class KernelPod {

    private static final String KERNEL_ID_VARIABLE = "KERNEL_ID";

    private KernelPod() {}

    static Pod desired(JupyterKernel kernel, Observed observed) {
        PodTemplateSpec template = KernelTemplate.of(kernel, observed);
        PodSpec given = template.getSpec();
        List<Container> containers = new ArrayList<>(given.getContainers());
        Container first = withImageAndEnvironment(kernel.getSpec(), containers.getFirst());
        containers.set(0, first);
        ObjectMeta metadata = Objects.requireNonNullElseGet(template.getMetadata(), ObjectMeta::new);
        return new PodBuilder()
                .withNewMetadata()
                .withLabels(GatewayLabels.without(metadata.getLabels()))
                .addToLabels(gatewayLabel(kernel))
                .addToLabels(queueLabel(kernel, observed))
                .addToLabels(KernelLabels.OF_ENTERPRISE_GATEWAY)
                .addToLabels(KernelLabels.OF_KERNELS)
                .addToLabels(KernelLabels.nameOf(kernel))
                .addToLabels(KernelLabels.ownerOf(kernel.getSpec()))
                .addToLabels(KernelLabels.KERNEL_ID, kernelId(kernel, first))
                // A kernel's state is in its memory, so no autoscaler may evict it.
                .withAnnotations(Map.of("cluster-autoscaler.kubernetes.io/safe-to-evict", "false"))
                .addToAnnotations(metadata.getAnnotations())
                .endMetadata()
                .withNewSpecLike(given)
                .withContainers(containers)
                .withRestartPolicy(Objects.requireNonNullElse(given.getRestartPolicy(), "Never"))
                .withEnableServiceLinks(Objects.requireNonNullElse(given.getEnableServiceLinks(), false))
                .withAutomountServiceAccountToken(PodSecurity.automountServiceAccountToken(given))
                .endSpec()
                .build();
    }

    private static Container withImageAndEnvironment(JupyterKernelSpecification spec, Container container) {
        Map<String, EnvVar> env = new LinkedHashMap<>();
        container.getEnv().forEach(each -> env.put(each.getName(), each));
        Objects.requireNonNullElse(spec.env(), List.<EnvVar>of()).forEach(each -> env.put(each.getName(), each));
        return new ContainerBuilder(container)
                .withImage(spec.image() == null ? container.getImage() : spec.image())
                .withEnv(List.copyOf(env.values()))
                .build();
    }

    /** Returns the label by which the NetworkPolicy of the kernel's gateway selects the pod. */
    private static Map<String, String> gatewayLabel(JupyterKernel kernel) {
        return OwnerReferences.controllerOf(kernel, JupyterGateway.class)
                .map(owner -> Map.of(GatewayLabels.GATEWAY, owner.getName())).orElse(Map.of());
    }

    /** Returns the label with the queue of the kernel's gateway, which wins over that of its template. */
    private static Map<String, String> queueLabel(JupyterKernel kernel, Observed observed) {
        return KernelPlace.gateway(kernel).flatMap(observed::get).map(JupyterGateway.class::cast)
                .filter(gateway -> OwnerReferences.isControlledBy(kernel, gateway))
                .map(JupyterGateway::getSpec).map(JupyterGatewaySpec::queueName)
                .map(queue -> Map.of(KernelLabels.QUEUE, queue)).orElse(Map.of());
    }

    /** The launcher sets the id as a label. A JupyterKernel that a user created may have it in the environment, or not at all. */
    private static String kernelId(JupyterKernel kernel, Container container) {
        Optional<String> label = Optional.ofNullable(kernel.getMetadata().getLabels())
                .map(labels -> labels.get(KernelLabels.KERNEL_ID));
        return label
                .or(() -> container.getEnv().stream().filter(env -> KERNEL_ID_VARIABLE.equals(env.getName()))
                        .map(EnvVar::getValue)
                        .filter(Objects::nonNull).findFirst())
                .orElse(kernel.getMetadata().getUid());
    }
}
