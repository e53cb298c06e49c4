package io.elasticjupyter.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.elasticjupyter.local.BinaryApiServer;
import io.elasticjupyter.local.FreePort;
import io.elasticjupyter.reclaim.policy.ClusterState;
import io.elasticjupyter.reclaim.policy.Kernel;
import io.elasticjupyter.reclaim.policy.Kernel.Activity;
import io.elasticjupyter.reclaim.policy.NodeState;
import io.elasticjupyter.reclaim.policy.PendingPod;
import io.elasticjupyter.reclaim.policy.PodName;
import io.elasticjupyter.reclaim.policy.PodOnNode;
import io.elasticjupyter.reclaim.policy.ReclaimDecision;
import io.elasticjupyter.reclaim.policy.ReclaimDecision.Reason;
import io.elasticjupyter.reclaim.policy.ReclaimPolicy;
import io.elasticjupyter.reclaim.policy.devices.DeviceClaim;
import io.elasticjupyter.reclaim.policy.devices.DeviceRules;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceClass;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaim;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaimTemplate;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceSlice;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/**
 * The decision about devices on the real kube-scheduler and the real resource claim controller, with random nodes: after its victims
 * have been deleted, the scheduler binds the pod that waited. {@code KUBE_SCHEDULER} is the path of the program, and
 * {@code KUBEBUILDER_ASSETS} the directory of the API server and the kube-controller-manager.
 */
@EnabledIfEnvironmentVariable(named = "KUBE_SCHEDULER", matches = ".+")
@EnabledIfEnvironmentVariable(named = "KUBEBUILDER_ASSETS", matches = ".+")
class DevicesOnSchedulerTest {

    private static final int SITES = Integer.getInteger("devices.sites", 40);
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String DRIVER = "gpu.example.com";
    private static final String LARGE = "device.attributes['gpu.example.com'].model == 'large'";

    private static BinaryApiServer server;
    private static KubernetesClient client;
    private static Process scheduler;

    @BeforeAll
    static void start() throws IOException {
        server = BinaryApiServer.start(Path.of(System.getenv("KUBEBUILDER_ASSETS")), FreePort.any());
        client = new KubernetesClientBuilder().withConfig(server.config()).build();
        assumeTrue(server.startControllers(List.of("resourceclaim-controller", "garbage-collector-controller")),
                "KUBEBUILDER_ASSETS has no kube-controller-manager");
        Path kubeconfig = Files.writeString(Files.createTempFile("kube-scheduler-", ".kubeconfig"),
                server.kubeconfig().orElseThrow());
        kubeconfig.toFile().deleteOnExit();
        scheduler = new ProcessBuilder(System.getenv("KUBE_SCHEDULER"), "--kubeconfig=" + kubeconfig,
                "--leader-elect=false", "--secure-port=0").redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        create("""
                apiVersion: scheduling.k8s.io/v1
                kind: PriorityClass
                metadata: {name: training}
                value: 1000
                preemptionPolicy: Never
                """);
        create("""
                apiVersion: resource.k8s.io/v1
                kind: DeviceClass
                metadata: {name: gpu}
                spec: {selectors: [{cel: {expression: "device.driver == 'gpu.example.com'"}}]}
                """);
    }

    @AfterAll
    static void stop() {
        Optional.ofNullable(scheduler).ifPresent(Process::destroyForcibly);
        Optional.ofNullable(client).ifPresent(KubernetesClient::close);
        Optional.ofNullable(server).ifPresent(BinaryApiServer::close);
    }

    private static void create(String yaml) {
        client.resource(Serialization.unmarshal(yaml, GenericKubernetesResource.class)).create();
    }

