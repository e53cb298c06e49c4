package io.elasticjupyter.cull;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.elasticjupyter.api.v1alpha1.Conditions;
import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.api.v1alpha1.JupyterKernel;
import io.elasticjupyter.api.v1alpha1.KernelActivityStatus;
import io.elasticjupyter.api.v1alpha1.KernelCounts;
import io.elasticjupyter.cull.policy.CullSchedule;
import io.elasticjupyter.cull.policy.KeepUntil;
import io.elasticjupyter.local.fake.FakeGateway.Fault;
import io.embeddedkubernetes.Request;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Quantity;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The cull of one gateway: which kernels are deleted, what is recorded, when the next cull is scheduled. */
class GatewayCullTest extends CullingOnAnApi {

    @Test
    void anIdleKernelIsDeletedWithItsPodAndItsJupyterKernel() {
        kernel("1");
        listed("g", "1", "idle", AN_HOUR);

        CullResult result = cull("g");

        assertThat(result.culled()).singleElement().satisfies(culled -> {
            assertThat(culled.kernelId()).isEqualTo("1");
            assertThat(culled.idleSeconds()).isBetween(3599L, 3700L);
            assertThat(culled.reclaimed()).containsEntry("nvidia.com/gpu", new Quantity("1"));
        });
        assertThat(deleted()).containsExactly("1");
        assertThat(client.pods().inNamespace("default").list().getItems()).isEmpty();
        assertThat(client.resources(JupyterKernel.class).inNamespace("default").list().getItems()).isEmpty();
        assertThat(client.v1().events().inNamespace("default").list().getItems()).singleElement().satisfies(event -> {
            assertThat(event.getInvolvedObject().getKind()).isEqualTo("JupyterKernel");
            assertThat(event.getMessage())
                    .matches("Deleted after being idle for 36\\d\\d s\\. Reclaimed nvidia.com/gpu 1\\.");
        });
        assertThat(status("g").culling().culled()).isEqualTo(1);
        assertThat(status("g").culling().reclaimed()).containsEntry("nvidia.com/gpu", new Quantity("1"));
        assertThat(status("g").kernels()).isEqualTo(new KernelCounts(0, 0, 0, 0, 0));
        assertThat(pingSource("g")).isNull();
    }

    /** The function of a JupyterKernel creates a pod again that disappears before it ran. */
    @Test
    void theJupyterKernelIsDeletedBeforeItsPod() {
        kernel("1");
        listed("g", "1", "idle", AN_HOUR);
        api.clearRequests();

        cull("g");

        assertThat(api.requests()).filteredOn(request -> request.method().equals("DELETE")).extracting(Request::path)
                .satisfiesExactly(first -> assertThat(first).endsWith("/jupyterkernels/jovyan-1"),
                        second -> assertThat(second).endsWith("/pods/jovyan-1"));
    }

    @Test
    void theEventOfAKernelThatItsGatewayDoesNotListSaysSo() {
        kernel("1");
        kernel("2");
        listed("g", "2", "idle", AN_HOUR);

        cull("g", laterRun());

        assertThat(client.v1().events().inNamespace("default").list().getItems())
                .extracting(event -> event.getInvolvedObject().getName(), Event::getReason)
                .containsExactlyInAnyOrder(tuple("jovyan-1", "Orphaned"), tuple("jovyan-2", "Culled"));
        assertThat(client.v1().events().inNamespace("default").list().getItems()).extracting(Event::getMessage)
                .contains("Deleted because its gateway does not list the kernel. Reclaimed nvidia.com/gpu 1.");
    }

    /** One run deletes 500 kernels at most, and the status of the gateway remains small. */
    @Test
    void theKernelsBeyondTheLimitOfARunAreCulledByTheNextOne() {
        for (int i = 0; i < 502; i++) {
            kernel("k" + i);
            listed("g", "k" + i, "idle", AN_HOUR);
        }

        CullResult first = cull("g");

        assertThat(first.culled()).hasSize(500);
        assertThat(first.kept()).hasSize(2);
        assertThat(Instant.parse(first.nextCull())).isBefore(Instant.now().plusSeconds(30));
        assertThat(status("g").kernels()).isEqualTo(new KernelCounts(2, 0, 2, 2, 2));
        assertThat(cull("g").culled()).hasSize(2);
        assertThat(status("g").culling().culled()).isEqualTo(502);
    }

