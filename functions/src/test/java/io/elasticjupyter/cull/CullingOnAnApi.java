package io.elasticjupyter.cull;

import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.api.v1alpha1.JupyterGatewayStatus;
import io.elasticjupyter.api.v1alpha1.JupyterKernel;
import io.elasticjupyter.cull.policy.KeepUntil;
import io.elasticjupyter.fixtures.ResourceFixture;
import io.elasticjupyter.kubernetes.EmbeddedClient;
import io.elasticjupyter.kubernetes.OwnerReferences;
import io.elasticjupyter.kubernetes.WatchedNamespaces;
import io.elasticjupyter.local.fake.FakeGateway;
import io.elasticjupyter.local.fake.FakeKernel;
import io.elasticjupyter.local.fake.MemoryKernels;
import io.elasticjupyter.workload.GatewayToken;
import io.embeddedkubernetes.EmbeddedApi;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** An API server and a fake gateway, for tests of the cull of one gateway. */
abstract class CullingOnAnApi {

    static final Duration AN_HOUR = Duration.ofHours(1);

    static EmbeddedApi api;
    static KubernetesClient client;
    static FakeGateway gateways;

    private static final MemoryKernels KERNELS = new MemoryKernels();

    @BeforeAll
    static void start() throws IOException {
        api = EmbeddedApi.start(0);
        gateways = FakeGateway.start(KERNELS);
        client = EmbeddedClient.of(api);
        Path deploy = Path.of(System.getProperty("repository.root"), "deploy", "crds");
        for (File crd : List.of(deploy.resolve("jupytergateways.yaml").toFile(),
                deploy.resolve("jupyterkernels.yaml").toFile(),
                deploy.resolve("jupyternotebooks.yaml").toFile(),
                new File("src/test/resources/knative/pingsource.yaml"))) {
            client.resources(CustomResourceDefinition.class).load(crd).create();
        }
    }

    @AfterAll
    static void stop() {
        client.close();
        gateways.close();
        api.close();
    }

    @BeforeEach
    void empty() {
        gateways.reset();
        KERNELS.clear();
        for (var type : List.of(JupyterKernel.class, JupyterGateway.class, Pod.class, Secret.class, Event.class)) {
            client.resources(type).inNamespace("default").delete();
        }
        gateway("g", 600);
    }

    static CullRun run(boolean dryRun) {
        return run(Clock.systemUTC(), Clock.systemUTC(), dryRun);
    }

    /** Returns a run at a later time, when new pods must be listed. The kernels of the gateways are not older in that run. */
    static CullRun laterRun() {
        return run(Clock.systemUTC(), Clock.offset(Clock.systemUTC(), Duration.ofMinutes(7)), false);
    }

    static CullRun run(Clock gatewayClient, Clock culls, boolean dryRun) {
        return new CullRun(new WatchedNamespaces(client, Optional.empty()),
                new GatewayClient(gateways.urlTemplate(), new GatewayTokens(client)::of, gatewayClient),
                PingSink.BROKER, culls,
                dryRun);
    }

    static CullResult cull(String gateway) {
        return cull(gateway, run(false));
    }

    static CullResult cull(String gateway, CullRun run) {
        return GatewayCull.cullAll(
                List.of(client.resources(JupyterGateway.class).inNamespace("default").withName(gateway).get()), run)
                .getFirst();
    }

    /** Adds a kernel to the fake gateway. */
    static void listed(String gateway, String id, String state, Duration idle) {
        KERNELS.put("default/" + gateway, FakeKernel.of(id, state, Instant.now().minus(idle), 1));
    }

    /** Returns the ids of the kernels whose deletion gateways were asked for. */
    static List<String> deleted() {
        return gateways.requests().stream().filter(request -> request.startsWith("DELETE "))
                .map(request -> request.substring(request.lastIndexOf('/') + 1)).toList();
    }

    static void gateway(String name, int idleTimeout) {
        client.resource(
                "apiVersion: kubeflow.tkestack.io/v1alpha1\nkind: JupyterGateway\nmetadata: {name: %s, namespace: default}\nspec: {cullIdleTimeout: %d, cullInterval: 5}\n"
                        .formatted(name, idleTimeout))
                .create();
    }

