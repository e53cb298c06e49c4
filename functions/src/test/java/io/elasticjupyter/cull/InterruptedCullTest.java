package io.elasticjupyter.cull;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cloudevents.core.builder.CloudEventBuilder;
import io.elasticjupyter.api.v1alpha1.CullingStatus;
import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.api.v1alpha1.JupyterKernel;
import io.elasticjupyter.kubernetes.WatchedNamespaces;
import io.elasticjupyter.local.fake.FakeGateway.Fault;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A cull that is interrupted between any two writes loses nothing: the next one completes it, and each kernel is counted once. */
class InterruptedCullTest extends CullingOnAnApi {

    private static final int MANY = 200;

    private static final Set<String> WRITES = Set.of("POST", "PATCH", "PUT", "DELETE");

    private final AtomicBoolean killed = new AtomicBoolean();

    @AfterEach
    void revive() {
        killed.set(false);
    }

    /** With two kernels, a run has at least eight writes: records, four deletions, the status, and two Events. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7})
    void aRunThatIsKilledBeforeAnyWriteIsCompletedByTheNextOne(int writes) {
        kernel("1");
        kernel("2");
        listed("g", "1", "idle", AN_HOUR);
        listed("g", "2", "idle", AN_HOUR);
        killAfter(writes);

        cull("g");
        assertThat(killed).isTrue();
        killed.set(false);
        cull("g");
        cull("g");

        assertThat(pods()).isEmpty();
        assertThat(client.resources(JupyterKernel.class).inNamespace("default").list().getItems()).isEmpty();
        assertThat(pingSource("g")).isNull();
        assertCounted(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"nothing", "pod", "pod and JupyterKernel"})
    void aRunThatIsKilledAfterTheGatewayDeletedTheKernelIsCompleted(String deletedSince) {
        kernel("1");
        listed("g", "1", "idle", AN_HOUR);
        killAfter(1);
        cull("g");
        assertThat(deleted()).containsExactly("1");
        killed.set(false);
        if (!deletedSince.equals("nothing")) {
            // Enterprise Gateway deletes the pod of a kernel that it shuts down, and a function then deletes the JupyterKernel.
            client.pods().inNamespace("default").withName("jovyan-1").delete();
        }
        if (deletedSince.equals("pod and JupyterKernel")) {
            client.resources(JupyterKernel.class).inNamespace("default").withName("jovyan-1").delete();
        }

        cull("g");

        assertThat(client.resources(JupyterKernel.class).inNamespace("default").list().getItems()).isEmpty();
        assertThat(pods()).isEmpty();
        assertCounted(1);
        assertThat(status("g").culling().idleSeconds()).isBetween(3599L, 3700L);
    }

    @Test
    void aKernelThatIsUsedAfterAnInterruptedRunIsNotCounted() {
        kernel("1");
        listed("g", "1", "idle", AN_HOUR);
        gateways.beforeRead(() -> gateways.fail("default/g", Fault.ERROR));
        CullResult first = cull("g");
        assertThat(first.culled()).isEmpty();
        assertThat(deleted()).as("the gateway failed").containsExactly("1");
        assertThat(status("g").culling().terminating()).extracting(each -> each.name()).containsExactly("jovyan-1");
        gateways.reset();
        listed("g", "1", "busy", AN_HOUR);

        assertThat(cull("g").kept()).hasSize(1);

        assertThat(status("g").culling().terminating()).isNull();
        assertThat(status("g").culling().culled()).isZero();
        assertThat(pods()).containsExactly("jovyan-1");
    }

    @Test
    void aRefusedEventCostsNothing() {
        kernel("1");
        listed("g", "1", "idle", AN_HOUR);
        api.failNext(request -> request.path().endsWith("/events"), 500);
        CullRun run = run(false);

        assertThat(cull("g", run).culled()).hasSize(1);

        assertThat(run.failure()).isEmpty();
        assertThat(client.resources(Event.class).inNamespace("default").list().getItems()).isEmpty();
        assertCounted(1);
    }

    @Test
    void aRecordThatNamesTheJupyterKernelOfAnotherGatewayDeletesNothing() {
        gateway("other", 600);
        kernel("other", "1");
        String uid = client.resources(JupyterKernel.class).inNamespace("default").withName("jovyan-1").get()
                .getMetadata().getUid();
        client.pods().inNamespace("default").withName("jovyan-1").delete();
        client.resources(JupyterGateway.class).inNamespace("default").withName("g").subresource("status")
                .patch(PatchContext.of(PatchType.JSON_MERGE),
                        "{\"status\":{\"culling\":{\"culled\":0,\"idleSeconds\":0,\"terminating\":[{\"name\":\"jovyan-1\",\"uid\":\""
                                + uid + "\",\"run\":\"1\",\"idleSeconds\":0}]}}}");

        cull("g");

        assertThat(client.resources(JupyterKernel.class).inNamespace("default").withName("jovyan-1").get()).isNotNull();
    }

    @Test
    void aStatusThatWasWrittenMeanwhileLosesNothing() {
        kernel("1");
        listed("g", "1", "idle", AN_HOUR);
        gateways.beforeRead(
                () -> client.resources(JupyterGateway.class).inNamespace("default").withName("g").edit(it -> {
                    it.getMetadata().setLabels(Map.of("changed", "meanwhile"));
                    return it;
                }));

        cull("g");

        assertCounted(1);
    }

    /** Another run has counted kernels between the writes of this one. */
    @Test
    void theCountsOfAnotherRunAreNotLost() {
        kernel("1");
        listed("g", "1", "idle", AN_HOUR);
        gateways.beforeRead(() -> client.resources(JupyterGateway.class).inNamespace("default").withName("g")
                .subresource("status").patch(PatchContext.of(PatchType.JSON_MERGE),
                        "{\"status\":{\"culling\":{\"culled\":41,\"idleSeconds\":1000}}}"));

        cull("g");

        assertThat(status("g").culling().culled()).isEqualTo(42);
        assertThat(status("g").culling().idleSeconds()).isBetween(4599L, 4700L);
        assertThat(status("g").culling().terminating()).isNull();
    }

