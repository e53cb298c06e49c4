package io.elasticjupyter.cull;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.DeleteOptionsBuilder;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodList;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.elasticjupyter.api.v1alpha1.JupyterKernel;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/** The pods of kernels in one namespace, by kernel id. */
final class KernelPods {

    static final String KERNEL_ID = "kernel_id";
    private static final long PAGE = 500;

    private final KubernetesClient client;
    private final Clock clock;
    private final Map<String, Pod> byKernelId = new HashMap<>();

    KernelPods(KubernetesClient client, String namespace, Clock clock) {
        this.client = client;
        this.clock = clock;
        String next = null;
        do {
            PodList page = client.pods().inNamespace(namespace).withLabel("component", "kernel").withLabel(KERNEL_ID)
                    .list(new ListOptionsBuilder().withLimit(PAGE).withContinue(next).build());
            page.getItems().forEach(pod -> byKernelId.put(pod.getMetadata().getLabels().get(KERNEL_ID), pod));
            next = page.getMetadata().getContinue();
        } while (next != null && !next.isEmpty());
    }

    boolean isEmpty() {
        return byKernelId.isEmpty();
    }

    /** Those whose kernel is none of these, and which are older than that. */
    List<Pod> unknownTo(Set<String> kernelIds, Duration age) {
        Instant before = clock.instant().minus(age);
        return byKernelId.entrySet().stream()
                .filter(entry -> !kernelIds.contains(entry.getKey()))
                .map(Map.Entry::getValue)
                .filter(pod -> Instant.parse(pod.getMetadata().getCreationTimestamp()).isBefore(before))
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
        String now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
        ObjectReference about = jupyterKernel(pod)
                .map(owner -> new ObjectReferenceBuilder().withApiVersion(owner.getApiVersion())
                        .withKind(owner.getKind()).withName(owner.getName())
                        .withUid(owner.getUid()))
                .orElseGet(() -> new ObjectReferenceBuilder().withApiVersion("v1").withKind("Pod")
                        .withName(pod.getMetadata().getName())
                        .withUid(pod.getMetadata().getUid()))
                .withNamespace(pod.getMetadata().getNamespace()).build();
        client.v1().events().inNamespace(about.getNamespace()).resource(new EventBuilder()
                .withNewMetadata().withName(about.getName() + "." + UUID.randomUUID())
                .withNamespace(about.getNamespace()).endMetadata()
                .withInvolvedObject(about)
                .withType("Normal").withReason(reason).withMessage(message)
                .withNewSource().withComponent(Culler.FIELD_MANAGER).endSource()
                .withFirstTimestamp(now).withLastTimestamp(now).withCount(1)
                .build()).create();
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
