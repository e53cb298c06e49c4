package io.elasticjupyter.local;

import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.api.v1alpha1.JupyterKernel;
import io.elasticjupyter.local.fake.FakeGateway;
import io.elasticjupyter.local.fake.FakeKernel;
import io.elasticjupyter.local.fake.FakeKernels;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.net.BindException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The kernels of gateways whose containers do not run: one kernel for each running pod of a kernel, with simulated use.
 *
 * <p>A kernel belongs to the gateway that owns its JupyterKernel. A kernel that was created by hand has no such owner and
 * belongs to no gateway.
 */
final class PodKernels implements FakeKernels {

    private final KubernetesClient client;
    private final Clock clock;
    private final Map<String, FakeKernel> changed = new ConcurrentHashMap<>();

    PodKernels(KubernetesClient client, Clock clock) {
        this.client = client;
        this.clock = clock;
    }

    /** Starts a fake gateway with the kernels of an API server. */
    static FakeGateway serve(KubernetesClient client, int port) {
        FreePort.require(port, "the gateways", "--gateway-port");
        try {
            return FakeGateway.start(port, new PodKernels(client, Clock.systemUTC()));
        } catch (BindException e) {
            throw FreePort.inUse(port, "the gateways", "--gateway-port", e);
        } catch (IOException e) {
            throw new StartFailure("the fake gateway cannot start: " + e.getMessage(), e);
        }
    }

    @Override
    public Optional<List<FakeKernel>> of(String gateway) {
        try {
            String[] parts = gateway.split("/");
            return of(parts[0], parts[1]);
        } catch (KubernetesClientException e) {
            throw new UnavailableException(ApiServer.reason(e), e);
        }
    }

    private Optional<List<FakeKernel>> of(String namespace, String gateway) {
        JupyterGateway owner = client.resources(JupyterGateway.class).inNamespace(namespace).withName(gateway).get();
        if (owner == null) {
            return Optional.empty();
        }
        Map<String, JupyterKernel> resources = client.resources(JupyterKernel.class).inNamespace(namespace).list()
                .getItems().stream()
                .collect(Collectors.toMap(kernel -> kernel.getMetadata().getUid(), Function.identity()));
        return Optional.of(client.pods().inNamespace(namespace).withLabel("component", "kernel").list().getItems()
                .stream()
                .filter(PodKernels::runs)
                .filter(pod -> resource(pod, resources).flatMap(kernel -> owner(kernel, "JupyterGateway"))
                        .map(OwnerReference::getUid).filter(owner.getMetadata().getUid()::equals).isPresent())
                .map(pod -> kernel(pod, resource(pod, resources)))
                .filter(kernel -> !kernel.dead())
                .toList());
    }

    @Override
    public Optional<FakeKernel> start(String gateway, String kernelSpec, String user) {
        try {
            return new KernelLaunch(client, gateway, user).start(kernelSpec)
                    .map(pod -> kernel(pod, Optional.of(client.resources(JupyterKernel.class)
                            .inNamespace(pod.getMetadata().getNamespace()).withName(pod.getMetadata().getName())
                            .get())));
        } catch (KubernetesClientException e) {
            throw new UnavailableException(ApiServer.reason(e), e);
        }
    }

    /** Deletes the pod of a kernel, as Enterprise Gateway does. */
    @Override
    public boolean delete(String gateway, FakeKernel kernel) {
        try {
            client.pods().inNamespace(gateway.split("/")[0]).withName(kernel.pod()).delete();
        } catch (KubernetesClientException e) {
            throw new UnavailableException(ApiServer.reason(e), e);
        }
        change(gateway, kernel, FakeKernel.Change.DEAD);
        return true;
    }

    @Override
    public FakeKernel change(String gateway, FakeKernel kernel, FakeKernel.Change change) {
        return changed.compute(kernel.uid(),
                (uid, before) -> Objects.requireNonNullElse(before, kernel).after(change, clock.instant()));
    }

    private FakeKernel kernel(Pod pod, Optional<JupyterKernel> resource) {
        ObjectMeta metadata = pod.getMetadata();
        return Optional.ofNullable(changed.get(metadata.getUid()))
                .orElseGet(() -> new FakeKernel(
                        Objects.requireNonNullElse(metadata.getLabels().get("kernel_id"), metadata.getUid()),
                        resource.map(kernel -> kernel.getSpec().templateRef()).map(template -> template.name())
                                .orElse("python"),
                        metadata.getName(), metadata.getUid(), "idle",
                        Instant.parse(Objects.requireNonNullElse(pod.getStatus().getStartTime(),
                                metadata.getCreationTimestamp())),
                        0));
    }

    static boolean runs(Pod pod) {
        return pod != null && pod.getMetadata().getDeletionTimestamp() == null && pod.getStatus() != null
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
