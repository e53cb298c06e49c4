package io.elasticjupyter.local;

import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.api.v1alpha1.JupyterKernel;
import io.elasticjupyter.api.v1alpha1.JupyterKernelSpec;
import io.elasticjupyter.api.v1alpha1.JupyterKernelSpecification;
import io.elasticjupyter.local.fake.FakeKernels.UnavailableException;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * The start of a kernel by a gateway whose containers do not run. It creates the same JupyterKernel as
 * {@code launch_jupyterkernel.py} in Enterprise Gateway, and waits until its pod runs.
 *
 * @param client the client
 * @param gateway the gateway, as {@code namespace/name}
 * @param user the user who starts the kernel
 */
record KernelLaunch(KubernetesClient client, String gateway, String user) {

    private static final int TIMEOUT_SECONDS = 30;

    /**
     * Starts a kernel and returns its pod. Empty when the gateway does not offer the kernel spec.
     *
     * @param kernelSpec the name of the kernel spec, or null for the gateway's default
     * @throws UnavailableException when the kernel does not start
     */
    Optional<Pod> start(String kernelSpec) {
        JupyterGateway resource = client.resources(JupyterGateway.class).inNamespace(namespace())
                .withName(gateway.split("/")[1]).get();
        List<String> offered = resource == null
                ? List.of()
                : Objects.requireNonNullElse(resource.getSpec().kernels(), List.of());
        return Optional.ofNullable(kernelSpec)
                .or(() -> Optional.ofNullable(resource).map(each -> each.getSpec().defaultKernel()))
                .or(() -> offered.stream().findFirst())
                .filter(offered::contains)
                .map(name -> start(resource, name));
    }

    private Pod start(JupyterGateway owner, String kernelSpec) {
        JupyterKernel kernel = kernel(owner, kernelSpec);
        client.resource(kernel).create();
        String name = kernel.getMetadata().getName();
        try {
            return client.pods().inNamespace(namespace()).withName(name)
                    .waitUntilCondition(PodKernels::runs, TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (KubernetesClientTimeoutException e) {
            throw new UnavailableException("The kernel has not started within %d s. Run 'kubectl describe jk %s -n %s'."
                    .formatted(TIMEOUT_SECONDS, name, namespace()), e);
        }
    }

    private JupyterKernel kernel(JupyterGateway owner, String kernelSpec) {
        ConfigMap files = client.configMaps().inNamespace(namespace())
                .withName(JupyterKernelSpec.configMap(kernelSpec)).get();
        String file = files == null ? null : files.getData().get("jupyterkernel.json");
        if (file == null) {
            throw new UnavailableException(files == null
                    ? "The JupyterKernelSpec %s does not exist, or its ConfigMap is not there yet."
                            .formatted(kernelSpec)
                    : "The kernel spec %s has its own command, which cannot run here.".formatted(kernelSpec), null);
        }
        String id = UUID.randomUUID().toString();
        JupyterKernel kernel = client.getKubernetesSerialization().unmarshal(file, JupyterKernel.class);
        kernel.setMetadata(new ObjectMetaBuilder().withName(user + "-" + id).withNamespace(namespace())
                .withLabels(Map.of("app", "enterprise-gateway", "component", "kernel", "kernel_id", id))
                .withOwnerReferences(new OwnerReferenceBuilder()
                        .withApiVersion(HasMetadata.getApiVersion(JupyterGateway.class))
                        .withKind(HasMetadata.getKind(JupyterGateway.class)).withName(owner.getMetadata().getName())
                        .withUid(owner.getMetadata().getUid()).withController(true).withBlockOwnerDeletion(false)
                        .build())
                .build());
        JupyterKernelSpecification spec = kernel.getSpec();
        List<EnvVar> env = new ArrayList<>(Objects.requireNonNullElse(spec.env(), List.of()));
        env.add(new EnvVar("KERNEL_ID", id, null));
        env.add(new EnvVar("KERNEL_NAME", kernelSpec, null));
        env.add(new EnvVar("KERNEL_USERNAME", user, null));
        kernel.setSpec(new JupyterKernelSpecification(spec.template(), spec.templateRef(), spec.image(), env,
                spec.launchTimeout(), user, null));
        return kernel;
    }

    private String namespace() {
        return gateway.split("/")[0];
    }
}
