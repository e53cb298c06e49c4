package io.elasticjupyter.application;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.local.fake.FakeGateway;
import io.elasticjupyter.local.fake.MemoryKernels;
import io.elasticjupyter.reclaim.policy.kueue.ClusterQueue;
import io.elasticjupyter.reclaim.policy.kueue.LocalQueue;
import io.elasticjupyter.reclaim.policy.kueue.ResourceFlavor;
import io.elasticjupyter.reclaim.policy.kueue.Workload;
import io.embeddedkubernetes.Request;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** A Workload of Kueue that waits for quota gets that of idle kernels. */
class ReclaimForKueueTest extends FunctionsTest {

    private static final Duration AN_HOUR = Duration.ofHours(1);
    private static final MemoryKernels KERNELS = new MemoryKernels();

    private static FakeGateway gateways;

    private WaitingCluster cluster;
    private Watch kueue;
    private volatile Consumer<Pod> release;
    private JupyterGateway gateway;

    private static synchronized FakeGateway server() {
        try {
            if (gateways == null) {
                gateways = FakeGateway.start(KERNELS);
            }
            return gateways;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @AfterAll
    static void stop() {
        gateways.close();
        gateways = null;
    }

    @DynamicPropertySource
    static void properties(DynamicPropertyRegistry registry) {
        registry.add("elastic-jupyter.gateway-url", () -> server().urlTemplate());
        registry.add("elastic-jupyter.kueue", () -> "true");
    }

    @BeforeEach
    void queues() throws IOException {
        server().reset();
        for (String crd : Files.readString(Path.of("src/test/resources/kueue/crds.yaml")).split("---\n")) {
            client.resource(Serialization.unmarshal(crd, CustomResourceDefinition.class)).createOr(it -> it.update());
        }
        cluster = new WaitingCluster(client, KERNELS);
        cluster.empty();
        client.resources(Workload.class).inNamespace("default").delete();
        for (Class<? extends HasMetadata> type : List.of(ClusterQueue.class, ResourceFlavor.class)) {
            client.resources(type).delete();
        }
        client.resources(LocalQueue.class).inNamespace("default").delete();
        apply("ResourceFlavor", "a100", "spec: {}");
        apply("ClusterQueue", "team", """
                spec:
                  resourceGroups:
                    - coveredResources: [nvidia.com/gpu]
                      flavors: [{name: a100, resources: [{name: nvidia.com/gpu, nominalQuota: 2}]}]
                """);
        apply("LocalQueue", "notebooks", "spec: {clusterQueue: team}");
        release = this::release;
        kueue = cluster.schedule(pod -> release.accept(pod));
        gateway = cluster.gateway("g", "{cullIdleTimeout: 36000, queueName: notebooks}");
    }

    @AfterEach
    void stopKueue() {
        kueue.close();
    }

    /** Deletes the Workload of a kernel, and gives its quota to the one that waits, as Kueue does. */
    private void release(Pod kernel) {
        client.resources(Workload.class).inNamespace("default").withName("pod-" + kernel.getMetadata().getName())
                .delete();
        client.genericKubernetesResources(HasMetadata.getApiVersion(Workload.class), "Workload")
                .inNamespace("default").withName("training").edit(it -> {
                    it.setAdditionalProperty("status", Map.of("admission", Map.of("clusterQueue", "team")));
                    return it;
                });
    }

    @Test
    void theIdlestKernelIsCulled() throws Exception {
        kernel("used", "busy", AN_HOUR);
        kernel("idle", "idle", AN_HOUR);
        waiting(1);

        HttpResponse<String> response = send("training");

        assertThat(response.headers().firstValue("ce-outcome")).contains("reclaimed");
        assertThat(FunctionCalls.report(response).path("pods")).singleElement().satisfies(result -> {
            assertThat(result.path("name").asText()).isEqualTo("training");
            assertThat(result.path("node").asText()).isEqualTo("a100");
            assertThat(result.path("culled").findValuesAsText("pod")).containsExactly("idle");
        });
        assertThat(cluster.kernelsLeft()).containsExactly("used");
        assertThat(gateways.requests()).contains("DELETE /default/g/api/kernels/idle");
        assertThat(cluster.events("training")).containsExactly("Reclaimed: 1 idle kernel was deleted to free "
                + "nvidia.com/gpu 1 in flavor a100: default/idle (idle for 60 min).");
        assertThat(cluster.events("idle")).singleElement().asString().contains(
                " s, because Workload default/training, which has a higher priority, waits for its resources. ");
    }

    @Test
    void nothingIsCulledInVain() throws Exception {
        kernel("used", "busy", AN_HOUR);
        kernel("idle", "idle", AN_HOUR);
        waiting(2);

        assertThat(report(send("training")).path("reason").asText()).isEqualTo("NotEnoughIdle");

        assertThat(cluster.kernelsLeft()).containsExactly("idle", "used");
        assertThat(cluster.events("training")).containsExactly("NotReclaimed: 1 idle kernel in flavor a100 holds 1 of "
                + "the 2 nvidia.com/gpu that are missing; other kernels there: 1 busy.");
    }

    /** Without quota it is no kernel that holds any, though it is idle. */
    @Test
    void aKernelWithoutQuotaStays() throws Exception {
        cluster.kernel(gateway, "unmanaged", "a", "idle", AN_HOUR);
        kernel("used", "busy", AN_HOUR);
        kernel("other", "busy", AN_HOUR);
        waiting(1);

        assertThat(report(send("training")).path("reason").asText()).isEqualTo("NotEnoughIdle");

        assertThat(cluster.kernelsLeft()).containsExactly("other", "unmanaged", "used");
    }

    @Test
    void theQuotaOfAPodThatTerminatesIsWaitedFor() throws Exception {
        kernel("gone", "idle", AN_HOUR);
        kernel("idle", "idle", AN_HOUR);
        release = pod -> {};
        finalizers("gone", List.of("kueue.x-k8s.io/managed"));
        client.pods().inNamespace("default").withName("gone").withGracePeriod(0).delete();
        waiting(1);

        assertThat(report(send("training")).path("reason").asText()).isEqualTo("FitsSoon");

        finalizers("gone", List.of());
        assertThat(gateways.requests()).noneMatch(each -> each.startsWith("DELETE"));
    }

    @Test
    void aWorkloadThatDoesNotWaitCostsOneRead() throws Exception {
        kernel("idle", "idle", AN_HOUR);
        apply("Workload", "other", "spec: {queueName: notebooks}");
        api.clearRequests();

        assertThat(send("other").headers().firstValue("ce-outcome")).contains("ignored");

        assertThat(api.requests()).singleElement()
                .satisfies(request -> assertThat(request.path()).endsWith("/workloads/other"));
    }

    @Test
    void theOverlayGrantsTheRightsThatAreUsed() throws Exception {
        kernel("used", "busy", AN_HOUR);
        kernel("idle", "idle", AN_HOUR);
        waiting(1);
        api.clearRequests();

        assertThat(send("training").headers().firstValue("ce-outcome")).contains("reclaimed");
        assertThat(calls.post("reclaimKernels", "dev.knative.sources.ping", "{}").statusCode()).isEqualTo(200);

        Set<String> used = api.requests().stream().filter(each -> each.method().equals("GET")
                && each.path().startsWith("/apis/kueue.x-k8s.io/")).map(ReclaimForKueueTest::right)
                .collect(Collectors.toCollection(TreeSet::new));
        // The function watches only if the Workload has no quota yet when it looks.
        used.add("watch workloads");
        assertThat(used).isEqualTo(granted());
    }

    private static String right(Request read) {
        List<String> path = List.of(read.path().split("/"));
        int resource = path.contains("namespaces") ? path.indexOf("namespaces") + 2 : 4;
        String verb = read.query().contains("watch=true") ? "watch" : "list";
        return (path.size() > resource + 1 ? "get" : verb) + " " + path.get(resource);
    }

    /** Returns the rights that the overlay adds to those of the culler. */
    private static Set<String> granted() throws IOException {
        Set<String> granted = new TreeSet<>();
        for (JsonNode patch : Serialization.unmarshal(Files.readString(Path.of(System.getProperty("repository.root"),
                "deploy/overlays/kueue/kustomization.yaml")), JsonNode.class).path("patches")) {
            if (patch.at("/target/name").asText().equals("elastic-jupyter-culler")) {
                for (JsonNode operation : Serialization.unmarshal("patch:\n" + patch.path("patch").asText(),
                        JsonNode.class).path("patch")) {
                    operation.at("/value/verbs").forEach(verb -> operation.at("/value/resources")
                            .forEach(resource -> granted.add(verb.asText() + " " + resource.asText())));
                }
            }
        }
        return granted;
    }

    @Test
    void theResyncFindsTheWorkloadsThatWait() throws Exception {
        kernel("used", "busy", AN_HOUR);
        kernel("idle", "idle", AN_HOUR);
        waiting(1);

        assertThat(calls.post("reclaimKernels", "dev.knative.sources.ping", "{}").headers().firstValue("ce-outcome"))
                .contains("reclaimed");

        assertThat(cluster.kernelsLeft()).containsExactly("used");
    }

    /** No event tells that a kernel has become idle. */
    @Test
    void aPingSourceCallsAgainWhenAKernelCanBeCulled() throws Exception {
        kernel("used", "busy", AN_HOUR);
        kernel("idle", "idle", Duration.ofSeconds(30));
        Workload workload = waiting(1);

        send("training");

        GenericKubernetesResource ping = client.genericKubernetesResources(WaitingCluster.PING_SOURCES)
                .inNamespace("default").withName("reclaim-" + workload.getMetadata().getUid()).get();
        assertThat(ping.getMetadata().getOwnerReferences()).singleElement().satisfies(owner -> {
            assertThat(owner.getKind()).isEqualTo("Workload");
            assertThat(owner.getUid()).isEqualTo(workload.getMetadata().getUid());
        });
        assertThat(ping.<String>get("spec", "data")).isEqualTo("{\"namespace\":\"default\",\"workload\":\"training\"}");
        cluster.active(gateway, "idle", "idle", AN_HOUR);

        assertThat(calls.post("reclaimKernels", "dev.knative.sources.ping", ping.get("spec", "data")).headers()
                .firstValue("ce-outcome")).contains("reclaimed");
    }

    @Test
    void quotaThatAnotherWorkloadTakesIsReported() throws Exception {
        kernel("used", "busy", AN_HOUR);
        kernel("idle", "idle", AN_HOUR);
        release = pod -> workload("thief", "another-pod");
        waiting(1);

        send("training");

        assertThat(cluster.events("training"))
                .anyMatch(each -> each.startsWith("ReclaimDidNotHelp: Kernels were deleted "
                        + "to free resources, but Kueue has not reserved quota for the Workload within 15 s. "));
        assertThat(cluster.kernelsLeft()).containsExactly("used");
    }

    private void finalizers(String pod, List<String> finalizers) {
        client.pods().inNamespace("default").withName(pod).edit(
                it -> new PodBuilder(it).editMetadata().withFinalizers(finalizers).endMetadata().build());
    }

    /** Creates a kernel with quota for a GPU. */
    private void kernel(String id, String state, Duration idle) {
        cluster.kernel(gateway, id, "a", state, idle);
        Pod pod = client.pods().inNamespace("default").withName(id).edit(it -> new PodBuilder(it).editMetadata()
                .addToLabels("kueue.x-k8s.io/managed", "true").endMetadata().build());
        workload(id, pod.getMetadata().getUid());
    }

    /** Creates the Workload of a pod, with quota for a GPU. */
    private void workload(String pod, String uid) {
        apply("Workload", "pod-" + pod, """
                  ownerReferences: [{apiVersion: v1, kind: Pod, name: %s, uid: %s, controller: true}]
                spec: {queueName: notebooks, priority: 0, podSets: [{name: main, count: 1}]}
                status:
                  conditions: [{type: QuotaReserved, status: 'True', reason: QuotaReserved}]
                  admission: {clusterQueue: team, podSetAssignments: [{name: main, count: 1,
                    flavors: {nvidia.com/gpu: a100}, resourceUsage: {nvidia.com/gpu: '1'}}]}
                """.formatted(pod, uid));
    }

    private Workload waiting(int gpus) {
        apply("Workload", "training", """
                  labels: {elastic-jupyter.io/reclaim: idle-kernels}
                spec: {queueName: notebooks, priority: 1000, podSets: [{name: main, count: 1, template: {spec: {}}}]}
                status:
                  conditions: [{type: QuotaReserved, status: 'False', reason: Pending}]
                  resourceRequests: [{name: main, resources: {nvidia.com/gpu: '%d'}}]
                """.formatted(gpus));
        return client.resources(Workload.class).inNamespace("default").withName("training").get();
    }

    /** @param rest more lines of the metadata, and the others */
    private void apply(String kind, String name, String rest) {
        client.resource(Serialization.unmarshal("""
                apiVersion: kueue.x-k8s.io/v1beta2
                kind: %s
                metadata:
                  name: %s%s
                """.formatted(kind, name, List.of("Workload", "LocalQueue").contains(kind)
                ? "\n  namespace: default"
                : "") + rest, GenericKubernetesResource.class)).create();
    }

    private static JsonNode report(HttpResponse<String> response) throws Exception {
        JsonNode pods = FunctionCalls.report(response).path("pods");
        assertThat(pods).hasSize(1);
        return pods.get(0);
    }

    private HttpResponse<String> send(String workload) throws Exception {
        return calls.send(HttpRequest.newBuilder(calls.function("reclaimKernels")).header("ce-specversion", "1.0")
                .header("ce-id", "1").header("ce-source", "/test")
                .header("ce-type", "dev.knative.apiserver.ref.update").header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(Serialization.asJson(Map.of("kind", "Workload", "apiVersion",
                        "kueue.x-k8s.io/v1beta2", "namespace", "default", "name", workload))))
                .build());
    }
}
