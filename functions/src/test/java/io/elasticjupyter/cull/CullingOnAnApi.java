package io.elasticjupyter.cull;

import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.api.v1alpha1.JupyterGatewayStatus;
import io.elasticjupyter.api.v1alpha1.JupyterKernel;
import io.embeddedkubernetes.EmbeddedApi;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** An API server and gateways for tests of one look at a gateway's kernels. */
abstract class CullingOnAnApi {

    static final Duration AN_HOUR = Duration.ofHours(1);

    static EmbeddedApi api;
    static KubernetesClient client;
    static GatewayForTests gateways;

    final GatewayCull culler = new GatewayCull(client, new GatewayClient(gateways.template(), Clock.systemUTC()),
            PingSink.BROKER,
            Clock.systemUTC());

    @BeforeAll
    static void start() throws IOException {
        api = EmbeddedApi.start(0);
        gateways = new GatewayForTests();
        client = new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder(Config.empty()).withMasterUrl(api.url().toString())
                        .withRequestTimeout(30_000).withRequestRetryBackoffLimit(0).build())
                .build();
        Path deploy = Path.of(System.getProperty("repository.root"), "deploy", "crds");
        for (File crd : List.of(deploy.resolve("jupytergateways.yaml").toFile(),
                deploy.resolve("jupyterkernels.yaml").toFile(),
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
        for (var type : List.of(JupyterKernel.class, JupyterGateway.class, Pod.class, Event.class)) {
            client.resources(type).inNamespace("default").delete();
        }
        gateway("g", 600);
    }

    CullResult look(String gateway) {
        return look(culler, gateway, false);
    }

    static CullResult look(GatewayCull culler, String gateway, boolean dryRun) {
        return culler.look(
                List.of(client.resources(JupyterGateway.class).inNamespace("default").withName(gateway).get()), dryRun)
                .getFirst();
    }

    static void gateway(String name, int idleTimeout) {
        client.resource(
                "apiVersion: kubeflow.tkestack.io/v1alpha1\nkind: JupyterGateway\nmetadata: {name: %s, namespace: default}\nspec: {cullIdleTimeout: %d, cullInterval: 5}\n"
                        .formatted(name, idleTimeout))
                .create();
    }

    static void kernel(String id) {
        JupyterKernel kernel = client.resources(JupyterKernel.class)
                .load(new java.io.ByteArrayInputStream("""
                apiVersion: kubeflow.tkestack.io/v1alpha1
                kind: JupyterKernel
                metadata: {name: jovyan-%s, namespace: default}
                spec: {templateRef: {name: t}}
                """.formatted(id).getBytes(java.nio.charset.StandardCharsets.UTF_8))).create();
        client.resource(new PodBuilder().withNewMetadata().withName("jovyan-" + id).withNamespace("default")
                .withLabels(Map.of("kernel_id", id, "component", "kernel"))
                .withOwnerReferences(
                        new OwnerReferenceBuilder().withApiVersion(kernel.getApiVersion()).withKind(kernel.getKind())
                                .withName(kernel.getMetadata().getName()).withUid(kernel.getMetadata().getUid())
                                .withController(true).build())
                .endMetadata()
                .withNewSpec().addNewContainer().withName("kernel").withImage("x").withNewResources()
                .addToRequests("nvidia.com/gpu", new Quantity("1")).addToLimits("nvidia.com/gpu", new Quantity("1"))
                .endResources().endContainer().endSpec()
                .build()).create();
    }

    static void own(String gateway, String id) {
        String uid = client.resources(JupyterGateway.class).inNamespace("default").withName(gateway).get().getMetadata()
                .getUid();
        client.resources(JupyterKernel.class).inNamespace("default").withName("jovyan-" + id).edit(kernel -> {
            kernel.getMetadata().setOwnerReferences(List.of(new OwnerReferenceBuilder()
                    .withApiVersion(kernel.getApiVersion()).withKind("JupyterGateway").withName(gateway).withUid(uid)
                    .withController(true).build()));
            return kernel;
        });
    }

    static void annotate(String id, String keepUntil) {
        client.pods().inNamespace("default").withName("jovyan-" + id)
                .edit(pod -> new PodBuilder(pod).editMetadata().addToAnnotations(GatewayCull.KEEP_UNTIL, keepUntil)
                        .endMetadata().build());
    }

    static JupyterGatewayStatus status(String gateway) {
        return client.resources(JupyterGateway.class).inNamespace("default").withName(gateway).get().getStatus();
    }

    static Condition activityKnown(String gateway) {
        return status(gateway).conditions().stream().filter(c -> c.getType().equals("ActivityKnown")).findFirst()
                .orElseThrow();
    }

    /** The one that is installed, whose sink is the same. */
    static GenericKubernetesResource hourlyResync() {
        return client.genericKubernetesResources(GatewayRecords.PING_SOURCES)
                .load(Path.of(System.getProperty("repository.root"), "eventing", "knative", "resync.yaml")
                        .toFile())
                .item();
    }

    static GenericKubernetesResource pingSource(String gateway) {
        return client.genericKubernetesResources(GatewayRecords.PING_SOURCES).inNamespace("default")
                .withName(gateway + "-cull").get();
    }
}
