package io.elasticjupyter.application;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.elasticjupyter.api.v1alpha1.CullingStatus;
import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.api.v1alpha1.JupyterGatewayStatus;
import io.elasticjupyter.api.v1alpha1.JupyterKernel;
import io.elasticjupyter.api.v1alpha1.TerminatingKernel;
import io.elasticjupyter.cull.policy.CullSchedule;
import io.elasticjupyter.local.fake.FakeGateway;
import io.elasticjupyter.local.fake.FakeGateway.Fault;
import io.elasticjupyter.local.fake.MemoryKernels;
import io.embeddedkubernetes.Request;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** A pod that no node has room for gets the resources of idle kernels. */
class ReclaimFunctionTest extends FunctionsTest {

    private static final Duration AN_HOUR = Duration.ofHours(1);
    private static final Duration RECENTLY = Duration.ofSeconds(30);
    private static final MemoryKernels KERNELS = new MemoryKernels();

    private static FakeGateway gateways;

    private WaitingCluster cluster;
    private Watch scheduler;

    /** Called when a kernel's pod terminates. */
    private volatile Consumer<Pod> takesThePlace;

    private JupyterGateway gateway;

    @BeforeAll
    static void start() throws IOException {
        server();
    }

    private static synchronized FakeGateway server() throws IOException {
        if (gateways == null) {
            gateways = FakeGateway.start(KERNELS);
        }
        return gateways;
    }

    @AfterAll
    static void stop() {
        gateways.close();
        gateways = null;
    }

