package io.elasticjupyter.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.integration.FunctionsServer.Answer;
import io.elasticjupyter.kubernetes.OwnerReferences;
import io.elasticjupyter.local.BinaryApiServer;
import io.elasticjupyter.local.FreePort;
import io.elasticjupyter.local.ResourceEvents;
import io.elasticjupyter.local.ResourceEvents.Change;
import io.elasticjupyter.local.ResourceEvents.Mode;
import io.elasticjupyter.local.fake.FakeGateway;
import io.elasticjupyter.local.fake.FakeKernel;
import io.elasticjupyter.local.fake.MemoryKernels;
import io.elasticjupyter.reclaim.policy.kueue.Workload;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/**
 * Kernels in the queues of the real Kueue: a Workload that waits for their quota gets it. Beside it, the kernels that Kueue's own
 * preemption ends in the same queues.
 */
@EnabledIfEnvironmentVariable(named = "KUEUE", matches = ".+")
@EnabledIfEnvironmentVariable(named = "KUEUE_SOURCE", matches = ".+")
@EnabledIfEnvironmentVariable(named = "KUBEBUILDER_ASSETS", matches = ".+")
class KueueTest {

    private static final int SITES = Integer.getInteger("kueue.sites", 12);
    private static final String NAMESPACE = "team";
    private static final String GPU = "nvidia.com/gpu";
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final MemoryKernels KERNELS = new MemoryKernels();

    private static BinaryApiServer server;
    private static KubernetesClient client;
    private static KueueProcess kueue;
    private static FakeGateway gateways;
    private static FunctionsServer functions;

    /** @param inUse whether the kernel may not be culled */
    private record Kernel(String name, boolean inUse) {}

    /** A ClusterQueue of its own for one pod that waits. */
    private record Queue(String name, List<Kernel> kernels, String waiting) {}

    @BeforeAll
    static void start() throws IOException {
        server = BinaryApiServer.start(Path.of(System.getenv("KUBEBUILDER_ASSETS")), FreePort.any());
        client = new KubernetesClientBuilder().withConfig(server.config()).build();
        try (Stream<Path> crds = Files.list(Documents.ROOT.resolve("deploy/crds"))) {
            crds.filter(file -> !file.endsWith("kustomization.yaml")).forEach(
                    file -> client.resources(CustomResourceDefinition.class).load(file.toFile()).create());
        }
        KnativeDefinitions.read().forEach(each -> client.resource(each).create());
        client.resource(new NamespaceBuilder().withNewMetadata().withName(NAMESPACE).endMetadata().build()).create();
        kueue = KueueProcess.start(server, client);
        // Kueue releases the quota of a pod that is gone when its Workload is.
        assumeTrue(server.startControllers(List.of("garbage-collector-controller")),
                "KUEBUILDER_ASSETS has no kube-controller-manager");
        gateways = FakeGateway.start(KERNELS);
        functions = FunctionsServer.start(server.kubeconfig().orElseThrow(),
                "--elastic-jupyter.gateway-url=" + gateways.urlTemplate(), "--elastic-jupyter.kueue=true");
        apply("scheduling.k8s.io/v1", "PriorityClass", "training", "value: 1000\npreemptionPolicy: Never");
        apply("kueue.x-k8s.io/v1beta2", "ResourceFlavor", "a100", "spec: {}");
    }

    @AfterAll
    static void stop() {
        Optional.ofNullable(functions).ifPresent(FunctionsServer::close);
        Optional.ofNullable(gateways).ifPresent(FakeGateway::close);
        Optional.ofNullable(kueue).ifPresent(KueueProcess::close);
        Optional.ofNullable(client).ifPresent(KubernetesClient::close);
        Optional.ofNullable(server).ifPresent(BinaryApiServer::close);
    }

    @Test
    void aWorkloadThatWaitsGetsTheQuotaOfTheIdlestKernel() {
        queue("one", 2, "");
        JupyterGateway gateway = gateway("one");
        kernel(gateway, "one-busy", 1, "");
        kernel(gateway, "one-idle", 1, "");
        listed("one", "one-busy", "busy", Duration.ofHours(1));
        listed("one", "one-idle", "idle", Duration.ofHours(1));
        waiting("one-first", "one", 1, true);
        Workload first = pending("one-first");

        Answer answer = send(first);

        assertThat(answer.outcome()).as("%s", answer).isEqualTo("reclaimed");
        assertThat(hasQuota("one-first")).isTrue();
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(pods()).contains("one-busy").doesNotContain("one-idle"));
        assertThat(pod("one-first").getSpec().getSchedulingGates()).as("Kueue lets it start").isEmpty();
        assertThat(messages(first)).singleElement().asString()
                .startsWith("1 idle kernel was deleted to free " + GPU + " 1 in flavor a100: team/one-idle");