    /** Creates the Secret with the token of a gateway, which the gateway then requires. */
    static void token(String gateway, String token, String ownerUid) {
        client.resource(new SecretBuilder().withNewMetadata().withNamespace("default")
                .withName(GatewayToken.secretName(gateway))
                .addNewOwnerReference().withApiVersion("kubeflow.tkestack.io/v1alpha1").withKind("JupyterGateway")
                .withName(gateway).withUid(ownerUid).withController(true).endOwnerReference()
                .endMetadata().addToStringData("token", token).build()).create();
        gateways.require("default/" + gateway, token);
    }

    static String uid(String gateway) {
        return client.resources(JupyterGateway.class).inNamespace("default").withName(gateway).get().getMetadata()
                .getUid();
    }

    /** Creates a kernel of the gateway g. */
    static void kernel(String id) {
        kernel("g", id);
    }

    /** Creates a kernel of a gateway: a JupyterKernel and its pod, as the launcher and a function do. */
    static void kernel(String gateway, String id) {
        pod(id, OwnerReferences.controller(jupyterKernel(id, Optional.of(owner(gateway)))));
    }

    /** Creates a JupyterKernel. Its pod is created by {@link #pod}. */
    static JupyterKernel jupyterKernel(String id, Optional<OwnerReference> owner) {
        JupyterKernel kernel = ResourceFixture.aKernel("jovyan-" + id).inNamespace("default").withLabel("kernel_id", id)
                .withTemplateRef("t").build();
        owner.ifPresent(each -> kernel.getMetadata().setOwnerReferences(List.of(each)));
        return client.resource(kernel).create();
    }

    /** Creates the pod of a kernel, with a GPU. */
    static Pod pod(String id, OwnerReference... owners) {
        return client.resource(new PodBuilder().withNewMetadata().withName("jovyan-" + id).withNamespace("default")
                .withLabels(Map.of("kernel_id", id, "component", "kernel", "app", "enterprise-gateway"))
                .withOwnerReferences(owners)
                .endMetadata()
                .withNewSpec().addNewContainer().withName("kernel").withImage("x").withNewResources()
                .addToRequests("nvidia.com/gpu", new Quantity("1")).addToLimits("nvidia.com/gpu", new Quantity("1"))
                .endResources().endContainer().endSpec()
                .build()).create();
    }

    /** Returns a reference to a gateway as the controller. */
    static OwnerReference owner(String gateway) {
        return OwnerReferences.controller(
                client.resources(JupyterGateway.class).inNamespace("default").withName(gateway).get());
    }

    /** Returns the names of the pods that exist. */
    static List<String> pods() {
        return client.pods().inNamespace("default").list().getItems().stream().map(pod -> pod.getMetadata().getName())
                .sorted().toList();
    }

    static void annotate(String id, String keepUntil) {
        client.pods().inNamespace("default").withName("jovyan-" + id)
                .edit(pod -> new PodBuilder(pod).editMetadata().addToAnnotations(KeepUntil.ANNOTATION, keepUntil)
                        .endMetadata().build());
    }

    static JupyterGatewayStatus status(String gateway) {
        return client.resources(JupyterGateway.class).inNamespace("default").withName(gateway).get().getStatus();
    }

    static Condition activityKnown(String gateway) {
        return status(gateway).conditions().stream().filter(c -> c.getType().equals("ActivityKnown")).findFirst()
                .orElseThrow();
    }

    /** Returns the PingSource of the installation, which has the same sink. */
    static GenericKubernetesResource hourlyResync() {
        return client.genericKubernetesResources(CullPingSource.PING_SOURCES)
                .load(Path.of(System.getProperty("repository.root"), "eventing", "knative", "resync.yaml")
                        .toFile())
                .item();
    }

    static GenericKubernetesResource pingSource(String gateway) {
        return client.genericKubernetesResources(CullPingSource.PING_SOURCES).inNamespace("default")
                .withName(gateway + "-cull").get();
    }
}