    @Test
    void theSchedulerBindsThePodThatGetsTheDevicesOfKernels() {
        Map<Reason, Integer> reasons = new EnumMap<>(Reason.class);
        long slowest = 0;
        for (int seed = 1; seed <= SITES; seed++) {
            String name = "site-" + seed;
            ReclaimDecision decision = decision(name, new Random(seed));
            reasons.merge(decision.reason(), 1, Integer::sum);
            boolean fits = decision.reason() == Reason.FITS;
            boolean unknown = decision.reason() == Reason.CONSTRAINT_NOT_EVALUATED;
            if (!decision.victims().isEmpty()) {
                assertThat(isBound(name)).as("%s: %s", name, decision.message()).isFalse();
                Instant start = Instant.now();
                decision.victims().forEach(each -> client.pods().inNamespace(name).withName(each.pod().name())
                        .withGracePeriod(0).delete());
                await().alias(name + ": " + decision.message()).atMost(LIMIT).pollInterval(Duration.ofMillis(50))
                        .until(() -> isBound(name));
                assertThat(client.pods().inNamespace(name).withName("waiting").get().getSpec().getNodeName())
                        .isEqualTo(decision.node().orElseThrow());
                slowest = Math.max(slowest, Duration.between(start, Instant.now()).toMillis());
            } else if (!unknown) {
                assertThat(isBound(name)).as("%s: %s", name, decision.message()).isEqualTo(fits);
            }
            client.namespaces().withName(name).delete();
            client.pods().inNamespace(name).withGracePeriod(0).delete();
        }
        System.out.printf("DevicesOnSchedulerTest: %d waiting pods: %s; bound %d ms after the deletion at the latest%n",
                SITES, reasons, slowest);
        assertThat(reasons.getOrDefault(Reason.RECLAIM, 0)).as("%s", reasons).isGreaterThan(SITES / 8);
    }

    /** Creates nodes with devices, lets the scheduler place kernels on them, and decides about a pod that waits. */
    private static ReclaimDecision decision(String name, Random random) {
        client.resource(new NamespaceBuilder().withNewMetadata().withName(name).endMetadata().build()).create();
        List<Kernel> kernels = new ArrayList<>();
        for (String selector : List.of("", LARGE)) {
            IntStream.rangeClosed(1, 3).forEach(count -> template(name, selector, count));
        }
        int nodes = 1 + random.nextInt(3);
        for (int n = 1; n <= nodes; n++) {
            String node = name + "-n" + n;
            int devices = 1 + random.nextInt(4);
            node(name, node, IntStream.range(0, devices)
                    .mapToObj(i -> "{name: d" + i + ", attributes: {model: {string: "
                            + (random.nextInt(3) == 0 ? "small" : "large") + "}}}")
                    .collect(Collectors.joining(", ")));
            for (int k = 1 + random.nextInt(devices); k > 0; k--) {
                String kernel = "k" + n + "-" + k;
                pod(name, kernel, node, templateName(random.nextInt(3) == 0 ? "" : LARGE, 1 + random.nextInt(2)),
                        false);
                kernels.add(
                        new Kernel(new PodName(name, kernel), random.nextInt(4) == 0 ? Activity.BUSY : Activity.IDLE,
                                Instant.now().minusSeconds(List.of(10, 100, 300, 900).get(random.nextInt(4))), 0, true,
                                Optional.empty(), Kernel.DEFAULT_RECLAIM_AFTER));
            }
        }
        kernels.forEach(each -> judged(name, each.pod().name()));
        kernels.removeIf(each -> {
            Pod pod = client.pods().inNamespace(name).withName(each.pod().name()).get();
            boolean unbound = pod.getSpec().getNodeName() == null;
            if (unbound) {
                client.resource(pod).withGracePeriod(0).delete();
            }
            return unbound;
        });
        pod(name, "waiting", "", templateName(random.nextInt(3) == 0 ? "" : LARGE, 1 + random.nextInt(3)),
                true);
        judged(name, "waiting");
        return decide(name, kernels);
    }