    /** Its function would create the pod again, which holds a GPU. */
    @Test
    void aRecordedKernelWhoseJupyterKernelCannotBeDeletedIsNotOver() {
        kernel("1");
        listed("g", "1", "idle", AN_HOUR);
        killAfter(1);
        cull("g");
        killed.set(false);
        client.pods().inNamespace("default").withName("jovyan-1").delete();
        api.failNext(request -> request.method().equals("DELETE") && request.path().endsWith("/jovyan-1"), 500);

        cull("g");

        assertThat(status("g").culling().culled()).isZero();
        assertThat(status("g").culling().terminating()).hasSize(1);
        cull("g");
        assertThat(client.resources(JupyterKernel.class).inNamespace("default").list().getItems()).isEmpty();
        assertCounted(1);
    }

    @Test
    void aConflictWhileTheGatewayIsUnreachableIsResolved() {
        kernel("1");
        gateways.fail("default/g", Fault.ERROR);
        api.failNext(request -> request.path().endsWith("/g/status"), 409);
        CullRun run = run(false);

        cull("g", run);

        assertThat(run.failure()).isEmpty();
        assertThat(activityKnown("g").getStatus()).isEqualTo("False");
    }

    @ParameterizedTest
    @CsvSource({"PATCH,pingsources", "PATCH,status", "DELETE,pods", "DELETE,jupyterkernels"})
    void oneFailingRequestAffectsNoOtherGatewayAndIsReported(String method, String path) {
        gateway("other", 600);
        kernel("g", "1");
        kernel("g", "used");
        kernel("other", "2");
        listed("g", "1", "idle", AN_HOUR);
        listed("g", "used", "idle", Duration.ZERO);
        listed("other", "2", "idle", AN_HOUR);
        api.failNext(request -> request.method().equals(method) && request.path().contains("/" + path)
                && !request.path().contains("other") && !request.path().contains("jovyan-2"), 500);
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        CullFunction function = new CullFunction(new WatchedNamespaces(client, Optional.empty()), Clock.systemUTC(),
                meters, gateways.urlTemplate(), PingSink.BROKER);
        var ping = CloudEventBuilder.v1().withId("1").withSource(URI.create("/me"))
                .withType("dev.knative.sources.ping").withData("application/json", "{}".getBytes()).build();

        assertThatThrownBy(() -> function.apply(ping)).isInstanceOf(KubernetesClientException.class);
        assertThat(status("other").culling().culled()).isEqualTo(1);
        assertThat(meters.get("elastic.jupyter.culled.kernels").counter().count()).isGreaterThanOrEqualTo(1);

        function.apply(ping);
        assertThat(pods()).containsExactly("jovyan-used");
        assertThat(status("g").culling().nextCull()).isNotNull();
        assertThat(pingSource("g")).isNotNull();
        assertCounted(1);
    }

    private static void assertCounted(int kernels) {
        CullingStatus culling = status("g").culling();
        assertThat(culling.culled()).isEqualTo(kernels);
        assertThat(culling.reclaimed()).containsEntry("nvidia.com/gpu", new Quantity(String.valueOf(kernels)));
        assertThat(culling.terminating()).isNull();
        assertThat(culling.lastCull()).isNotNull();
    }

    /** Lets requests fail after a number of writes, as if the function had been killed, as long as {@link #killed} is true. */
    private void killAfter(int writes) {
        AtomicInteger seen = new AtomicInteger();
        api.failNext(request -> {
            if (WRITES.contains(request.method()) && seen.getAndIncrement() == writes) {
                killed.set(true);
            }
            return killed.get();
        }, 500);
        for (int i = 0; i < MANY; i++) {
            api.failNext(request -> killed.get(), 500);
        }
    }
}
