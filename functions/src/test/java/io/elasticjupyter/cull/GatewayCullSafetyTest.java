package io.elasticjupyter.cull;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.cull.GatewayForTests.Mood;
import io.elasticjupyter.kubernetes.Parallel;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** One look at a gateway's kernels while something goes wrong: no active kernel dies, and nothing idle is forgotten. */
class GatewayCullSafetyTest extends CullingOnAnApi {

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

        List<CullResult> reports = Parallel.map(List.of(gateway, gateway, gateway, gateway), 4,
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

        CullResult report = look("g");

        assertThat(report.problem()).startsWith("the gateway ");
        assertThat(client.pods().inNamespace("default").list().getItems()).hasSize(1);
        assertThat(activityKnown("g")).satisfies(known -> {
            assertThat(known.getStatus()).isEqualTo("False");
            assertThat(known.getMessage()).endsWith("None of its kernels is deleted until it does.");
        });
        assertThat(pingSource("g")).isNotNull();
        assertThat(Instant.parse(report.nextCull())).as("soon again").isBefore(Instant.now().plusSeconds(15));
        assertThat(Instant.parse(look("g").nextCull())).as("then once a minute")
                .isAfter(Instant.now().plusSeconds(50));

        gateways.is("g", Mood.WELL);
        assertThat(look("g").culled()).hasSize(1);
        assertThat(activityKnown("g").getStatus()).isEqualTo("True");
    }

    @Test
    void anotherClockMakesNoKernelIdle() {
        Clock ours = Clock.offset(Clock.systemUTC(), Duration.ofHours(2));
        kernel("1");
        gateways.has("g", "1", "idle", Duration.ofSeconds(60));

        assertThat(look(new GatewayCull(client, new GatewayClient(gateways.template(), ours), PingSink.BROKER,
                ours), "g", false).kept())
                .singleElement().satisfies(kept -> assertThat(kept.why()).matches("it was used (59|6\\d) s ago"));
    }

    @Test
    void aPodThatNoGatewayKnowsIsDeletedOnceItIsOldAndAllOfThemWereAsked() {
        gateway("other", 600);
        kernel("1");
        kernel("2");
        gateways.has("other", "2", "idle", Duration.ZERO);
        GatewayCull later = new GatewayCull(client, new GatewayClient(gateways.template(), Clock.systemUTC()),
                PingSink.BROKER,
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
    void aPodThatIsAnotherGatewaysIsNotAskedAbout() {
        gateway("other", 600);
        kernel("1");
        own("other", "1");
        gateways.has("other", "1", "idle", Duration.ZERO);
        gateways.is("other", Mood.ERROR);
        GatewayCull later = new GatewayCull(client, new GatewayClient(gateways.template(), Clock.systemUTC()),
                PingSink.BROKER,
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
        GatewayCull later = new GatewayCull(client, new GatewayClient(gateways.template(), Clock.systemUTC()),
                PingSink.BROKER,
                Clock.offset(Clock.systemUTC(), Duration.ofMinutes(7)));
        look(later, "g", false);
        assertThat(client.pods().inNamespace("default").list().getItems()).isEmpty();
    }
}
