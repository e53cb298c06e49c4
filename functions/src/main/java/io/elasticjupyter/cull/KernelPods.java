package io.elasticjupyter.cull;

import io.elasticjupyter.api.v1alpha1.JupyterKernel;
import io.elasticjupyter.api.v1alpha1.JupyterKernelStatus;
import io.elasticjupyter.api.v1alpha1.KernelActivity;
import io.elasticjupyter.reconcile.EventRecorder;
import io.elasticjupyter.reconcile.Pages;
import io.elasticjupyter.reconcile.StatusPatch;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.DeleteOptionsBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
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
import java.util.TreeMap;

/** The pods of kernels in one namespace, by kernel id. */
final class KernelPods {

    static final String KERNEL_ID = "kernel_id";

    private final KubernetesClient client;
    private final Clock clock;
    private final EventRecorder events;
    private final Map<String, Pod> byKernelId = new HashMap<>();
    private final Map<String, JupyterKernel> jupyterKernels = new HashMap<>();

    KernelPods(KubernetesClient client, String namespace, Clock clock) {
        this.client = client;
        this.clock = clock;
        this.events = new EventRecorder(client, Culler.FIELD_MANAGER, clock);
        new Pages<>(client.resources(JupyterKernel.class).inNamespace(namespace))
                .forEach(kernel -> jupyterKernels.put(kernel.getMetadata().getUid(), kernel));
        new Pages<>(client.pods().inNamespace(namespace).withLabel("component", "kernel").withLabel(KERNEL_ID))
                .forEach(pod -> byKernelId.put(pod.getMetadata().getLabels().get(KERNEL_ID), pod));
    }

    boolean isEmpty() {
        return byKernelId.isEmpty();
    }

    /** Those whose kernel is none of these, and which are at least that old. */
    List<Pod> unknownTo(Set<String> kernelIds, Duration age) {
        Instant before = clock.instant().minus(age);
        return byKernelId.entrySet().stream()
                .filter(entry -> !kernelIds.contains(entry.getKey()))
                .map(Map.Entry::getValue)
                .filter(pod -> !Instant.parse(pod.getMetadata().getCreationTimestamp()).isAfter(before))
                .toList();
    }

    Optional<Pod> of(String kernelId) {
        return Optional.ofNullable(byKernelId.get(kernelId));
    }

    /** Makes sure that a kernel's pod, and its JupyterKernel if it has one, are gone: those, and no others of their names. */
    void remove(Pod pod) {
        delete("/api/v1/namespaces/" + pod.getMetadata().getNamespace() + "/pods/" + pod.getMetadata().getName(),
                pod.getMetadata().getUid());
        jupyterKernel(pod)
                .ifPresent(owner -> delete(
                        "/apis/" + owner.getApiVersion() + "/namespaces/" + pod.getMetadata().getNamespace()
                                + "/" + HasMetadata.getPlural(JupyterKernel.class) + "/" + owner.getName(),
                        owner.getUid()));
    }

    /** Whether a kernel is that gateway's, as far as its JupyterKernel tells. */
    boolean mayBelongTo(HasMetadata gateway, Pod pod) {
        return owner(pod).flatMap(kernel -> kernel.getMetadata().getOwnerReferences().stream()
                .filter(reference -> Boolean.TRUE.equals(reference.getController())).findFirst())
                .map(reference -> reference.getUid().equals(gateway.getMetadata().getUid())).orElse(true);
    }

    /** What is written on the pod, or else on its JupyterKernel, to keep it. */
    Optional<String> keepUntil(Pod pod) {
        return annotation(pod).or(() -> owner(pod).flatMap(KernelPods::annotation));
    }

    private static Optional<String> annotation(HasMetadata object) {
        return Optional.ofNullable(object.getMetadata().getAnnotations())
                .map(annotations -> annotations.get(Culler.KEEP_UNTIL));
    }

    /** Writes on its JupyterKernel, if it has one, what a kernel does and when it can be due; says whether that was news. */
    boolean write(Activity activity, Optional<Instant> due) {
        Optional<JupyterKernel> kernel = of(activity.kernelId()).flatMap(this::owner);
        KernelActivity now = new KernelActivity(activity.state().name().toLowerCase(Locale.ROOT),
                activity.lastActivity().truncatedTo(ChronoUnit.SECONDS).toString(),
                due.map(time -> time.truncatedTo(ChronoUnit.SECONDS).toString()).orElse(null));
        if (kernel.isEmpty()
                || now.equals(kernel.map(JupyterKernel::getStatus).map(JupyterKernelStatus::activity).orElse(null))) {
            return false;
        }
        try {
            new StatusPatch(client, Culler.FIELD_MANAGER).apply(kernel.get(), Map.of("activity", now));
            return true;
        } catch (KubernetesClientException e) {
            // Gone, or written by another: the next look tells.
            if (e.getCode() != HttpURLConnection.HTTP_NOT_FOUND && e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
                throw e;
            }
            return false;
        }
    }

    private Optional<JupyterKernel> owner(Pod pod) {
        return jupyterKernel(pod).map(reference -> jupyterKernels.get(reference.getUid()));
    }

    private void delete(String path, String uid) {
        try {
            client.raw(path, "DELETE", new DeleteOptionsBuilder().withNewPreconditions(null, uid).build());
        } catch (KubernetesClientException e) {
            // Gone already, or another one of that name.
            if (e.getCode() != HttpURLConnection.HTTP_NOT_FOUND && e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
                throw e;
            }
        }
    }

    /** Says on the JupyterKernel, or on the pod that has none, what became of it. */
    void record(Pod pod, String reason, String message) {
        ObjectReference about = jupyterKernel(pod)
                .map(owner -> new ObjectReferenceBuilder().withApiVersion(owner.getApiVersion())
                        .withKind(owner.getKind())
                        .withNamespace(pod.getMetadata().getNamespace()).withName(owner.getName())
                        .withUid(owner.getUid()).build())
                .orElseGet(() -> EventRecorder.about(pod));
        events.record(about, EventRecorder.Type.Normal, reason, message);
    }

    static Map<String, Quantity> requests(Pod pod) {
        Map<String, Quantity> sum = new TreeMap<>();
        for (Container container : pod.getSpec().getContainers()) {
            if (container.getResources() != null && container.getResources().getRequests() != null) {
                container.getResources().getRequests()
                        .forEach((resource, quantity) -> sum.merge(resource, quantity, Quantity::add));
            }
        }
        return sum;
    }

    private static Optional<OwnerReference> jupyterKernel(Pod pod) {
        return pod.getMetadata().getOwnerReferences().stream()
                .filter(owner -> owner.getKind().equals(HasMetadata.getKind(JupyterKernel.class))).findFirst();
    }
}