    @Test
    void theNextCullIsScheduledForTheFirstKernelThatCanBeDue() {
        kernel("1");
        kernel("2");
        listed("g", "1", "idle", Duration.ofSeconds(60));
        listed("g", "2", "busy", AN_HOUR);

        CullResult result = cull("g");

        assertThat(result.culled()).isEmpty();
        Instant next = Instant.parse(result.nextCull());
        assertThat(next).isBetween(Instant.now().plusSeconds(530), Instant.now().plusSeconds(605));
        assertThat((Map<?, ?>) pingSource("g").get("spec")).satisfies(spec -> {
            assertThat(spec.get("schedule")).isEqualTo(CullSchedule.cron(next));
            assertThat(spec.get("data")).isEqualTo("{\"gateway\":\"g\",\"namespace\":\"default\"}");
            assertThat(spec.get("sink")).isEqualTo(hourlyResync().get("spec", "sink"));
            assertThat(spec.get("ceOverrides")).isEqualTo(Map.of("extensions", Map.of("function", "cullKernels")));
        });
        assertThat(status("g").kernels()).isEqualTo(new KernelCounts(2, 1, 1, 2, 1));
        assertThat(status("g").culling().nextCull()).isEqualTo(result.nextCull());
    }

    /** Each kernel of this test has a GPU. */
    @Test
    void theStatusHasTheGpusOfTheKernelsAndSinceWhenTheyAreIdle() {
        kernel("1");
        kernel("2");
        listed("g", "1", "idle", Duration.ofSeconds(60));
        listed("g", "2", "busy", AN_HOUR);

        cull("g");

        assertThat(status("g").kernels()).isEqualTo(new KernelCounts(2, 1, 1, 2, 1));
        assertThat(activity("1").idleSince()).isEqualTo(activity("1").lastActivity()).isNotNull();
        assertThat(activity("2").idleSince()).isNull();
    }

    private static KernelActivityStatus activity(String id) {
        return client.resources(JupyterKernel.class).inNamespace("default").withName("jovyan-" + id).get().getStatus()
                .activity();
    }

    @Test
    void aPodWhoseKernelIsNotListedYetSchedulesTheNextCull() {
        kernel("1");

        Instant next = Instant.parse(cull("g").nextCull());

        assertThat(next).as("its gateway lists it soon, and counts it then")
                .isBetween(Instant.now().plusSeconds(4), Instant.now().plusSeconds(12));
        assertThat(pingSource("g")).isNotNull();
    }

    @Test
    void aJupyterKernelShowsItsActivityAndWhenItCanBeDue() {
        kernel("1");
        listed("g", "1", "idle", Duration.ofSeconds(60));

        cull("g");

        KernelActivityStatus activity = client.resources(JupyterKernel.class).inNamespace("default")
                .withName("jovyan-1")
                .get().getStatus().activity();
        assertThat(activity.executionState()).isEqualTo("idle");
        assertThat(Instant.parse(activity.dueTime()))
                .isEqualTo(Instant.parse(activity.lastActivity()).plusSeconds(600));
    }

    @Test
    void theKeepUntilAnnotationMayBeOnTheJupyterKernel() {
        kernel("1");
        listed("g", "1", "idle", AN_HOUR);
        client.resources(JupyterKernel.class).inNamespace("default").withName("jovyan-1").edit(kernel -> {
            kernel.getMetadata()
                    .setAnnotations(Map.of(KeepUntil.ANNOTATION, Instant.now().plusSeconds(300).toString()));
            return kernel;
        });

        assertThat(cull("g").kept()).singleElement()
                .satisfies(kept -> assertThat(kept.why()).isEqualTo("kept by its owner"));
    }

    @Test
    void theSumsOfCullsAreAccumulated() {
        for (String kernel : List.of("1", "2")) {
            kernel(kernel);
            listed("g", kernel, "idle", AN_HOUR);
            assertThat(cull("g").culled()).hasSize(1);
        }

        assertThat(status("g").culling().culled()).isEqualTo(2);
        assertThat(status("g").culling().idleSeconds()).isBetween(7198L, 7300L);
        assertThat(status("g").culling().reclaimed()).containsEntry("nvidia.com/gpu", new Quantity("2"));
        assertThat(status("g").culling().lastCull()).isNotNull();
    }

    @Test
    void aSecondCullChangesNothing() {
        kernel("1");
        listed("g", "1", "idle", Duration.ofSeconds(60));
        cull("g");
        api.clearRequests();

        cull("g");

        assertThat(api.requests()).noneMatch(Request::changed);
    }

    @Test
    void aGatewayWithoutKernelPodsIsNotAskedAndHasNoPingSource() {
        kernel("1");
        listed("g", "1", "idle", Duration.ZERO);
        cull("g");
        client.pods().inNamespace("default").delete();
        gateways.fail("default/g", Fault.ERROR);

        assertThat(cull("g").problem()).isNull();
        assertThat(pingSource("g")).isNull();
    }

