package io.elasticjupyter.cull;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.api.v1alpha1.JupyterKernel;
import io.elasticjupyter.api.v1alpha1.JupyterKernelStatus;
import io.elasticjupyter.api.v1alpha1.KernelCounts;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The limits of a gateway: the kernels that are idle for longest are culled before they are due. */
class GatewayLimitsTest extends CullingOnAnApi {

    @ParameterizedTest
    @ValueSource(ints = {600, 0})
    void theIdlestKernelsBeyondMaxIdleKernelsAreCulledEvenIfCullingIsDisabled(int cullIdleTimeout) {
        limit("{cullIdleTimeout: %d, maxIdleKernels: 1}".formatted(cullIdleTimeout));
        started("1", "idle", 100);
        started("2", "idle", 300);
        started("3", "idle", 200);
        started("4", "busy", 500);

        CullResult result = cull("g");

        assertThat(deleted()).containsExactlyInAnyOrder("2", "3");
        assertThat(pods()).containsExactly("jovyan-1", "jovyan-4");
        assertThat(result.culled()).extracting(CullResult.Culled::why).allMatch(why -> why.matches(
                "idle for \\d+ s, because more kernels of its gateway were idle than maxIdleKernels \\(1\\) allows"));
        assertThat(client.v1().events().inNamespace("default").list().getItems()).extracting(Event::getReason)
                .containsExactly("Culled", "Culled");
        assertThat(status("g").culling().culled()).isEqualTo(2);
        assertThat(status("g").kernels()).isEqualTo(new KernelCounts(2, 1, 1, 2, 1));
    }

    @Test
    void theIdlestKernelGoesForOneThatWaits() {
        limit("{cullIdleTimeout: 600, maxKernels: 3}");
        started("1", "idle", 100);
        started("2", "idle", 300);
        started("3", "busy", 500);
        assertThat(cull("g").culled()).as("no kernel waits").isEmpty();
        waits("4", 60);

        assertThat(cull("g").culled()).singleElement().satisfies(culled -> {
            assertThat(culled.kernelId()).isEqualTo("2");
            assertThat(culled.why()).matches("idle for 30\\d s, because another kernel waited for its place and its"
                    + " gateway has maxKernels \\(3\\)");
        });
        assertThat(cull("g").culled()).as("there is a place now").isEmpty();
    }

    @Test
    void nothingIsCulledForAKernelThatCannotStartEvenSo() {
        limit("{cullIdleTimeout: 600, maxKernels: 4, cullConnected: false}");
        started("busy", "busy", 500);
        started("recent", "idle", 10);
        started("kept", "idle", 300);
        annotate("kept", Instant.now().plusSeconds(60).toString());
        started("used", "busy", 500);
        waits("new", 60);

        assertThat(cull("g").culled()).isEmpty();
        assertThat(Instant.parse(pingSourceTime())).as("when the recent one has been idle for a minute")
                .isBetween(Instant.now().plusSeconds(45), Instant.now().plusSeconds(55));
    }

    @Test
    void aKernelThatIsNotListedYetIsCulledForNoOther() {
        limit("{cullIdleTimeout: 600, maxKernels: 1}");
        kernel("unlisted");
        waits("new", 60);

        assertThat(cull("g").culled()).isEmpty();
        assertThat(pods()).containsExactly("jovyan-unlisted");
    }

    @Test
    void aKernelThatItsGatewayHasGivenUpCostsNoOther() {
        limit("{cullIdleTimeout: 6000, maxKernels: 1}");
        started("1", "idle", 300);
        waits("2", 1);

        assertThat(cull("g", laterRun()).culled()).isEmpty();
    }

    @Test
    void aKernelThatNobodyHasUsedIsIdleSinceItStarted() {
        limit("{cullIdleTimeout: 0, maxIdleKernels: 0}");
        started("unused", "starting", 500);
        ready("unused", 400);
        started("new", "starting", 500);
        ready("new", 100);
        started("launching", "starting", 500);

        assertThat(cull("g").culled()).extracting(CullResult.Culled::kernelId).containsExactly("unused");
        assertThat(pods()).containsExactlyInAnyOrder("jovyan-new", "jovyan-launching");
    }

    private static void ready(String id, int seconds) {
        client.pods().inNamespace("default").withName("jovyan-" + id).editStatus(pod -> new PodBuilder(pod)
                .editOrNewStatus().withConditions(new PodConditionBuilder().withType("Ready").withStatus("True")
                        .withLastTransitionTime(Instant.now().minusSeconds(seconds).truncatedTo(ChronoUnit.SECONDS)
                                .toString())
                        .build())
                .endStatus().build());
    }

    /** The kernel is used between the two times at which its gateway is asked. */
    @Test
    void aVictimThatWasUsedInTheMeantimeStays() {
        limit("{cullIdleTimeout: 600, maxIdleKernels: 0}");
        started("1", "idle", 300);
        gateways.beforeRead(() -> listed("g", "1", "busy", Duration.ZERO));

        assertThat(cull("g").culled()).isEmpty();
        assertThat(deleted()).isEmpty();
        assertThat(pods()).containsExactly("jovyan-1");
    }

    private static void limit(String spec) {
        client.resources(JupyterGateway.class).inNamespace("default").withName("g")
                .patch(PatchContext.of(PatchType.JSON_MERGE),
                        "{\"spec\":" + Serialization.asJson(
                                Serialization.unmarshal("---\n" + spec, Map.class))
                                + "}");
    }

    private static void started(String id, String state, int idle) {
        kernel(id);
        listed("g", id, state, Duration.ofSeconds(idle));
    }

    /** Creates a kernel that has no pod because its gateway is full. */
    private static void waits(String id, int launchTimeout) {
        JupyterKernel kernel = jupyterKernel(id, Optional.of(owner("g")));
        client.resource(kernel).patch(PatchContext.of(PatchType.JSON_MERGE),
                "{\"spec\":{\"launchTimeout\":" + launchTimeout + "}}");
        JupyterKernel now = client.resource(kernel).get();
        now.setStatus(new JupyterKernelStatus(1L,
                List.of(new ConditionBuilder().withType("Ready").withStatus("False").withReason("GatewayFull")
                        .withMessage("full").withLastTransitionTime(Instant.now().truncatedTo(ChronoUnit.SECONDS)
                                .toString())
                        .build()),
                JupyterKernelStatus.Phase.Pending, null, null, null, null, null, null, null));
        client.resource(now).updateStatus();
    }

    private static String pingSourceTime() {
        return status("g").culling().nextCull();
    }
}
