package io.elasticjupyter.cull;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.kubernetes.Parallel;
import io.elasticjupyter.kubernetes.WatchedNamespaces;
import io.elasticjupyter.local.fake.FakeGateway.Fault;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The cull of one gateway during failures and races: no active kernel is deleted, and no idle one is forgotten. */
class GatewayCullSafetyTest extends CullingOnAnApi {

    @Test
    void aKernelThatBecomesBusyBetweenTheReadAndTheDeletionIsKept() {
        kernel("1");
        listed("g", "1", "idle", AN_HOUR);
        gateways.beforeRead(() -> listed("g", "1", "busy", Duration.ZERO));

        assertThat(cull("g").kept()).singleElement().satisfies(kept -> assertThat(kept.why()).isEqualTo("busy"));
        assertThat(deleted()).isEmpty();
        assertThat(client.pods().inNamespace("default").list().getItems()).hasSize(1);
    }

    @Test
    void concurrentCullsDeleteAKernelOnceAndCountItOnce() {
        kernel("1");
        listed("g", "1", "idle", AN_HOUR);
        JupyterGateway gateway = client.resources(JupyterGateway.class).inNamespace("default").withName("g").get();

        List<CullResult> results = Parallel.map(List.of(gateway, gateway, gateway, gateway), 4,
                each -> GatewayCull.cullAll(List.of(each), run(false)).getFirst());

        assertThat(results.stream().flatMap(result -> result.culled().stream())).hasSize(1);
        assertThat(status("g").culling().culled()).isEqualTo(1);
        assertThat(client.v1().events().inNamespace("default").list().getItems()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void theKernelsOfAFailingGatewayAreKeptAndItIsAskedAgain(Fault fault) {
        kernel("1");
        listed("g", "1", "idle", AN_HOUR);
        gateways.fail("default/g", fault);

        CullResult result = cull("g");

        assertThat(result.problem()).startsWith("the gateway ");
        assertThat(gateways.requests()).containsExactly("GET /default/g/api/kernels");
        assertThat(client.pods().inNamespace("default").list().getItems()).hasSize(1);
        assertThat(activityKnown("g")).satisfies(known -> {
            assertThat(known.getStatus()).isEqualTo("False");
            assertThat(known.getMessage()).endsWith("None of its kernels is culled until their activity is known.");
        });
        assertThat(pingSource("g")).isNotNull();
        assertThat(Instant.parse(result.nextCull())).as("soon again").isBefore(Instant.now().plusSeconds(15));
        assertThat(Instant.parse(cull("g").nextCull())).as("then once a minute")
                .isAfter(Instant.now().plusSeconds(50));

        gateways.recover("default/g");
        assertThat(cull("g").culled()).hasSize(1);
        assertThat(activityKnown("g").getStatus()).isEqualTo("True");
    }

    @Test
    void whateverOneGatewayDoesTheOthersAreCulled() {
        List<String> faulty = List.of("error", "garbage", "large", "redirect", "no-ids", "silent");
        for (int i = 0; i < faulty.size(); i++) {
            gateway(faulty.get(i), 600);
            kernel(faulty.get(i), "of-" + faulty.get(i));
            gateways.fail("default/" + faulty.get(i), Fault.values()[i]);
        }
        kernel("1");
        listed("g", "1", "idle", AN_HOUR);

        List<CullResult> results = GatewayCull.cullAll(
                client.resources(JupyterGateway.class).inNamespace("default").list().getItems(), run(false));

        assertThat(Fault.values()).hasSameSizeAs(faulty);
        assertThat(results).filteredOn(result -> result.problem() != null).extracting(CullResult::gateway)
                .containsExactlyInAnyOrderElementsOf(faulty);
        assertThat(results).filteredOn(result -> !result.culled().isEmpty()).extracting(CullResult::gateway)
                .containsExactly("g");
    }

    @Test
    void aKernelThatStartsDuringALongRunIsNotAnOrphan() {
        kernel("1");
        Instant now = Instant.now();
        AtomicBoolean atStart = new AtomicBoolean(true);
        Clock minutesPass = ((InstantSource) () -> atStart.getAndSet(false) ? now : now.plus(Duration.ofMinutes(7)))
                .withZone(ZoneOffset.UTC);
        JupyterGateway gateway = client.resources(JupyterGateway.class).inNamespace("default").withName("g").get();

        GatewayCull.cullAll(List.of(gateway), run(Clock.systemUTC(), minutesPass, false));

        assertThat(client.pods().inNamespace("default").list().getItems()).hasSize(1);
    }

    /** The caller of the function does not wait for ever. */
    @Test
    void aRunThatHasTakenTooLongAsksNoMoreGatewaysAndKeepsTheirKernels() {
        kernel("1");
        listed("g", "1", "idle", AN_HOUR);
        gateway("empty", 600);
        CullRun late = new CullRun(new WatchedNamespaces(client, Optional.empty()),
                new GatewayClient(gateways.urlTemplate(), new GatewayTokens(client)::of, Clock.systemUTC()),
                PingSink.BROKER, Clock.systemUTC(), false, Duration.ZERO, Map.of());

        assertThat(cull("g", late).problem())
                .isEqualTo("the gateway was not asked, because the others took too long");

        assertThat(gateways.requests()).isEmpty();
        assertThat(pods()).containsExactly("jovyan-1");
        assertThat(cull("empty", late).problem()).as("without kernels, it is not asked anyway").isNull();
    }

    /** Enterprise Gateway restarts a kernel, and its JupyterKernel is another one under the same name. */
    @Test
    void aKernelThatIsReplacedBeforeItsActivityIsWrittenIsNoFailure() {
        kernel("1");
        listed("g", "1", "idle", Duration.ofSeconds(60));
        api.failNext(request -> request.path().endsWith("/jupyterkernels/jovyan-1/status"), 409);
        CullRun run = run(false);

        assertThat(cull("g", run).kept()).hasSize(1);

        assertThat(run.failure()).isEmpty();
    }

    @Test
    void aDifferentClockDoesNotMakeAKernelIdle() {
        Clock ours = Clock.offset(Clock.systemUTC(), Duration.ofHours(2));
        kernel("1");
        listed("g", "1", "idle", Duration.ofSeconds(60));

        assertThat(cull("g", run(ours, ours, false)).kept())
                .singleElement().satisfies(kept -> assertThat(kept.why()).matches("last active (59|6\\d) s ago"));
    }

    @Test
    void anUnlistedKernelIsReclaimedWhenItIsOldWhateverTheOtherGatewaysAnswer() {
        gateway("other", 600);
        kernel("1");
        kernel("other", "2");
        gateways.fail("default/other", Fault.ERROR);

        assertThat(cull("g").culled()).as("the pod is new").isEmpty();
        assertThat(cull("g", laterRun()).culled()).singleElement()
                .satisfies(orphan -> assertThat(orphan.kernelId()).isEqualTo("1"));
        assertThat(cull("other", laterRun()).culled()).as("it may be listed").isEmpty();
        assertThat(pods()).containsExactly("jovyan-2");
    }
}
