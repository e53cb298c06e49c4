package io.elasticjupyter.cull;

import static org.assertj.core.api.Assertions.assertThat;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.elasticjupyter.api.v1alpha1.JupyterKernel;
import io.elasticjupyter.kubernetes.WatchedNamespaces;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A kernel that its user has shut down: the status of its gateway does not count it for longer than the next event. */
class EndedKernelTest extends CullingOnAnApi {

    @Test
    void theGatewayOfAnEndedKernelCountsItsKernelsAgainAndNoOtherGatewayIsAsked() {
        gateway("other", 600);
        kernel("1");
        listed("g", "1", "idle", Duration.ofSeconds(5));
        kernel("other", "2");
        listed("other", "2", "idle", Duration.ofSeconds(5));
        cull("g");
        cull("other");
        assertThat(status("g").kernels().total()).isEqualTo(1);
        assertThat(status("g").culling().nextCull()).isNotNull();
        long requests = gateways.requests().size();

        client.resources(JupyterKernel.class).inNamespace("default").withName("jovyan-1").delete();
        client.pods().inNamespace("default").withName("jovyan-1").delete();
        function().apply(reconciled("jovyan-1", "gone"));

        assertThat(status("g").kernels().total()).isZero();
        assertThat(status("g").culling().nextCull()).isNull();
        assertThat(status("other").kernels().total()).isEqualTo(1);
        assertThat(gateways.requests().subList((int) requests, gateways.requests().size()))
                .noneMatch(request -> request.contains("other"));
        assertThat(function().apply(reconciled("jovyan-1", "gone")).data().toString())
                .as("all counts are right").doesNotContain("default");
    }

    private static CullFunction function() {
        return new CullFunction(new WatchedNamespaces(client, Optional.empty()), Clock.systemUTC(),
                new SimpleMeterRegistry(), gateways.urlTemplate(), PingSink.BROKER);
    }

    private static CloudEvent reconciled(String kernel, String outcome) {
        return CloudEventBuilder.v1().withId("1").withSource(URI.create("/elastic-jupyter/reconcileKernel"))
                .withType("io.elasticjupyter.reconciled").withExtension("kind", "JupyterKernel")
                .withExtension("namespace", "default").withExtension("name", kernel)
                .withExtension("outcome", outcome).build();
    }
}
