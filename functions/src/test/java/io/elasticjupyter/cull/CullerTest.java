package io.elasticjupyter.cull;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.api.v1alpha1.JupyterGatewayStatus;
import io.elasticjupyter.api.v1alpha1.JupyterKernel;
import io.elasticjupyter.api.v1alpha1.KernelActivity;
import io.elasticjupyter.api.v1alpha1.KernelCounts;
import io.elasticjupyter.cull.GatewayForTests.Mood;
import io.elasticjupyter.embedded.EmbeddedApi;
import io.elasticjupyter.embedded.Request;
import io.elasticjupyter.reconcile.InParallel;
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
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** One look at a gateway's kernels, on an API server and gateways that can misbehave. */
class CullerTest {

    private static final Duration AN_HOUR = Duration.ofHours(1);

    private static EmbeddedApi api;
    private static KubernetesClient client;
    private static GatewayForTests gateways;

    private final Culler culler = new Culler(client, new GatewayClient(gateways.template(), Clock.systemUTC()),
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

    @Test
    void anIdleKernelIsEndedByItsGatewayAndItsPodAndJupyterKernelAreGone() {
        kernel("1");
        gateways.has("g", "1", "idle", AN_HOUR);

        CullReport report = look("g");

        assertThat(report.culled()).singleElement().satisfies(culled -> {
            assertThat(culled.kernelId()).isEqualTo("1");
            assertThat(culled.idleSeconds()).isBetween(3599L, 3700L);
            assertThat(culled.reclaimed()).containsEntry("nvidia.com/gpu", new Quantity("1"));
        });
        assertThat(gateways.ended).containsExactly("1");
        assertThat(client.pods().inNamespace("default").list().getItems()).isEmpty();
        assertThat(client.resources(JupyterKernel.class).inNamespace("default").list().getItems()).isEmpty();
        assertThat(client.v1().events().inNamespace("default").list().getItems()).singleElement().satisfies(event -> {
            assertThat(event.getInvolvedObject().getKind()).isEqualTo("JupyterKernel");
            assertThat(event.getMessage())
                    .matches("Deleted after it was idle for 36\\d\\d s\\. Gave back nvidia.com/gpu 1\\.");
        });
        assertThat(status("g").culling().culled()).isEqualTo(1);
        assertThat(status("g").culling().reclaimed()).containsEntry("nvidia.com/gpu", new Quantity("1"));
        assertThat(status("g").kernels()).isEqualTo(new KernelCounts(0, 0, 0));
        assertThat(pingSource("g")).isNull();
    }

    @Test
    void theNextLookIsArmedForTheFirstKernelThatCanBeDue() {
        kernel("1");
        kernel("2");
        gateways.has("g", "1", "idle", Duration.ofSeconds(60));
        gateways.has("g", "2", "busy", AN_HOUR);

        CullReport report = look("g");

        assertThat(report.culled()).isEmpty();
        Instant next = Instant.parse(report.nextCull());
        assertThat(next).isBetween(Instant.now().plusSeconds(530), Instant.now().plusSeconds(605));
        assertThat((Map<?, ?>) pingSource("g").get("spec")).satisfies(spec -> {
            assertThat(spec.get("schedule")).isEqualTo(CullSchedule.cron(next));
            assertThat(spec.get("data")).isEqualTo("{\"gateway\":\"g\",\"namespace\":\"default\"}");
            assertThat(spec.get("sink")).isEqualTo(safetyTick().get("spec", "sink"));
            assertThat(spec.get("ceOverrides")).isEqualTo(safetyTick().get("spec", "ceOverrides"));
        });
        assertThat(status("g").kernels()).isEqualTo(new KernelCounts(2, 1, 1));
        assertThat(status("g").culling().nextCull()).isEqualTo(report.nextCull());
    }

    @Test
    void aPodWhoseKernelIsNotListedYetArmsTheNextLook() {
        kernel("1");

        Instant next = Instant.parse(look("g").nextCull());

        assertThat(next).isBetween(Instant.now().plusSeconds(590), Instant.now().plusSeconds(610));
        assertThat(pingSource("g")).isNotNull();
    }

    @Test
    void aJupyterKernelShowsWhatItDoesAndWhenItCanBeDue() {
        kernel("1");
        gateways.has("g", "1", "idle", Duration.ofSeconds(60));

        look("g");

        KernelActivity activity = client.resources(JupyterKernel.class).inNamespace("default").withName("jovyan-1")
                .get().getStatus().activity();
        assertThat(activity.executionState()).isEqualTo("idle");
        assertThat(Instant.parse(activity.dueTime()))
                .isEqualTo(Instant.parse(activity.lastActivity()).plusSeconds(600));
    }

    @Test
    void aJupyterKernelMayBeKeptAsWellAsItsPod() {
        kernel("1");
        gateways.has("g", "1", "idle", AN_HOUR);
        client.resources(JupyterKernel.class).inNamespace("default").withName("jovyan-1").edit(kernel -> {
            kernel.getMetadata().setAnnotations(Map.of(Culler.KEEP_UNTIL, Instant.now().plusSeconds(300).toString()));
            return kernel;
        });

        assertThat(look("g").kept()).singleElement()
                .satisfies(kept -> assertThat(kept.why()).isEqualTo("its owner keeps it"));
    }

    @Test
    void aSecondLookAtTheSameChangesNothing() {
        kernel("1");
        gateways.has("g", "1", "idle", Duration.ofSeconds(60));
        look("g");
        api.clearRequests();

        look("g");

        assertThat(api.requests()).noneMatch(Request::changed);
    }

    @Test
    void aGatewayWithoutKernelPodsIsNotAskedAndHasNoPingSource() {
        kernel("1");
        gateways.has("g", "1", "idle", Duration.ZERO);
        look("g");
        client.pods().inNamespace("default").delete();
        gateways.is("g", Mood.ERROR);

        assertThat(look("g").problem()).isNull();
        assertThat(pingSource("g")).isNull();
    }

    @Test
    void aGatewayThatCullsNothingHasNoPingSource() {
        gateway("never", 0);
        kernel("1");
        gateways.has("never", "1", "idle", AN_HOUR);

        assertThat(look("never").kept()).singleElement()
                .satisfies(kept -> assertThat(kept.why()).isEqualTo("culling is disabled"));
        assertThat(pingSource("never")).isNull();
        assertThat(client.pods().inNamespace("default").list().getItems()).hasSize(1);
    }

    @Test
    void aKernelThatBecomesBusyBetweenTheLookAndTheActLives() {
        kernel("1");
        gateways.has("g", "1", "idle", AN_HOUR);
        gateways.beforeSecondLook(() -> gateways.has("g", "1", "busy", Duration.ZERO));

        assertThat(look("g").kept()).singleElement().satisfies(kept -> assertThat(kept.why()).isEqualTo("it is busy"));
        assertThat(gateways.ended).isEmpty();
        assertThat(client.pods().inNamespace("default").list().getItems()).hasSize(1);
    }

    @Test
    void twoLooksAtOnceDeleteAKernelOnceAndCountItOnce() {
        kernel("1");
        gateways.has("g", "1", "idle", AN_HOUR);
        JupyterGateway gateway = client.resources(JupyterGateway.class).inNamespace("default").withName("g").get();

        List<CullReport> reports = InParallel.map(List.of(gateway, gateway, gateway, gateway), 4,
                each -> culler.look(List.of(each), false).getFirst());

        assertThat(reports.stream().flatMap(report -> report.culled().stream())).hasSize(1);
        assertThat(status("g").culling().culled()).isEqualTo(1);
        assertThat(client.v1().events().inNamespace("default").list().getItems()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(value = Mood.class, names = "WELL", mode = Mode.EXCLUDE)
    void aGatewayThatDoesNotSayKeepsItsKernelsAndIsAskedAgain(Mood mood) {
        kernel("1");
        gateways.has("g", "1", "idle", AN_HOUR);
        gateways.is("g", mood);

        CullReport report = look("g");

        assertThat(report.problem()).startsWith("the gateway ");
        assertThat(client.pods().inNamespace("default").list().getItems()).hasSize(1);
        assertThat(activityKnown("g")).satisfies(known -> {
            assertThat(known.getStatus()).isEqualTo("False");
            assertThat(known.getMessage()).endsWith("None of its kernels is deleted until it does.");
        });
        assertThat(pingSource("g")).isNotNull();

        gateways.is("g", Mood.WELL);
        assertThat(look("g").culled()).hasSize(1);
        assertThat(activityKnown("g").getStatus()).isEqualTo("True");
    }

    @Test
    void itsOwnerKeepsAKernelUntilATime() {
        kernel("1");
        gateways.has("g", "1", "idle", AN_HOUR);
        annotate("1", Instant.now().plusSeconds(300).toString());
        assertThat(look("g").kept()).singleElement()
                .satisfies(kept -> assertThat(kept.why()).isEqualTo("its owner keeps it"));

        annotate("1", "tomorrow");
        assertThat(look("g").kept()).singleElement().satisfies(
                kept -> assertThat(kept.why()).startsWith("elastic-jupyter.io/keep-until 'tomorrow' is no time"));

        annotate("1", Instant.now().minusSeconds(1).toString());
        assertThat(look("g").culled()).hasSize(1);
    }

    @Test
    void aDryRunOnlyTells() {
        kernel("1");
        gateways.has("g", "1", "idle", AN_HOUR);
        api.clearRequests();

        CullReport report = look(culler, "g", true);

        assertThat(report.culled()).hasSize(1);
        assertThat(gateways.ended).isEmpty();
        assertThat(api.requests()).noneMatch(Request::changed);
    }

    @Test
    void anotherClockMakesNoKernelIdle() {
        Clock ours = Clock.offset(Clock.systemUTC(), Duration.ofHours(2));
        kernel("1");
        gateways.has("g", "1", "idle", Duration.ofSeconds(60));

        assertThat(look(new Culler(client, new GatewayClient(gateways.template(), ours), PingSink.BROKER,
                ours), "g", false).kept())
                .singleElement().satisfies(kept -> assertThat(kept.why()).matches("it was used (59|6\\d) s ago"));
    }

    @Test
    void aPodThatNoGatewayKnowsIsDeletedOnceItIsOldAndAllOfThemWereAsked() {
        gateway("other", 600);
        kernel("1");
        kernel("2");
        gateways.has("other", "2", "idle", Duration.ZERO);
        Culler later = new Culler(client, new GatewayClient(gateways.template(), Clock.systemUTC()), PingSink.BROKER,
                Clock.offset(Clock.systemUTC(), Duration.ofMinutes(7)));

        assertThat(look("g").culled()).as("it is young").isEmpty();
        gateways.is("other", Mood.ERROR);
        assertThat(look(later, "g", false).culled()).as("it may be the other's").isEmpty();
        gateways.is("other", Mood.WELL);
        assertThat(look(later, "g", false).culled()).singleElement()
                .satisfies(orphan -> assertThat(orphan.kernelId()).isEqualTo("1"));
        assertThat(client.pods().inNamespace("default").list().getItems()).singleElement()
                .satisfies(pod -> assertThat(pod.getMetadata().getName()).isEqualTo("jovyan-2"));
    }

    @Test
    void oneRunListsANamespaceOnceAsksAGatewayOnceAndCountsAnOrphanOnce() {
        gateway("other", 600);
        kernel("1");
        kernel("2");
        gateways.has("g", "2", "idle", Duration.ofMinutes(-7));
        Culler later = new Culler(client, new GatewayClient(gateways.template(), Clock.systemUTC()), PingSink.BROKER,
                Clock.offset(Clock.systemUTC(), Duration.ofMinutes(7)));
        List<JupyterGateway> both = client.resources(JupyterGateway.class).inNamespace("default").list().getItems();
        api.clearRequests();
        gateways.asked.clear();

        List<CullReport> reports = later.look(both, false);

        assertThat(reports.stream().flatMap(report -> report.culled().stream())).singleElement()
                .satisfies(orphan -> assertThat(orphan.kernelId()).isEqualTo("1"));
        assertThat(gateways.asked).containsExactlyInAnyOrder("/g/api/kernels", "/other/api/kernels");
        assertThat(api.requests()).filteredOn(request -> request.method().equals("GET"))
                .filteredOn(request -> request.path().endsWith("/pods")).hasSize(1);
    }

    @Test
    void aPodThatIsAnotherGatewaysIsNotAskedAbout() {
        gateway("other", 600);
        kernel("1");
        own("other", "1");
        gateways.has("other", "1", "idle", Duration.ZERO);
        gateways.is("other", Mood.ERROR);
        Culler later = new Culler(client, new GatewayClient(gateways.template(), Clock.systemUTC()), PingSink.BROKER,
                Clock.offset(Clock.systemUTC(), Duration.ofMinutes(7)));

        assertThat(look(later, "g", false).culled()).isEmpty();
        assertThat(gateways.asked).containsExactly("/g/api/kernels");
    }

    @Test
    void theApiServerAwayInTheMiddleForgetsNothing() {
        kernel("1");
        gateways.has("g", "1", "idle", AN_HOUR);
        api.failNext(request -> request.method().equals("DELETE"), 500);

        assertThatThrownBy(() -> look("g")).isInstanceOf(KubernetesClientException.class);
        assertThat(gateways.ended).containsExactly("1");

        // Its gateway knows it no more, so it is an orphan now.
        Culler later = new Culler(client, new GatewayClient(gateways.template(), Clock.systemUTC()), PingSink.BROKER,
                Clock.offset(Clock.systemUTC(), Duration.ofMinutes(7)));
        look(later, "g", false);
        assertThat(client.pods().inNamespace("default").list().getItems()).isEmpty();
    }

    private CullReport look(String gateway) {
        return look(culler, gateway, false);
    }

    private static CullReport look(Culler culler, String gateway, boolean dryRun) {
        return culler.look(
                List.of(client.resources(JupyterGateway.class).inNamespace("default").withName(gateway).get()), dryRun)
                .getFirst();
    }

    private static void gateway(String name, int idleTimeout) {
        client.resource(
                "apiVersion: kubeflow.tkestack.io/v1alpha1\nkind: JupyterGateway\nmetadata: {name: %s, namespace: default}\nspec: {cullIdleTimeout: %d, cullInterval: 5}\n"
                        .formatted(name, idleTimeout))
                .create();
    }

    private static void kernel(String id) {
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
                .addToRequests("nvidia.com/gpu", new Quantity("1")).endResources().endContainer().endSpec()
                .build()).create();
    }

    private static void own(String gateway, String id) {
        String uid = client.resources(JupyterGateway.class).inNamespace("default").withName(gateway).get().getMetadata()
                .getUid();
        client.resources(JupyterKernel.class).inNamespace("default").withName("jovyan-" + id).edit(kernel -> {
            kernel.getMetadata().setOwnerReferences(List.of(new OwnerReferenceBuilder()
                    .withApiVersion(kernel.getApiVersion()).withKind("JupyterGateway").withName(gateway).withUid(uid)
                    .withController(true).build()));
            return kernel;
        });
    }

    private static void annotate(String id, String keepUntil) {
        client.pods().inNamespace("default").withName("jovyan-" + id)
                .edit(pod -> new PodBuilder(pod).editMetadata().addToAnnotations(Culler.KEEP_UNTIL, keepUntil)
                        .endMetadata().build());
    }

    private static JupyterGatewayStatus status(String gateway) {
        return client.resources(JupyterGateway.class).inNamespace("default").withName(gateway).get().getStatus();
    }

    private static Condition activityKnown(String gateway) {
        return status(gateway).conditions().stream().filter(c -> c.getType().equals("ActivityKnown")).findFirst()
                .orElseThrow();
    }

    /** The one that is installed, which calls the same function. */
    private static GenericKubernetesResource safetyTick() {
        return client.genericKubernetesResources(GatewayRecords.PING_SOURCES)
                .load(Path.of(System.getProperty("repository.root"), "eventing", "knative", "safety-tick.yaml")
                        .toFile())
                .item();
    }

    private static GenericKubernetesResource pingSource(String gateway) {
        return client.genericKubernetesResources(GatewayRecords.PING_SOURCES).inNamespace("default")
                .withName(gateway + "-cull").get();
    }
}