    @Test
    void aGatewayThatCullsNothingHasNoPingSource() {
        gateway("never", 0);
        kernel("never", "1");
        listed("never", "1", "idle", AN_HOUR);

        assertThat(cull("never").kept()).singleElement()
                .satisfies(kept -> assertThat(kept.why()).isEqualTo("culling is disabled"));
        assertThat(pingSource("never")).isNull();
        assertThat(client.pods().inNamespace("default").list().getItems()).hasSize(1);
    }

    @Test
    void aGatewayThatCullsNothingIsNotAskedAgainWhenItDoesNotAnswer() {
        gateway("never", 0);
        kernel("never", "1");
        gateways.fail("default/never", Fault.ERROR);

        assertThat(cull("never").nextCull()).isNull();
        assertThat(pingSource("never")).isNull();
    }

    @Test
    void theKeepUntilAnnotationKeepsAKernel() {
        kernel("1");
        listed("g", "1", "idle", AN_HOUR);
        annotate("1", Instant.now().plusSeconds(300).toString());
        assertThat(cull("g").kept()).singleElement()
                .satisfies(kept -> assertThat(kept.why()).isEqualTo("kept by its owner"));

        assertThat(keepUntilValid("1")).isEmpty();

        annotate("1", Instant.now().minusSeconds(1).toString());
        assertThat(cull("g").culled()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"tomorrow,NotATime", "+999999999-12-31T23:59:59-18:00,TooLate"})
    void anInvalidKeepUntilAnnotationKeepsAKernelUpToTheLimitAndIsReported(String value, String reason) {
        kernel("1");
        listed("g", "1", "idle", AN_HOUR);
        annotate("1", value);

        CullResult result = cull("g");

        assertThat(result.kept()).singleElement()
                .satisfies(kept -> assertThat(kept.why()).isEqualTo("kept by its owner"));
        assertThat(Instant.parse(result.nextCull())).isBetween(Instant.now().plus(Duration.ofDays(6)),
                Instant.now().plus(Duration.ofDays(7)));
        assertThat(keepUntilValid("1")).hasValueSatisfying(condition -> {
            assertThat(condition.getStatus()).isEqualTo("False");
            assertThat(condition.getReason()).isEqualTo(reason);
            assertThat(condition.getMessage()).contains("cullKeepLimit (604800 s)");
        });
        api.clearRequests();
        cull("g");
        assertThat(api.requests()).as("unchanged").noneMatch(Request::changed);

        annotate("1", Instant.now().plusSeconds(60).toString());
        cull("g");
        assertThat(keepUntilValid("1")).isEmpty();
        listed("g", "1", "idle", Duration.ofDays(8));
        annotate("1", value);
        assertThat(cull("g").culled()).as("longer than the limit").hasSize(1);
    }

    private static Optional<Condition> keepUntilValid(String id) {
        return Conditions.of(client.resources(JupyterKernel.class).inNamespace("default").withName("jovyan-" + id)
                .get().getStatus()).find("KeepUntilValid");
    }

    @Test
    void aDryRunChangesNothing() {
        kernel("1");
        listed("g", "1", "idle", AN_HOUR);
        api.clearRequests();

        CullResult result = cull("g", run(true));

        assertThat(result.culled()).hasSize(1);
        assertThat(deleted()).isEmpty();
        assertThat(api.requests()).noneMatch(Request::changed);
    }

    @Test
    void aDryRunReclaimsNoOrphan() {
        kernel("1");
        Clock later = Clock.offset(Clock.systemUTC(), Duration.ofMinutes(7));
        api.clearRequests();

        assertThat(cull("g", run(Clock.systemUTC(), later, true)).culled()).hasSize(1);
        assertThat(api.requests()).noneMatch(Request::changed);
    }

    @Test
    void oneRunListsANamespaceOnceAndAsksOnlyGatewaysWithKernels() {
        gateway("other", 600);
        gateway("empty", 600);
        kernel("1");
        kernel("other", "2");
        listed("other", "2", "idle", Duration.ofMinutes(-7));
        List<JupyterGateway> all = client.resources(JupyterGateway.class).inNamespace("default").list().getItems();
        api.clearRequests();
        gateways.reset();

        List<CullResult> results = GatewayCull.cullAll(all, laterRun());

        assertThat(results.stream().flatMap(result -> result.culled().stream())).singleElement()
                .satisfies(orphan -> assertThat(orphan.kernelId()).isEqualTo("1"));
        assertThat(gateways.requests()).containsExactlyInAnyOrder("GET /default/g/api/kernels",
                "GET /default/other/api/kernels");
        assertThat(api.requests()).filteredOn(request -> request.method().equals("GET"))
                .filteredOn(request -> request.path().endsWith("/pods")).hasSize(1);
    }
}