    @DynamicPropertySource
    static void gatewayUrl(DynamicPropertyRegistry registry) {
        registry.add("elastic-jupyter.gateway-url", () -> {
            try {
                return server().urlTemplate();
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
    }

    @AfterEach
    void stopScheduling() {
        scheduler.close();
    }

    @BeforeEach
    void empty() {
        gateways.reset();
        cluster = new WaitingCluster(client, KERNELS);
        cluster.empty();
        takesThePlace = cluster::bindFirst;
        scheduler = cluster.schedule(kernel -> takesThePlace.accept(kernel));
        cluster.node("a", 2);
        gateway = cluster.gateway("g", "{cullIdleTimeout: 36000}");
    }

    @Test
    void theIdlestKernelIsCulled() throws Exception {
        cluster.kernel(gateway, "used", "a", "idle", RECENTLY);
        cluster.kernel(gateway, "idle", "a", "idle", AN_HOUR);
        Pod pod = cluster.waiting("training", 1);

        HttpResponse<String> response = send(pod);

        assertThat(response.headers().firstValue("ce-type")).contains("io.elasticjupyter.reclaimed");
        assertThat(response.headers().firstValue("ce-outcome")).contains("reclaimed");
        assertThat(FunctionCalls.report(response).path("pods")).singleElement().satisfies(result -> {
            assertThat(result.path("name").asText()).isEqualTo("training");
            assertThat(result.path("node").asText()).isEqualTo("a");
            assertThat(result.path("culled").findValuesAsText("pod")).containsExactly("idle");
            assertThat(result.path("culled").findValuesAsText("gateway")).containsExactly("g");
            assertThat(result.path("reclaimed").path(WaitingCluster.GPU).asText()).isEqualTo("1");
        });
        assertThat(cluster.kernelsLeft()).containsExactly("used");
        assertThat(gateways.requests()).contains("DELETE /default/g/api/kernels/idle");
        assertThat(cluster.events("training")).containsExactly(
                "Reclaimed: 1 idle kernel was deleted to free nvidia.com/gpu 1 on node a: default/idle (idle for 60 min).");
        assertThat(cluster.events("idle")).singleElement().asString()
                .startsWith("Reclaimed: Deleted after being idle for 36")
                .endsWith(" s, because pod default/training, which has a higher priority, waits for its resources. The "
                        + "next use of the notebook starts a new kernel. Reclaimed nvidia.com/gpu 1.");
        CullingStatus status = client.resources(JupyterGateway.class).inNamespace("default").withName("g").get()
                .getStatus().culling();
        assertThat(status.forWaitingPods().culled()).isEqualTo(1);
        assertThat(status.forWaitingPods().reclaimed()).isEqualTo(Map.of(WaitingCluster.GPU, new Quantity("1")));
        assertThat(status.forWaitingPods().idleSeconds()).isBetween(3600L, 3700L);
        assertThat(status.culled()).isZero();
        assertThat(status.reclaimed()).isNull();
        assertThat(status.terminating()).isNull();
    }

    /** Half of what the pod needs would help nobody. */
    @ParameterizedTest
    @ValueSource(strings = {"busy", "starting"})
    void nothingIsCulledInVain(String state) throws Exception {
        cluster.kernel(gateway, "one", "a", state, AN_HOUR);
        cluster.kernel(gateway, "idle", "a", "idle", AN_HOUR);
        Pod pod = cluster.waiting("training", 2);

        JsonNode result = report(pod);

        assertThat(result.path("reason").asText()).isEqualTo("NotEnoughIdle");
        assertThat(cluster.kernelsLeft()).containsExactly("idle", "one");
        assertThat(gateways.requests()).noneMatch(each -> each.startsWith("DELETE"));
        assertThat(cluster.events("training")).containsExactly(
                "NotReclaimed: 1 idle kernel on node a holds 1 of the 2 nvidia.com/gpu that are missing; other kernels "
                        + "there: 1 " + state + ".");
    }

    @Test
    void theSameReasonIsRecordedOnce() throws Exception {
        cluster.kernel(gateway, "one", "a", "busy", AN_HOUR);
        cluster.kernel(gateway, "two", "a", "busy", AN_HOUR);
        Pod pod = cluster.waiting("training", 2);

        send(pod);
        send(pod);
        cluster.active(gateway, "two", "idle", AN_HOUR);
        send(pod);

        assertThat(cluster.events("training")).hasSize(2);
    }

    @Test
    void aKernelThatIsUsedBetweenTheLooksStaysAndSoDoTheOthersThatWouldGoInVain() throws Exception {
        cluster.kernel(gateway, "one", "a", "idle", AN_HOUR);
        cluster.kernel(gateway, "two", "a", "idle", AN_HOUR);
        gateways.beforeRead(() -> cluster.active(gateway, "two", "busy", Duration.ZERO));
        Pod pod = cluster.waiting("training", 2);

        JsonNode result = report(pod);

        assertThat(result.path("reason").asText()).isEqualTo("NotEnoughIdle");
        assertThat(cluster.kernelsLeft()).containsExactly("one", "two");
        assertThat(gateways.requests()).noneMatch(each -> each.startsWith("DELETE"));
    }

    @Test
    void anotherKernelIsChosenInsteadOfOneThatIsUsedBetweenTheLooks() throws Exception {
        cluster.node("b", 1);
        cluster.kernel(gateway, "idlest", "a", "idle", Duration.ofHours(3));
        cluster.kernel(gateway, "busy", "a", "busy", AN_HOUR);
        cluster.kernel(gateway, "other", "b", "idle", AN_HOUR);
        gateways.beforeRead(() -> cluster.active(gateway, "idlest", "busy", Duration.ZERO));
        Pod pod = cluster.waiting("training", 1);

        JsonNode result = report(pod);

        assertThat(result.path("node").asText()).isEqualTo("b");
        assertThat(cluster.kernelsLeft()).containsExactly("busy", "idlest");
    }

    @Test
    void twoPodsGetDifferentKernels() throws Exception {
        cluster.node("b", 1);
        cluster.kernel(gateway, "one", "a", "idle", AN_HOUR);
        cluster.kernel(gateway, "two", "a", "idle", Duration.ofHours(2));
        cluster.kernel(gateway, "three", "b", "idle", Duration.ofHours(3));
        Pod pod = cluster.waiting("first", 1);
        cluster.waiting("second", 1);

        JsonNode pods = FunctionCalls.report(send(pod)).path("pods");

        assertThat(pods.findValuesAsText("reason")).containsExactly("Reclaim", "Reclaim");
        assertThat(pods.findValuesAsText("pod")).containsExactly("three", "two");
        assertThat(cluster.kernelsLeft()).containsExactly("one");
        assertThat(cluster.events("first")).singleElement().asString().startsWith("Reclaimed: ");
        assertThat(cluster.events("second")).singleElement().asString().startsWith("Reclaimed: ");
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void theKernelsOfAGatewayThatDoesNotAnswerStay(Fault fault) throws Exception {
        JupyterGateway other = cluster.gateway("other", "{}");
        cluster.kernel(gateway, "one", "a", "idle", Duration.ofHours(5));
        cluster.kernel(other, "two", "a", "idle", AN_HOUR);
        gateways.fail("default/g", fault);
        Pod pod = cluster.waiting("training", 1);

        long start = System.nanoTime();
        report(pod);

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
        assertThat(cluster.kernelsLeft()).containsExactly("one");
    }

    @Test
    void aGatewayCanExcludeItsKernels() throws Exception {
        JupyterGateway never = cluster.gateway("never", "{reclaimAfter: 0}");
        JupyterGateway late = cluster.gateway("late", "{reclaimAfter: 7200}");
        cluster.kernel(never, "one", "a", "idle", AN_HOUR);
        cluster.kernel(late, "two", "a", "idle", AN_HOUR);
        Pod pod = cluster.waiting("training", 1);

        assertThat(report(pod).path("message").asText()).contains("1 of a gateway whose reclaimAfter is 0",
                "1 not idle for reclaimAfter");

        assertThat(cluster.kernelsLeft()).containsExactly("one", "two");
        assertThat(gateways.requests()).containsExactly("GET /default/late/api/kernels");
    }

    @Test
    void aKernelOfTheSamePriorityStays() throws Exception {
        cluster.kernel(gateway, "one", "a", "idle", AN_HOUR);
        cluster.kernel(gateway, "two", "a", "idle", AN_HOUR);
        Pod pod = cluster.waiting(new PodBuilder(cluster.pod("training", 1)).editMetadata()
                .addToLabels("elastic-jupyter.io/reclaim", "idle-kernels").endMetadata().build());

        assertThat(report(pod).path("message").asText()).contains("2 with the same or a higher priority");

        assertThat(cluster.kernelsLeft()).containsExactly("one", "two");
    }

    @Test
    void aPodThatDoesNotWaitCostsOneRead() throws Exception {
        cluster.kernel(gateway, "one", "a", "idle", AN_HOUR);
        client.resource(cluster.pod("unlabelled", 2)).create();
        client.resource(new PodBuilder(cluster.pod("bound", 1)).editMetadata()
                .addToLabels("elastic-jupyter.io/reclaim", "idle-kernels").endMetadata().editSpec().withNodeName("a")
                .endSpec().build()).create();
        client.resource(new PodBuilder(cluster.pod("new", 2)).editMetadata()
                .addToLabels("elastic-jupyter.io/reclaim", "idle-kernels").endMetadata().build()).create();

        for (String name : List.of("unlabelled", "bound", "new", "deleted")) {
            api.clearRequests();
            HttpResponse<String> response = send(name, "add", Instant.now());
            assertThat(response.headers().firstValue("ce-outcome")).as(name).contains("ignored");
            assertThat(api.requests()).as(name).singleElement().satisfies(request -> {
                assertThat(request.method()).isEqualTo("GET");
                assertThat(request.path()).isEqualTo("/api/v1/namespaces/default/pods/" + name);
            });
        }
        assertThat(gateways.requests()).isEmpty();
    }

    @Test
    void noGatewayIsAskedForAPodThatFitsOrIsTooLarge() throws Exception {
        cluster.kernel(gateway, "one", "a", "idle", AN_HOUR);

        assertThat(report(cluster.waiting("fits", 1)).path("reason").asText()).isEqualTo("Fits");
        client.pods().inNamespace("default").withName("fits").delete();
        assertThat(report(cluster.waiting("large", 3)).path("reason").asText()).isEqualTo("TooLarge");

        assertThat(gateways.requests()).isEmpty();
        assertThat(cluster.events("fits")).isEmpty();
        assertThat(cluster.kernelsLeft()).containsExactly("one");
    }

    @Test
    void aStormOfEventsCostsTwoRunsAtMost() throws Exception {
        cluster.kernel(gateway, "one", "a", "idle", AN_HOUR);
        cluster.kernel(gateway, "two", "a", "busy", AN_HOUR);
        List<Pod> pods = IntStream.range(0, 20).mapToObj(i -> cluster.waiting("training-" + i, 2)).toList();
        Instant before = Instant.now();
        api.clearRequests();

        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<HttpResponse<String>>> events = IntStream.range(0, 100)
                    .<Callable<HttpResponse<String>>>mapToObj(i -> () -> send(
                            pods.get(i % pods.size()).getMetadata().getName(), "update", before))
                    .toList();
            for (var response : threads.invokeAll(events)) {
                assertThat(response.get().statusCode()).isEqualTo(200);
            }
        }

        assertThat(api.requests().stream().map(Request::path).filter("/api/v1/nodes"::equals)).hasSizeBetween(1, 2);
    }

    /** Two pods of the function can run at the same time: another run has deleted the kernel that this one has chosen. */
    @Test
    void noOtherKernelIsCulledInsteadOfOneThatIsGone() throws Exception {
        cluster.kernel(gateway, "one", "a", "idle", AN_HOUR);
        cluster.kernel(gateway, "two", "a", "idle", Duration.ofHours(2));
        Pod pod = cluster.waiting("training", 1);
        gateways.beforeRead(() -> KERNELS.of("default/g").orElseThrow().stream()
                .filter(each -> each.id().equals("two")).forEach(each -> KERNELS.delete("default/g", each)));

        assertThat(report(pod).path("reason").asText()).isEqualTo("FitsSoon");

        assertThat(gateways.requests()).noneMatch(each -> each.startsWith("DELETE"));
        assertThat(cluster.events("training")).isEmpty();
    }

    @Test
    void noOtherKernelIsCulledInsteadOfOneThatAnotherRunIsDeleting() throws Exception {
        cluster.kernel(gateway, "one", "a", "idle", AN_HOUR);
        cluster.kernel(gateway, "two", "a", "idle", Duration.ofHours(2));
        KERNELS.of("default/g").orElseThrow().stream().filter(each -> each.id().equals("two"))
                .forEach(each -> KERNELS.delete("default/g", each));
        String uid = client.resources(JupyterKernel.class).inNamespace("default").withName("two").get().getMetadata()
                .getUid();
        client.resources(JupyterGateway.class).inNamespace("default").withName("g").editStatus(it -> {
            it.setStatus(new JupyterGatewayStatus(null, null, null, null, null, null, null, null,
                    new CullingStatus(null, null, 0, null, 0, null,
                            List.of(new TerminatingKernel("two", uid, "another-run", 7200, null, "default/training"))),
                    null));
            return it;
        });

        assertThat(report(cluster.waiting("training", 1)).path("reason").asText()).isEqualTo("FitsSoon");

        assertThat(cluster.kernelsLeft()).containsExactly("one", "two");
    }

    @Test
    void runsAtTheSameTimeCullOneKernel() throws Exception {
        cluster.kernel(gateway, "one", "a", "idle", AN_HOUR);
        cluster.kernel(gateway, "two", "a", "idle", Duration.ofHours(2));
        Pod pod = cluster.waiting("training", 1);

        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<HttpResponse<String>>> events = IntStream.range(0, 8)
                    .<Callable<HttpResponse<String>>>mapToObj(i -> () -> send(pod)).toList();
            for (var response : threads.invokeAll(events)) {
                assertThat(response.get().statusCode()).isEqualTo(200);
            }
        }

        assertThat(cluster.kernelsLeft()).containsExactly("one");
        assertThat(cluster.events("training")).filteredOn(each -> each.startsWith("Reclaimed")).hasSize(1);
    }

    @Test
    void anEventThatIsDeliveredAgainAfterAFailureIsHandled() throws Exception {
        cluster.kernel(gateway, "one", "a", "idle", AN_HOUR);
        cluster.kernel(gateway, "two", "a", "busy", AN_HOUR);
        Pod pod = cluster.waiting("training", 1);
        Instant before = Instant.now();
        api.failNext(request -> request.path().equals("/api/v1/nodes"), 500);

        assertThat(send("training", "update", before).statusCode()).isEqualTo(503);
        assertThat(send("training", "update", before).headers().firstValue("ce-outcome")).contains("reclaimed");
        assertThat(pod.getMetadata().getName()).isEqualTo("training");
        assertThat(cluster.kernelsLeft()).containsExactly("two");
    }

    /** Its adapter sends no events about the pods that were there before it. */
    @Test
    void theStartOfTheSourceFindsThePodsThatWait() throws Exception {
        api.clearRequests();
        String deployment = "{\"apiVersion\": \"apps/v1\", \"kind\": \"Deployment\", \"namespace\": \"elastic-jupyter\","
                + " \"name\": \"apiserversource-elastic-jupyter-waiting-pods\"}";
        assertThat(calls.post("reclaimKernels", "dev.knative.apiserver.ref.update", deployment).headers()
                .firstValue("ce-outcome")).contains("ignored");
        assertThat(api.requests()).hasSize(1);
        cluster.kernel(gateway, "one", "a", "idle", AN_HOUR);
        cluster.kernel(gateway, "two", "a", "busy", AN_HOUR);
        cluster.waiting("training", 1);

        assertThat(calls.post("reclaimKernels", "dev.knative.apiserver.ref.update", deployment).headers()
                .firstValue("ce-outcome")).contains("reclaimed");

        assertThat(cluster.kernelsLeft()).containsExactly("two");
        assertThat(calls.post("reclaimKernels", "dev.knative.sources.ping", "{}").headers().firstValue("ce-outcome"))
                .contains("ignored");
    }

    @Test
    void aPlaceThatAnotherPodTakesIsReported() throws Exception {
        cluster.kernel(gateway, "one", "a", "idle", AN_HOUR);
        cluster.kernel(gateway, "two", "a", "busy", AN_HOUR);
        takesThePlace = kernel -> {
            client.resource(kernel).withGracePeriod(0).delete();
            client.resource(new PodBuilder(cluster.pod("thief", 1)).editSpec().withNodeName("a").endSpec().build())
                    .create();
        };
        Pod pod = cluster.waiting("training", 1);

        send(pod);

        assertThat(cluster.events("training")).anyMatch(each -> each.startsWith("Reclaimed: "))
                .anyMatch(each -> each.equals("ReclaimDidNotHelp: Kernels were deleted to free resources, but the "
                        + "scheduler has not bound the pod within 15 s. No kernel on node a can be culled; missing there: "
                        + "1 nvidia.com/gpu; other kernels there: 1 busy."));
        assertThat(cluster.kernelsLeft()).containsExactly("two");
    }

    /** No event tells that a kernel has become idle. */
    @Test
    void aPingSourceCallsAgainWhenAKernelCanBeCulled() throws Exception {
        cluster.kernel(gateway, "one", "a", "idle", RECENTLY);
        cluster.kernel(gateway, "two", "a", "busy", AN_HOUR);
        Pod pod = cluster.waiting("training", 1);
        cluster.waiting("training-2", 1);

        send(pod);

        GenericKubernetesResource ping = client.genericKubernetesResources(WaitingCluster.PING_SOURCES)
                .inNamespace("default").withName("reclaim-" + pod.getMetadata().getUid()).get();
        assertThat(ping.getMetadata().getOwnerReferences()).singleElement()
                .satisfies(owner -> assertThat(owner.getUid()).isEqualTo(pod.getMetadata().getUid()));
        assertThat(ping.<Map<String, String>>get("spec", "ceOverrides", "extensions"))
                .containsEntry("function", "reclaimKernels");
        Instant due = CullSchedule.instant(ping.get("spec", "schedule"), Instant.now()).orElseThrow();
        assertThat(due).isBetween(Instant.now().plusSeconds(15), Instant.now().plusSeconds(32));
        assertThat(client.genericKubernetesResources(WaitingCluster.PING_SOURCES).inNamespace("default").list()
                .getItems()).as("one for all pods of the namespace").hasSize(1);
        cluster.active(gateway, "one", "idle", AN_HOUR);

        assertThat(calls.post("reclaimKernels", "dev.knative.sources.ping", ping.get("spec", "data")).headers()
                .firstValue("ce-outcome")).contains("reclaimed");

        assertThat(cluster.kernelsLeft()).containsExactly("two");
    }

    /** Others may have relied on its PingSource. */
    @ParameterizedTest
    @ValueSource(strings = {"dev.knative.sources.ping", "dev.knative.apiserver.ref.delete"})
    void theOtherPodsAreDecidedOnWhenThePodOfThePingSourceIsGone(String type) throws Exception {
        cluster.kernel(gateway, "one", "a", "idle", AN_HOUR);
        cluster.kernel(gateway, "two", "a", "busy", AN_HOUR);
        cluster.waiting("training", 1);

        assertThat(calls.post("reclaimKernels", type, type.endsWith("ping")
                ? "{\"namespace\": \"default\", \"pod\": \"gone\"}"
                : "{\"apiVersion\": \"v1\", \"kind\": \"Pod\", \"namespace\": \"default\", \"name\": \"gone\"}")
                .headers()
                .firstValue("ce-outcome")).contains("reclaimed");

        assertThat(cluster.kernelsLeft()).containsExactly("two");
    }

    /** The log has a warning for the administrator. */
    @Test
    void aPingSourceThatIsRefusedIsNoFailure() throws Exception {
        cluster.kernel(gateway, "one", "a", "busy", AN_HOUR);
        cluster.kernel(gateway, "two", "a", "busy", AN_HOUR);
        Pod pod = cluster.waiting("training", 1);
        api.failNext(request -> request.path().contains("/pingsources") && request.method().equals("PATCH"), 403);

        assertThat(report(pod).path("reason").asText()).isEqualTo("NotEnoughIdle");
    }

    @Test
    void anEventThatNamesNoPodIsRefused() throws Exception {
        for (String data : List.of("{\"pod\": \"training\"}", "{\"namespace\": \"default\"}",
                "{\"namespace\": \"default\", \"pod\": \"a/b\"}", "{\"gateway\": \"g\"}")) {
            FunctionCalls.assertProblem(calls.post("reclaimKernels", "dev.knative.sources.ping", data), 400);
        }
    }

    @Test
    void aKernelIsCulledOnlyOnANodeWhereThePodCanUseItsVolume() throws Exception {
        cluster.node("b", 1);
        cluster.kernel(gateway, "idlest", "a", "idle", Duration.ofHours(3));
        cluster.kernel(gateway, "busy", "a", "busy", AN_HOUR);
        cluster.kernel(gateway, "other", "b", "idle", AN_HOUR);
        cluster.boundClaim("data", "b");
        Pod pod = cluster.waiting(new PodBuilder(cluster.waitingPod("training", 1)).editSpec().addNewVolume()
                .withName("data").withNewPersistentVolumeClaim("data", false).endVolume().endSpec().build());

        JsonNode result = report(pod);

        assertThat(result.path("node").asText()).isEqualTo("b");
        assertThat(cluster.kernelsLeft()).containsExactly("busy", "idlest");
    }

    @Test
    void nothingIsCulledForAPodWhoseClaimDoesNotExist() throws Exception {
        cluster.kernel(gateway, "one", "a", "idle", AN_HOUR);
        cluster.kernel(gateway, "two", "a", "idle", AN_HOUR);
        Pod pod = cluster.waiting(new PodBuilder(cluster.waitingPod("training", 1)).editSpec().addNewVolume()
                .withName("data").withNewEphemeral().withNewVolumeClaimTemplate().withNewSpec()
                .withAccessModes("ReadWriteOnce").withNewResources().addToRequests("storage", new Quantity("1Gi"))
                .endResources().endSpec().endVolumeClaimTemplate().endEphemeral().endVolume().endSpec().build());

        assertThat(report(pod).path("reason").asText()).isEqualTo("NoNodeMatches");
        assertThat(cluster.kernelsLeft()).containsExactly("one", "two");
    }

    private JsonNode report(Pod pod) throws Exception {
        JsonNode pods = FunctionCalls.report(send(pod)).path("pods");
        assertThat(pods).hasSize(1);
        return pods.get(0);
    }

    private HttpResponse<String> send(Pod pod) throws Exception {
        return send(pod.getMetadata().getName(), "update", Instant.now());
    }

    private HttpResponse<String> send(String pod, String change, Instant time) throws Exception {
        return calls.send(HttpRequest.newBuilder(calls.function("reclaimKernels")).header("ce-specversion", "1.0")
                .header("ce-id", "1").header("ce-source", "/test").header("ce-time", time.toString())
                .header("ce-type", "dev.knative.apiserver.ref." + change).header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(Serialization.asJson(Map.of("kind", "Pod", "apiVersion", "v1",
                        "namespace", "default", "name", pod))))
                .build());
    }
}