        waiting("one-second", "one", 1, true);
        Answer next = send(pending("one-second"));

        assertThat(next.outcome()).as("%s", next).isEqualTo("waiting");
        assertThat(pods()).contains("one-busy");
    }

    /** The second row of the table on the page is that of Kueue with {@code withinClusterQueue: LowerPriority}. */
    @Test
    void noKernelInUseIsCulledOnRandomQueues() throws Exception {
        List<Queue> ours = queues("r", "", true);
        ours.forEach(each -> judged(each.waiting()));
        long waiting = ours.stream().filter(each -> !hasQuota(each.waiting())).count();
        Instant start = Instant.now();
        Answer answer = functions.ping("reclaimKernels", "{}");
        assertThat(answer.status()).as("%s", answer).isEqualTo(200);
        Map<String, JsonNode> results = new HashMap<>();
        Serialization.unmarshal(answer.body(), JsonNode.class).path("pods")
                .forEach(each -> results.put(each.path("name").asText(), each));
        long seconds = Duration.between(start, Instant.now()).toSeconds();
        assertThat(results).hasSize((int) waiting);
        assertThat(ours).allSatisfy(each -> {
            JsonNode result = results.get(workloadOf(each.waiting()).getMetadata().getName());
            assertThat(hasQuota(each.waiting())).as("%s", result)
                    .isEqualTo(result == null || result.path("reason").asText().equals("Reclaim"));
        });
        print("reclaim", ours);
        assertThat(inUse(ours)).isZero();

        List<Queue> preempting = queues("p", "LowerPriority", false);
        preempting.forEach(each -> judged(each.waiting()));
        print("Kueue's preemption", preempting);
        System.out.println("KueueTest: one run for " + waiting + " Workloads took " + seconds + " s");
        assertThat(inUse(preempting)).as("the comparison is one").isPositive();
    }

    private static void print(String name, List<Queue> queues) {
        Set<String> left = pods();
        System.out.printf("KueueTest, %d queues: | %s | %d with quota | %d kernels deleted | %d of these in use |%n",
                queues.size(), name, queues.stream().filter(each -> hasQuota(each.waiting())).count(),
                queues.stream().flatMap(each -> each.kernels().stream()).filter(each -> !left.contains(each.name()))
                        .count(),
                inUse(queues));
    }

    private static long inUse(List<Queue> queues) {
        Set<String> left = pods();
        return queues.stream().flatMap(each -> each.kernels().stream())
                .filter(each -> each.inUse() && !left.contains(each.name())).count();
    }

    /** Creates queues with little more quota than their kernels use, and a pod that waits in each: the same for the same name. */
    private static List<Queue> queues(String prefix, String preemption, boolean asks) {
        List<Queue> queues = new ArrayList<>();
        for (int seed = 1; seed <= SITES; seed++) {
            Random random = new Random(seed);
            String name = prefix + seed;
            int[] sizes = random.ints(1 + random.nextInt(5), 1, 3).toArray();
            queue(name, IntStream.of(sizes).sum() + (random.nextInt(3) == 0 ? 1 : 0), preemption);
            JupyterGateway gateway = gateway(name);
            List<Kernel> kernels = new ArrayList<>();
            for (int size : sizes) {
                String kernel = name + "-k" + kernels.size();
                boolean busy = random.nextInt(3) == 0;
                Duration idle = Duration.ofSeconds(List.of(5, 300, 900, 7200).get(random.nextInt(4)));
                boolean high = random.nextInt(6) == 0;
                kernel(gateway, kernel, size, high ? "priorityClassName: training, " : "");
                listed(name, kernel, busy ? "busy" : "idle", idle);
                kernels.add(new Kernel(kernel, busy || high || idle.toSeconds() < 60));
            }
            waiting(name + "-waiting", name, 1 + random.nextInt(3), asks);
            queues.add(new Queue(name, kernels, name + "-waiting"));
        }
        return queues;
    }

    private static void queue(String name, int gpus, String preemption) {
        Map<String, Object> fields = new HashMap<>(preemption.isEmpty()
                ? Map.of()
                : Map.of("preemption", Map.of("withinClusterQueue", preemption)));
        fields.put("namespaceSelector", Map.of());
        fields.put("resourceGroups", List.of(Map.of("coveredResources", List.of(GPU), "flavors", List.of(Map.of("name",
                "a100", "resources", List.of(Map.of("name", GPU, "nominalQuota", gpus)))))));
        apply("kueue.x-k8s.io/v1beta2", "ClusterQueue", name, "spec: " + Serialization.asJson(fields));
        apply("kueue.x-k8s.io/v1beta2", "LocalQueue", name, "spec: {clusterQueue: " + name + "}");
    }

    private static JupyterGateway gateway(String name) {
        apply("kubeflow.tkestack.io/v1alpha1", "JupyterGateway", name, "spec: {queueName: " + name + "}");
        return client.resources(JupyterGateway.class).inNamespace(NAMESPACE).withName(name).get();
    }

    /** Creates a kernel as the gateway's launcher does, and waits until Kueue lets it start. */
    private static void kernel(JupyterGateway gateway, String name, int gpus, String pod) {
        GenericKubernetesResource kernel = apply("kubeflow.tkestack.io/v1alpha1", "JupyterKernel", name, """
                  labels: {kernel_id: %s}
                  ownerReferences: [%s]
                spec:
                  template: {spec: {%scontainers: [{name: kernel, image: x, resources: {limits: {%s: %d}}}]}}
                """.formatted(name, Serialization.asJson(OwnerReferences.controller(gateway)), pod, GPU, gpus));
        Answer answer = functions.post("reconcileKernel",
                new ResourceEvents(URI.create(server.config().getMasterUrl()), Mode.REFERENCE).event(Change.ADD,
                        kernel));
        assertThat(answer.status()).as("%s", answer).isEqualTo(200);
        await().atMost(PATIENCE).until(() -> pod(name).getSpec().getSchedulingGates().isEmpty());
    }

    private static void listed(String gateway, String id, String state, Duration idle) {
        KERNELS.put(NAMESPACE + "/" + gateway, FakeKernel.of(id, state, Instant.now().minus(idle), 0));
    }

    private static void waiting(String name, String queue, int gpus, boolean asks) {
        apply("v1", "Pod", name, """
                  labels: {kueue.x-k8s.io/queue-name: %s%s}
                spec:
                  priorityClassName: training
                  containers: [{name: main, image: x, resources: {limits: {%s: %d}}}]
                """.formatted(queue, asks ? ", elastic-jupyter.io/reclaim: idle-kernels" : "", GPU, gpus));
    }

    /** Waits until Kueue has considered a pod, and preempts no more for it. */
    private static void judged(String pod) {
        await().atMost(PATIENCE).until(() -> hasQuota(pod) || condition(pod).filter(
                each -> each.path("reason").asText().equals("Pending")
                        && !each.path("message").asText().contains("preemption of"))
                .isPresent());
    }

    private static Workload pending(String pod) {
        judged(pod);
        assertThat(hasQuota(pod)).isFalse();
        return client.resources(Workload.class).inNamespace(NAMESPACE)
                .withName(workloadOf(pod).getMetadata().getName()).get();
    }

    private static Answer send(Workload workload) {
        return functions.post("reclaimKernels",
                new ResourceEvents(URI.create(server.config().getMasterUrl()), Mode.REFERENCE)
                        .event(Change.UPDATE, Serialization.unmarshal(Serialization.asJson(workload),
                                GenericKubernetesResource.class)));
    }

    private static boolean hasQuota(String pod) {
        return Optional.ofNullable(workloadOf(pod)).filter(each -> each.get("status", "admission") != null).isPresent();
    }

    private static Optional<JsonNode> condition(String pod) {
        return Optional.ofNullable(workloadOf(pod)).map(each -> Site.condition(each, "QuotaReserved"));
    }

    private static GenericKubernetesResource workloadOf(String pod) {
        String uid = pod(pod).getMetadata().getUid();
        return client.genericKubernetesResources(HasMetadata.getApiVersion(Workload.class), "Workload")
                .inNamespace(NAMESPACE).withLabel("kueue.x-k8s.io/job-uid", uid).list().getItems().stream().findFirst()
                .orElse(null);
    }

    private static Pod pod(String name) {
        return client.pods().inNamespace(NAMESPACE).withName(name).get();
    }

    private static Set<String> pods() {
        return client.pods().inNamespace(NAMESPACE).list().getItems().stream()
                .filter(each -> !each.isMarkedForDeletion()).map(each -> each.getMetadata().getName())
                .collect(Collectors.toSet());
    }

    private static List<String> messages(Workload workload) {
        return client.v1().events().inNamespace(NAMESPACE).list().getItems().stream()
                .filter(each -> workload.getMetadata().getUid().equals(each.getInvolvedObject().getUid()))
                .filter(each -> each.getReason().endsWith("Reclaimed")).map(each -> each.getMessage()).toList();
    }

    /** @param rest more lines of the metadata, and the others */
    private static GenericKubernetesResource apply(String version, String kind, String name, String rest) {
        boolean clustered = Set.of("ClusterQueue", "ResourceFlavor", "PriorityClass").contains(kind);
        return client.resource(Serialization.unmarshal("""
                apiVersion: %s
                kind: %s
                metadata:
                  name: %s%s
                """.formatted(version, kind, name, clustered ? "" : "\n  namespace: " + NAMESPACE) + rest,
                GenericKubernetesResource.class)).create();
    }
}
