package io.elasticjupyter.application;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.elasticjupyter.local.fake.FakeGateway;
import io.elasticjupyter.local.fake.MemoryKernels;
import io.embeddedkubernetes.Request;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceClass;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaim;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceSlice;
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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** A pod with a ResourceClaim gets the device of an idle kernel. */
class ReclaimDevicesFunctionTest extends FunctionsTest {

    private static final MemoryKernels KERNELS = new MemoryKernels();

    private static FakeGateway gateways;

    private WaitingCluster cluster;
    private Watch scheduler;

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

    @BeforeEach
    void devices() {
        cluster = new WaitingCluster(client, KERNELS);
        cluster.empty();
        scheduler = cluster.schedule(cluster::bindFirst);
        cluster.node("a", 2);
        var gateway = cluster.gateway("g", "{cullIdleTimeout: 36000}");
        cluster.kernel(gateway, "busy", "a", "busy", Duration.ofHours(1));
        cluster.kernel(gateway, "idle", "a", "idle", Duration.ofHours(1));
        create("DeviceClass", "gpu", "spec: {}", DeviceClass.class);
        create("ResourceSlice", "a", """
                spec:
                  driver: gpu.example.com
                  nodeName: a
                  pool: {name: a, generation: 1, resourceSliceCount: 1}
                  devices: [{name: d0}, {name: d1}]
                """, ResourceSlice.class);
        for (String kernel : List.of("busy", "idle")) {
            create("ResourceClaim", kernel, claim("gpu") + """
                    status:
                      allocation: {devices: {results: [{request: main, driver: gpu.example.com, pool: a, device: %s}]}}
                      reservedFor: [{resource: pods, name: %s, uid: %s}]
                    """.formatted(kernel.equals("busy") ? "d0" : "d1", kernel, kernel), ResourceClaim.class);
        }
    }

    @AfterEach
    void clean() {
        scheduler.close();
        client.resources(ResourceClaim.class).inNamespace("default").delete();
        client.resources(ResourceSlice.class).delete();
        client.resources(DeviceClass.class).delete();
    }

    private static String claim(String deviceClass) {
        return "spec: {devices: {requests: [{name: main, exactly: {deviceClassName: " + deviceClass + "}}]}}\n";
    }

    private void create(String kind, String name, String rest, Class<? extends HasMetadata> type) {
        HasMetadata object = Serialization.unmarshal("""
                apiVersion: resource.k8s.io/v1
                kind: %s
                metadata: {name: %s%s}
                """.formatted(kind, name, kind.equals("ResourceClaim") ? ", namespace: default" : "") + rest, type);
        HasMetadata created = client.resource(object).create();
        if (object instanceof ResourceClaim claim && claim.getStatus() != null) {
            claim.getMetadata().setResourceVersion(created.getMetadata().getResourceVersion());
            client.resource(claim).updateStatus();
        }
    }

    private JsonNode waiting(String deviceClass) throws Exception {
        create("ResourceClaim", "training", claim(deviceClass), ResourceClaim.class);
        Pod pod = cluster.waiting(new PodBuilder(cluster.waitingPod("training", 0)).editSpec().addNewResourceClaim()
                .withName("gpu").withResourceClaimName("training").endResourceClaim().endSpec().build());
        JsonNode pods = FunctionCalls.report(send(pod)).path("pods");
        assertThat(pods).hasSize(1);
        return pods.get(0);
    }

    private HttpResponse<String> send(Pod pod) throws Exception {
        return calls.send(HttpRequest.newBuilder(calls.function("reclaimKernels")).header("ce-specversion", "1.0")
                .header("ce-id", "1").header("ce-source", "/test").header("ce-time", Instant.now().toString())
                .header("ce-type", "dev.knative.apiserver.ref.update").header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(Serialization.asJson(Map.of("kind", "Pod", "apiVersion", "v1",
                        "namespace", "default", "name", pod.getMetadata().getName()))))
                .build());
    }

    @Test
    void theKernelWithAnEqualRequestIsCulled() throws Exception {
        JsonNode result = waiting("gpu");

        assertThat(result.path("reason").asText()).as("%s", result).isEqualTo("Reclaim");
        assertThat(cluster.kernelsLeft()).containsExactly("busy");
    }

    @Test
    void nothingIsReadOfDevicesForAPodWithoutClaims() throws Exception {
        api.clearRequests();
        assertThat(FunctionCalls.report(send(cluster.waiting("training", 1))).path("pods").path(0).path("reason")
                .asText()).isEqualTo("Reclaim");

        assertThat(api.requests()).extracting(Request::path).noneMatch(path -> path.contains("resource.k8s.io"));
    }

    @Test
    void nothingIsCulledForAnotherClass() throws Exception {
        JsonNode result = waiting("nic");

        assertThat(result.path("message").asText()).isEqualTo("the pod has a ResourceClaim for devices of the "
                + "DeviceClass nic, of which no pod has any, which reclaim does not evaluate; no kernel is culled for "
                + "it");
        assertThat(cluster.kernelsLeft()).containsExactly("busy", "idle");
    }
}
