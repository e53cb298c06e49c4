package io.elasticjupyter.cull;

import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.api.v1alpha1.JupyterKernel;
import io.elasticjupyter.kubernetes.Pages;
import io.elasticjupyter.workload.KernelLabels;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The kernels' pods of one namespace, by kernel id, and the JupyterKernels that own them. */
final class KernelPodIndex {

    private final Map<String, IndexedPod> pods = new ConcurrentHashMap<>();
    private final Map<String, IndexedKernel> jupyterKernels = new HashMap<>();

    private KernelPodIndex() {}

    /** Lists the pods and JupyterKernels of a namespace. */
    static KernelPodIndex read(KubernetesClient client, String namespace) {
        KernelPodIndex index = new KernelPodIndex();
        new Pages<>(client.resources(JupyterKernel.class).inNamespace(namespace))
                .forEach(kernel -> index.jupyterKernels.put(kernel.getMetadata().getUid(), IndexedKernel.of(kernel)));
        new Pages<>(client.pods().inNamespace(namespace).withLabel(KernelLabels.COMPONENT, KernelLabels.KERNEL)
                .withLabel(KernelLabels.KERNEL_ID)).forEach(pod -> {
                    IndexedPod indexed = IndexedPod.of(pod);
                    index.pods.put(indexed.kernelId(), indexed);
                });
        return index;
    }

    boolean isEmpty() {
        return pods.isEmpty();
    }

    /** Returns the pod of a kernel. */
    Optional<IndexedPod> pod(String kernelId) {
        return Optional.ofNullable(pods.get(kernelId));
    }

    /** Returns the JupyterKernel that owns a pod. */
    Optional<IndexedKernel> jupyterKernel(IndexedPod pod) {
        return pod.jupyterKernel().map(reference -> jupyterKernels.get(reference.getUid()));
    }

    /** Returns the annotation of the pod, or else of its JupyterKernel, that keeps the kernel until a time. */
    Optional<String> keepUntil(IndexedPod pod) {
        return pod.keepUntil().or(() -> jupyterKernel(pod).flatMap(IndexedKernel::keepUntil));
    }

    /**
     * Returns the pods of other kernels than these that may belong to a gateway. A pod without a JupyterKernel may belong to any
     * gateway of the namespace.
     */
    List<IndexedPod> others(JupyterGateway gateway, Set<String> kernelIds) {
        return pods.values().stream()
                .filter(pod -> !kernelIds.contains(pod.kernelId()))
                .filter(pod -> jupyterKernel(pod).flatMap(IndexedKernel::gatewayUid)
                        .map(gateway.getMetadata().getUid()::equals).orElse(true))
                .toList();
    }

    /** Removes a pod from the index. Returns false when another cull of the same run has removed it. */
    boolean claim(IndexedPod pod) {
        return pods.remove(pod.kernelId(), pod);
    }
}