    /** Decides as if the pod was not bound. */
    private static ReclaimDecision decide(String name, List<Kernel> kernels) {
        Pod waiting = client.pods().inNamespace(name).withName("waiting").get();
        String claim = waiting.getStatus().getResourceClaimStatuses().getFirst().getResourceClaimName();
        List<ResourceClaim> claims = client.resources(ResourceClaim.class).inNamespace(name).list().getItems();
        claims.stream().filter(each -> each.getMetadata().getName().equals(claim))
                .forEach(each -> each.setStatus(null));
        ClusterState state = new ClusterState(Instant.now(),
                client.nodes().withLabel("site", name).list().getItems().stream().map(NodeState::of).toList(),
                client.pods().inNamespace(name).list().getItems().stream()
                        .filter(each -> !each.getMetadata().getName().equals("waiting"))
                        .flatMap(each -> PodOnNode.of(each).stream()).toList(),
                kernels, List.of(PendingPod.of(waiting, true)));
        return ReclaimPolicy.decide(new DeviceRules(claims.stream().map(DeviceClaim::of).toList(),
                client.resources(ResourceSlice.class).list().getItems(),
                client.resources(DeviceClass.class).list().getItems(),
                Map.of(PodName.of(waiting), List.of(Optional.of(claim)))).apply(state)).getFirst();
    }

    private static String templateName(String selector, int count) {
        return (selector.isEmpty() ? "any-" : "large-") + count;
    }

    private static void template(String namespace, String selector, int count) {
        client.resource(Serialization.unmarshal("""
                apiVersion: resource.k8s.io/v1
                kind: ResourceClaimTemplate
                metadata: {name: %s, namespace: %s}
                spec: {spec: {devices: {requests: [{name: main, exactly: {deviceClassName: gpu, count: %d%s}}]}}}
                """.formatted(templateName(selector, count), namespace, count,
                selector.isEmpty() ? "" : ", selectors: [{cel: {expression: \"" + selector + "\"}}]"),
                ResourceClaimTemplate.class)).create();
    }

    private static void node(String site, String name, String devices) {
        var capacity = Map.of("cpu", new Quantity("8"), "pods", new Quantity("110"));
        client.resource(new NodeBuilder().withNewMetadata().withName(name).addToLabels("site", site)
                .addToLabels("host", name).endMetadata().withNewStatus().withCapacity(capacity)
                .withAllocatable(capacity).addNewCondition().withType("Ready").withStatus("True").endCondition()
                .endStatus().build()).create();
        client.nodes().withName(name).edit(created -> new NodeBuilder(created).editSpec().withTaints().endSpec()
                .build());
        client.resource(Serialization.unmarshal("""
                apiVersion: resource.k8s.io/v1
                kind: ResourceSlice
                metadata: {name: %s}
                spec:
                  driver: %s
                  nodeName: %s
                  pool: {name: %s, generation: 1, resourceSliceCount: 1}
                  devices: [%s]
                """.formatted(name, DRIVER, name, name, devices), ResourceSlice.class)).create();
    }

    private static void pod(String site, String name, String node, String template, boolean waits) {
        create("""
                apiVersion: v1
                kind: Pod
                metadata: {name: %s, namespace: %s, labels: {elastic-jupyter.io/reclaim: idle-kernels}}
                spec:
                  %snodeSelector: {site: %s%s}
                  resourceClaims: [{name: gpu, resourceClaimTemplateName: %s}]
                  containers: [{name: main, image: x, resources: {claims: [{name: gpu}]}}]
                """.formatted(name, site, waits ? "priorityClassName: training\n  " : "", site,
                node.isEmpty() ? "" : ", host: " + node, template));
    }

    /** Waits until the scheduler has bound a pod or found that it fits nowhere; before, its claim may not exist. */
    private static void judged(String site, String name) {
        await().alias(site + "/" + name).atMost(PATIENCE).pollInterval(Duration.ofMillis(20)).until(() -> {
            Pod pod = client.pods().inNamespace(site).withName(name).get();
            return pod.getSpec().getNodeName() != null || pod.getStatus().getConditions().stream()
                    .anyMatch(each -> "Unschedulable".equals(each.getReason())
                            && !each.getMessage().contains("waiting for"))
                    && !pod.getStatus().getResourceClaimStatuses().isEmpty();
        });
    }

    private static boolean isBound(String site) {
        return client.pods().inNamespace(site).withName("waiting").get().getSpec().getNodeName() != null;
    }
}
