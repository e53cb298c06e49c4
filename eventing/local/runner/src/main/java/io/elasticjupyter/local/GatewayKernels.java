package io.elasticjupyter.local;

import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.api.v1alpha1.JupyterKernel;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The kernels of gateways that do not run: the kernels' pods, read afresh each time, and a memory of who was used when.
 *
 * <p>A kernel belongs to the gateway that owns its JupyterKernel. One that was created by hand has no such owner, and belongs
 * to the oldest gateway of its namespace.
 */
final class GatewayKernels {

    private final KubernetesClient client;
    private final Clock clock;
    private final Map<String, KernelActivity> changed = new ConcurrentHashMap<>();

    GatewayKernels(KubernetesClient client, Clock clock) {
        this.client = client;
        this.clock = clock;
    }

    /**
     * One kernel.
     *
     * @param id its own
     * @param spec the kernel spec's name
     * @param pod its pod
     * @param activity its use
     */
    record Kernel(String id, String spec, Pod pod, KernelActivity activity) {

        private boolean isCalled(String idOrPod) {
            return id.equals(idOrPod) || pod.getMetadata().getName().equals(idOrPod);
        }
    }

    /** All that a gateway knows; empty when there is no such gateway. */
    Optional<List<Kernel>> of(String namespace, String gateway) {
        List<JupyterGateway> gateways = client.resources(JupyterGateway.class).inNamespace(namespace).list().getItems();
        if (gateways.stream().noneMatch(there -> there.getMetadata().getName().equals(gateway))) {
            return Optional.empty();
        }
        String oldest = gateways.stream().map(HasMetadata::getMetadata)
                .min(Comparator.comparing(ObjectMeta::getCreationTimestamp)
                        .thenComparing(ObjectMeta::getName))
                .orElseThrow().getName();
        Map<String, JupyterKernel> resources = client.resources(JupyterKernel.class).inNamespace(namespace).list()
                .getItems().stream()
                .collect(Collectors.toMap(kernel -> kernel.getMetadata().getUid(), Function.identity()));
        return Optional.of(client.pods().inNamespace(namespace).withLabel("component", "kernel").list().getItems()
                .stream()
                .filter(GatewayKernels::runs)
                .filter(pod -> resource(pod, resources).flatMap(kernel -> owner(kernel, "JupyterGateway"))
                        .map(OwnerReference::getName).orElse(oldest).equals(gateway))
                .map(pod -> kernel(pod, resource(pod, resources)))
                .filter(kernel -> kernel.activity().known())
                .toList());
    }

    /** One of them, by its id or the name of its pod, which is easier to type. */
    static Optional<Kernel> named(List<Kernel> kernels, String idOrPod) {
        return kernels.stream().filter(kernel -> kernel.isCalled(idOrPod)).findFirst();
    }

    /** Makes something happen to a kernel, and says how it is then. */
    Kernel change(Kernel kernel, KernelActivity.Change change) {
        KernelActivity after = changed.compute(kernel.pod().getMetadata().getUid(), (uid, before) -> Objects
                .requireNonNullElse(before, kernel.activity()).after(change, clock.instant()));
        return new Kernel(kernel.id(), kernel.spec(), kernel.pod(), after);
    }

    /** Ends a kernel as Enterprise Gateway does: by its pod. */
    void delete(Kernel kernel) {
        client.resource(kernel.pod()).delete();
        change(kernel, KernelActivity.Change.DEAD);
    }

    private Kernel kernel(Pod pod, Optional<JupyterKernel> resource) {
        var metadata = pod.getMetadata();
        return new Kernel(
                Objects.requireNonNullElse(metadata.getLabels().get("kernel_id"), metadata.getUid()),
                resource.map(kernel -> kernel.getSpec().templateRef()).map(template -> template.name())
                        .orElse("python"),
                pod,
                Optional.ofNullable(changed.get(metadata.getUid()))
                        .orElseGet(() -> KernelActivity.started(Instant.parse(Objects.requireNonNullElse(
                                pod.getStatus().getStartTime(), metadata.getCreationTimestamp())))));
    }

    private static boolean runs(Pod pod) {
        return pod.getMetadata().getDeletionTimestamp() == null && pod.getStatus() != null
                && "Running".equals(pod.getStatus().getPhase());
    }

    private static Optional<JupyterKernel> resource(Pod pod, Map<String, JupyterKernel> resources) {
        return owner(pod, "JupyterKernel").map(OwnerReference::getUid).map(resources::get);
    }

    private static Optional<OwnerReference> owner(HasMetadata object, String kind) {
        return object.getMetadata().getOwnerReferences().stream().filter(owner -> owner.getKind().equals(kind))
                .findFirst();
    }
}
