package io.elasticjupyter.cull;

import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.api.v1alpha1.JupyterKernel;
import io.elasticjupyter.kubernetes.OwnerReferences;
import io.elasticjupyter.kubernetes.Pages;
import io.elasticjupyter.kubernetes.WatchedNamespaces;
import io.elasticjupyter.workload.KernelLabels;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.OwnerReference;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The kernels of one namespace that have a pod, by the gateway that controls them. It lacks pods that no JupyterKernel controls,
 * such as those of an Enterprise Gateway that is not a JupyterGateway, and JupyterKernels that no JupyterGateway controls.
 */
final class KernelIndex {

    private final Map<String, List<IndexedKernel>> byGatewayUid = new HashMap<>();
    private final Map<String, IndexedKernel> byUid = new HashMap<>();
    private final Map<String, GenericKubernetesResource> pingSources;

    private KernelIndex(Map<String, GenericKubernetesResource> pingSources) {
        this.pingSources = pingSources;
    }

    /**
     * Lists the pods and JupyterKernels of a namespace, and before them the PingSources: if a PingSource is not written since, no run
     * with newer kernels has scheduled a cull.
     *
     * @throws io.elasticjupyter.event.BadEventException when this installation does not watch that namespace
     */
    static KernelIndex read(WatchedNamespaces namespaces, String namespace) {
        Pages<JupyterKernel> kernels = namespaces.in(namespace, JupyterKernel.class);
        KernelIndex index = new KernelIndex(CullPingSource.list(namespaces.client(), namespace));
        kernels.forEach(kernel -> IndexedKernel.of(kernel)
                .ifPresent(indexed -> index.byUid.put(kernel.getMetadata().getUid(), indexed)));
        new Pages<>(
                namespaces.client().pods().inNamespace(namespace).withLabel(KernelLabels.COMPONENT, KernelLabels.KERNEL)
                        .withLabel(KernelLabels.KERNEL_ID))
                .forEach(pod -> OwnerReferences
                        .controllerOf(pod, JupyterKernel.class)
                        .map(owner -> index.byUid.get(owner.getUid()))
                        .flatMap(kernel -> kernel.with(pod))
                        .ifPresent(index::add));
        return index;
    }

    private void add(IndexedKernel kernel) {
        byGatewayUid.computeIfAbsent(kernel.gateway().getUid(), uid -> new ArrayList<>()).add(kernel);
    }

    /** Returns the kernels that a gateway controls and that have a pod. */
    List<IndexedKernel> of(JupyterGateway gateway) {
        return byGatewayUid.getOrDefault(gateway.getMetadata().getUid(), List.of());
    }

    /** Returns the JupyterKernel with a uid that a gateway controls, whether it has a pod or not. */
    Optional<ObjectReference> jupyterKernel(JupyterGateway gateway, String uid) {
        return Optional.ofNullable(byUid.get(uid))
                .filter(kernel -> kernel.gateway().getUid().equals(gateway.getMetadata().getUid()))
                .map(IndexedKernel::reference);
    }

    /** Returns how many kernels wait for a place at a gateway that has {@code maxKernels}, and have not been given up by it. */
    int waiting(JupyterGateway gateway, Instant now) {
        Set<String> withPod = of(gateway).stream().map(kernel -> kernel.reference().getUid())
                .collect(Collectors.toSet());
        return (int) byUid.values().stream()
                .filter(kernel -> kernel.gateway().getUid().equals(gateway.getMetadata().getUid()))
                .filter(kernel -> kernel.waitsUntil().filter(now::isBefore).isPresent())
                .filter(kernel -> !withPod.contains(kernel.reference().getUid())).count();
    }

    /** Returns the PingSource with the name of that of a gateway. */
    Optional<GenericKubernetesResource> pingSource(JupyterGateway gateway) {
        return Optional.ofNullable(pingSources.get(CullPingSource.name(gateway)));
    }

    /** Returns the gateway whose kernel has a pod of that name, or waits for a place; empty if there is no such kernel. */
    Optional<OwnerReference> gatewayOfPod(String pod) {
        return Stream.concat(byGatewayUid.values().stream().flatMap(List::stream),
                byUid.values().stream().filter(kernel -> kernel.waitsUntil().isPresent()))
                .filter(kernel -> kernel.reference().getName().equals(pod)).map(IndexedKernel::gateway).findFirst();
    }
}
