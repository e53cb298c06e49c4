package io.elasticjupyter.cull;

import io.elasticjupyter.api.v1alpha1.JupyterKernel;
import io.elasticjupyter.api.v1alpha1.JupyterKernelStatus;
import io.elasticjupyter.api.v1alpha1.KernelActivityStatus;
import io.elasticjupyter.cull.policy.KernelActivity;
import io.elasticjupyter.kubernetes.EventRecorder;
import io.elasticjupyter.kubernetes.Pages;
import io.elasticjupyter.kubernetes.StatusWriter;
import io.fabric8.kubernetes.api.model.DeleteOptionsBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The pods of kernels in one namespace, by kernel id. */
final class KernelPods {

    private final KubernetesClient client;
    private final Clock clock;
    private final EventRecorder events;
    private final Map<String, IndexedPod> byKernelId = new ConcurrentHashMap<>();
    private final Map<String, Resource> jupyterKernels = new HashMap<>();

    /** What a look needs of a JupyterKernel: which it is, whose it is, and what its owner and the last look wrote on it. */
    private record Resource(ObjectReference reference, Optional<String> gatewayUid, Optional<String> keepUntil,
            Optional<KernelActivityStatus> activity) {

        static Resource of(JupyterKernel kernel) {
            return new Resource(
                    new ObjectReferenceBuilder(EventRecorder.about(kernel))
                            .withResourceVersion(kernel.getMetadata().getResourceVersion()).build(),
                    kernel.getMetadata().getOwnerReferences().stream()
                            .filter(owner -> Boolean.TRUE.equals(owner.getController())).findFirst()
                            .map(OwnerReference::getUid),
                    IndexedPod.keepUntil(kernel),
                    Optional.ofNullable(kernel.getStatus()).map(JupyterKernelStatus::activity));
        }
    }

    KernelPods(KubernetesClient client, String namespace, Clock clock) {
        this.client = client;
        this.clock = clock;
        this.events = new EventRecorder(client, GatewayCull.FIELD_MANAGER, clock);
        new Pages<>(client.resources(JupyterKernel.class).inNamespace(namespace))
                .forEach(kernel -> jupyterKernels.put(kernel.getMetadata().getUid(), Resource.of(kernel)));
        new Pages<>(client.pods().inNamespace(namespace).withLabel("component", "kernel")
                .withLabel(IndexedPod.KERNEL_ID))
                .forEach(pod -> byKernelId.put(pod.getMetadata().getLabels().get(IndexedPod.KERNEL_ID),
                        IndexedPod.of(pod)));
    }

    boolean isEmpty() {
        return byKernelId.isEmpty();
    }

    /** Those that may be that gateway's, whose kernel is none of these, and which are at least that old. */
    List<IndexedPod> unknownTo(HasMetadata gateway, Set<String> kernelIds, Duration age) {
        Instant before = clock.instant().minus(age);
        return byKernelId.values().stream()
                .filter(pod -> !kernelIds.contains(pod.kernelId()))
                .filter(pod -> !pod.created().isAfter(before))
                .filter(pod -> mayBelongTo(gateway, pod))
                .toList();
    }

    Optional<IndexedPod> of(String kernelId) {
        return Optional.ofNullable(byKernelId.get(kernelId));
    }

    /** Strikes a pod from the list, and says whether nobody did before. */
    boolean take(IndexedPod pod) {
        return byKernelId.remove(pod.kernelId(), pod);
    }

    /** Makes sure that a kernel's pod, and its JupyterKernel if it has one, are gone: those, and no others of their names. */
    void remove(IndexedPod pod) {
        delete("/api/v1", "pods", pod.reference());
        pod.jupyterKernel().ifPresent(owner -> delete("/apis/" + owner.getApiVersion(),
                HasMetadata.getPlural(JupyterKernel.class), owner));
        take(pod);
    }

    private void delete(String api, String plural, ObjectReference object) {
        try {
            client.raw(api + "/namespaces/" + object.getNamespace() + "/" + plural + "/" + object.getName(), "DELETE",
                    new DeleteOptionsBuilder().withNewPreconditions(null, object.getUid()).build());
        } catch (KubernetesClientException e) {
            // Gone already, or another one of that name.
            if (e.getCode() != HttpURLConnection.HTTP_NOT_FOUND && e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
                throw e;
            }
        }
    }

    /** Whether a kernel is that gateway's, as far as its JupyterKernel tells. */
    private boolean mayBelongTo(HasMetadata gateway, IndexedPod pod) {
        return resource(pod).flatMap(Resource::gatewayUid).map(gateway.getMetadata().getUid()::equals).orElse(true);
    }

    /** What is written on the pod, or else on its JupyterKernel, to keep it. */
    Optional<String> keepUntil(IndexedPod pod) {
        return pod.keepUntil().or(() -> resource(pod).flatMap(Resource::keepUntil));
    }

    /** Writes on its JupyterKernel, if it has one, what a kernel does and when it can be due; says whether that was news. */
    boolean write(KernelActivity activity, Optional<Instant> due) {
        Optional<Resource> kernel = of(activity.kernelId()).flatMap(this::resource);
        KernelActivityStatus now = new KernelActivityStatus(activity.state().name().toLowerCase(Locale.ROOT),
                activity.lastActivity().truncatedTo(ChronoUnit.SECONDS).toString(),
                due.map(time -> time.truncatedTo(ChronoUnit.SECONDS).toString()).orElse(null));
        if (kernel.isEmpty() || kernel.get().activity().filter(now::equals).isPresent()) {
            return false;
        }
        try {
            new StatusWriter(client, GatewayCull.FIELD_MANAGER).apply(kernel.get().reference(),
                    kernel.get().reference().getResourceVersion(), Map.of("activity", now));
            return true;
        } catch (KubernetesClientException e) {
            // Gone, or written by another: the next look tells.
            if (e.getCode() != HttpURLConnection.HTTP_NOT_FOUND && e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
                throw e;
            }
            return false;
        }
    }

    private Optional<Resource> resource(IndexedPod pod) {
        return pod.jupyterKernel().map(reference -> jupyterKernels.get(reference.getUid()));
    }

    /** Says on the JupyterKernel, or on the pod that has none, what became of it. */
    void record(IndexedPod pod, String reason, String message) {
        events.record(pod.jupyterKernel().orElse(pod.reference()), EventRecorder.Type.Normal, reason, message);
    }
}
