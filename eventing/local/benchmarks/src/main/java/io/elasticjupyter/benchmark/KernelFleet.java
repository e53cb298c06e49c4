package io.elasticjupyter.benchmark;

import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.api.v1alpha1.JupyterGatewaySpec;
import io.elasticjupyter.api.v1alpha1.JupyterKernel;
import io.elasticjupyter.api.v1alpha1.JupyterKernelSpecification;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.stream.IntStream;

/**
 * Many kernels as in a cluster: for each, a JupyterKernel that its gateway owns, and a pod that the JupyterKernel owns; a
 * hundred kernels for each gateway, and ten gateways in each namespace.
 *
 * @param cluster the cluster
 * @param kernels the number of kernels
 * @param onANode how many are on each node; 0 if their pods are not bound
 */
record KernelFleet(Cluster cluster, int kernels, int onANode) implements AutoCloseable {

    /** Creates kernels whose pods are not bound. */
    KernelFleet(Cluster cluster, int kernels) {
        this(cluster, kernels, 0);
    }

    /** The idle timeout of every gateway. */
    static final int CULL_IDLE_TIMEOUT_SECONDS = 3600;

    private static final int KERNELS_PER_GATEWAY = 100;
    private static final int GATEWAYS_PER_NAMESPACE = 10;
    private static final int AT_ONCE = 8;

    private static final PodTemplateSpec TEMPLATE = new PodTemplateSpecBuilder()
            .withNewSpec()
            .addNewContainer()
            .withName("kernel")
            .withImage("elyra/kernel-py:3.3.0")
            .addNewEnv().withName("KERNEL_LANGUAGE").withValue("python").endEnv()
            .withNewResources()
            .addToRequests(Map.of("cpu", new Quantity("1"), "memory", new Quantity("2Gi"), "nvidia.com/gpu",
                    new Quantity("1")))
            .addToLimits("nvidia.com/gpu", new Quantity("1"))
            .endResources()
            .endContainer()
            .endSpec()
            .build();

    int gateways() {
        return Math.max(1, kernels / KERNELS_PER_GATEWAY);
    }

    /** Returns the gateway of a kernel as {@code namespace/name}. */
    String gatewayOf(int kernel) {
        return namespaceOf(kernel) + "/" + gatewayName(kernel);
    }

    private static String gatewayName(int kernel) {
        return "gateway-" + kernel / KERNELS_PER_GATEWAY;
    }

    private String namespaceOf(int kernel) {
        return "cull-" + kernels + "-" + kernel / KERNELS_PER_GATEWAY / GATEWAYS_PER_NAMESPACE;
    }

    /** Returns the name of a node. */
    static String node(int node) {
        return "benchmark-" + node;
    }

    /** Returns the index of the kernel with an id. */
    static int kernel(String id) {
        return Integer.parseInt(id.substring(id.lastIndexOf('-') + 1));
    }

    /** Returns the id of a kernel. */
    static String id(int kernel) {
        return "00000000-0000-4000-8000-%012d".formatted(kernel);
    }

    /** Creates missing kernels, after the namespaces and gateways. */
    void create() throws Exception {
        KubernetesClient client = cluster.client();
        IntStream.range(0, kernels).mapToObj(this::namespaceOf).distinct().forEach(cluster::createNamespace);
        Map<String, OwnerReference> owners = new ConcurrentHashMap<>();
        for (int kernel = 0; kernel < kernels; kernel += KERNELS_PER_GATEWAY) {
            JupyterGateway gateway = new JupyterGateway();
            gateway.setMetadata(new ObjectMetaBuilder().withNamespace(namespaceOf(kernel))
                    .withName(gatewayName(kernel)).build());
            gateway.setSpec(new JupyterGatewaySpec(null, null, CULL_IDLE_TIMEOUT_SECONDS, null, null, null, null, null,
                    null, null, null,
                    null, null, null, null, null));
            owners.put(gatewayOf(kernel), owner(client.resource(gateway).create()));
        }
        create(IntStream.range(0, kernels).boxed().toList(), owners);
    }

    /** Creates deleted kernels again. */
    void recreate(List<Integer> some) throws Exception {
        Map<String, OwnerReference> owners = new ConcurrentHashMap<>();
        cluster.client().resources(JupyterGateway.class).inAnyNamespace().list().getItems()
                .forEach(gateway -> owners.put(gateway.getMetadata().getNamespace() + "/"
                        + gateway.getMetadata().getName(), owner(gateway)));
        create(some, owners);
    }

    private void create(List<Integer> some, Map<String, OwnerReference> owners) throws Exception {
        Semaphore free = new Semaphore(AT_ONCE);
        List<Future<?>> all = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int kernel : some) {
                free.acquire();
                all.add(threads.submit(() -> {
                    try {
                        create(kernel, owners.get(gatewayOf(kernel)));
                    } finally {
                        free.release();
                    }
                }));
            }
        }
        for (Future<?> each : all) {
            each.get();
        }
    }

    private void create(int number, OwnerReference gateway) {
        JupyterKernel kernel = new JupyterKernel();
        kernel.setMetadata(new ObjectMetaBuilder().withNamespace(namespaceOf(number)).withName("jovyan-" + id(number))
                .addToLabels("kernel_id", id(number)).withOwnerReferences(gateway).build());
        kernel.setSpec(new JupyterKernelSpecification(TEMPLATE, null, null, null, null, null, null));
        OwnerReference owner = owner(cluster.client().resource(kernel).create());
        Pod pod = new PodBuilder()
                .withNewMetadata().withNamespace(namespaceOf(number)).withName("jovyan-" + id(number))
                .addToLabels(Map.of("app", "enterprise-gateway", "component", "kernel", "kernel_id", id(number),
                        "app.kubernetes.io/managed-by", "elastic-jupyter"))
                .withOwnerReferences(owner).endMetadata()
                .withNewSpecLike(TEMPLATE.getSpec()).withRestartPolicy("Never")
                .withNodeName(onANode == 0 ? null : node(number / onANode)).endSpec().build();
        cluster.client().resource(pod).create();
    }

    private static OwnerReference owner(HasMetadata object) {
        return new OwnerReferenceBuilder().withApiVersion(object.getApiVersion()).withKind(object.getKind())
                .withName(object.getMetadata().getName()).withUid(object.getMetadata().getUid()).withController(true)
                .build();
    }

    @Override
    public void close() {
        IntStream.range(0, kernels).mapToObj(this::namespaceOf).distinct().toList().forEach(cluster::deleteNamespace);
    }
}
