package io.elasticjupyter.kernel;

import static io.elasticjupyter.fixtures.ResourceFixture.aKernel;
import static org.assertj.core.api.Assertions.assertThat;

import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.api.v1alpha1.JupyterKernel;
import io.elasticjupyter.api.v1alpha1.JupyterKernelStatus;
import io.elasticjupyter.api.v1alpha1.JupyterKernelStatus.Phase;
import io.elasticjupyter.kubernetes.OwnerReferences;
import io.elasticjupyter.reconcile.Observed;
import io.elasticjupyter.reconcile.Readiness;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class KernelPlaceTest {

    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

    @Test
    void aKernelBeyondMaxKernelsHasNoPlace() {
        JupyterGateway gateway = gateway("g", 2);
        JupyterKernel kernel = kernel(gateway, "new", 0);

        assertThat(hold(kernel, gateway, running(gateway, "a"))).as("one place is left").isEmpty();
        assertThat(hold(kernel, gateway, running(gateway, "a"), running(gateway, "b")))
                .contains(Readiness.fault("GatewayFull",
                        "JupyterGateway 'g' has its maxKernels of 2 kernels. The kernel starts when one of them ends:"
                                + " shut down a kernel that is no longer needed, or raise maxKernels."));
    }

    /** Whichever of two new kernels is reconciled first, the older one gets the last place. */
    @Test
    void newKernelsGetTheirPlacesInTheOrderOfTheirCreation() {
        JupyterGateway gateway = gateway("g", 1);
        JupyterKernel older = kernel(gateway, "z", 5);
        JupyterKernel newer = kernel(gateway, "a", 3);
        JupyterKernel sameSecond = kernel(gateway, "b", 3);

        assertThat(hold(older, gateway, newer, sameSecond)).isEmpty();
        assertThat(hold(newer, gateway, older, sameSecond)).isPresent();
        assertThat(hold(newer, gateway, sameSecond)).as("by name").isEmpty();
        assertThat(hold(sameSecond, gateway, newer)).isPresent();
        assertThat(hold(older, gateway, running(gateway, "b"))).as("a pod is not taken back").isPresent();
    }

    @Test
    void aKernelThatHasEndedOrWasGivenUpTakesNoPlace() {
        JupyterGateway gateway = gateway("g", 1);
        JupyterKernel kernel = kernel(gateway, "new", 0);
        JupyterKernel givenUp = withStatus(kernel(gateway, "a", 60), Phase.Pending, null);
        JupyterKernel waiting = withStatus(kernel(gateway, "a", 59), Phase.Pending, null);
        JupyterKernel terminating = running(gateway, "a");
        terminating.getMetadata().setDeletionTimestamp(NOW.toString());

        assertThat(hold(kernel, gateway, givenUp)).isEmpty();
        assertThat(hold(kernel, gateway, waiting)).isPresent();
        assertThat(hold(kernel, gateway, terminating)).isEmpty();
        for (Phase exited : List.of(Phase.Succeeded, Phase.Failed)) {
            assertThat(hold(kernel, gateway, withStatus(kernel(gateway, "a", 60), exited, "a"))).isEmpty();
        }
        assertThat(hold(withStatus(kernel(gateway, "new", 60), Phase.Pending, null), gateway, running(gateway, "a")))
                .as("its gateway no longer waits for it: it ends").isEmpty();
    }

    @Test
    void onlyTheKernelsOfTheGatewayCount() {
        JupyterGateway gateway = gateway("g", 1);
        JupyterGateway other = gateway("other", 1);
        JupyterGateway earlier = gateway("g", 1);
        earlier.getMetadata().setUid("earlier");
        JupyterKernel kernel = kernel(gateway, "new", 0);

        assertThat(hold(kernel, gateway, running(other, "a"))).isEmpty();
        assertThat(hold(kernel, gateway, running(earlier, "a"))).isEmpty();
        assertThat(hold(kernel(earlier, "new", 0), gateway, running(gateway, "a"))).isEmpty();
        assertThat(reconciler().peers(kernel, Observed.of(gateway)).orElseThrow())
                .accepts(running(gateway, "a")).rejects(kernel, running(other, "a"));
    }

    @Test
    void nothingIsListedWithoutALimitOrForAKernelThatHasAPod() {
        JupyterGateway unlimited = gateway("g", null);
        JupyterGateway gateway = gateway("g", 1);
        JupyterKernel kernel = kernel(gateway, "new", 0);

        assertThat(reconciler().peers(kernel(unlimited, "new", 0), Observed.of(unlimited))).isEmpty();
        assertThat(reconciler().peers(kernel, Observed.of())).as("no gateway").isEmpty();
        assertThat(reconciler().peers(running(gateway, "new"), Observed.of(gateway))).isEmpty();
        HasMetadata pod = new PodBuilder().withNewMetadata().withName("new").withNamespace("team")
                .withOwnerReferences(OwnerReferences.controller(kernel)).endMetadata().build();
        assertThat(reconciler().peers(kernel, Observed.of(gateway, pod))).isEmpty();
        assertThat(hold(kernel, gateway, running(gateway, "a"), pod)).isEmpty();
    }

    private static KernelReconciler reconciler() {
        return new KernelReconciler(() -> NOW);
    }

    private static Optional<Readiness> hold(JupyterKernel kernel, JupyterGateway gateway, HasMetadata... others) {
        return reconciler().hold(kernel,
                Observed.of(Stream.concat(Stream.of(gateway), Stream.of(others)).toArray(HasMetadata[]::new)));
    }

    private static JupyterKernel running(JupyterGateway gateway, String name) {
        return withStatus(kernel(gateway, name, 0), Phase.Running, name);
    }

    private static JupyterKernel withStatus(JupyterKernel kernel, Phase phase, String pod) {
        kernel.setStatus(new JupyterKernelStatus(1L, List.of(), phase, pod, null, null, null, null, null, null));
        return kernel;
    }

    private static JupyterKernel kernel(JupyterGateway gateway, String name, int age) {
        JupyterKernel kernel = aKernel(name).withSpec("{templateRef: {name: t}, launchTimeout: 60}").build();
        kernel.getMetadata().setUid(name);
        kernel.getMetadata().setCreationTimestamp(NOW.minusSeconds(age).toString());
        kernel.getMetadata().setOwnerReferences(List.of(OwnerReferences.controller(gateway)));
        return kernel;
    }

    private static JupyterGateway gateway(String name, Integer maxKernels) {
        JupyterGateway gateway = Serialization.unmarshal("""
                apiVersion: kubeflow.tkestack.io/v1alpha1
                kind: JupyterGateway
                metadata: {name: %s, namespace: team, uid: uid-%s}
                spec: {maxKernels: %s}
                """.formatted(name, name, maxKernels), JupyterGateway.class);
        return gateway;
    }
}
