package io.elasticjupyter.application;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticjupyter.api.v1alpha1.Conditions;
import io.elasticjupyter.api.v1alpha1.JupyterKernel;
import io.embeddedkubernetes.Request;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Kernels whose pods cannot start. Enterprise Gateway waits for a pod for minutes, unless it fails. */
class KernelStartFailureTest extends FunctionsTest {

    private static final String KERNEL = """
            apiVersion: kubeflow.tkestack.io/v1alpha1
            kind: JupyterKernel
            metadata: {name: %s, namespace: default, labels: {kernel_id: "1"}}
            spec: {template: {spec: {containers: [{name: kernel, image: mine}]}}%s}
            """;

    private static final String NOT_FOUND = "failed to resolve reference: mine: not found";

    @BeforeEach
    void emptyTheNamespace() {
        List.of(JupyterKernel.class, Pod.class, Event.class)
                .forEach(type -> client.resources(type).inNamespace("default").delete());
    }

    @Test
    void aPodThatCannotStartFailsAtOnceIfAGatewayWaitsForIt() throws Exception {
        create("waited-for", ", launchTimeout: 170");
        create("of-a-user", "");

        for (String name : List.of("waited-for", "of-a-user")) {
            waits(name, "ImagePullBackOff", "Back-off pulling image: ErrImagePull: dial tcp: i/o timeout");
            assertThat(deadline(name)).as("a registry that may come back").isNull();
            waits(name, "ErrImagePull", NOT_FOUND);
        }

        assertThat(deadline("waited-for")).isEqualTo(1L);
        assertThat(deadline("of-a-user")).as("nobody waits for it").isNull();
        assertThat(client.v1().events().inNamespace("default").list().getItems()).anySatisfy(event -> {
            assertThat(event.getReason()).isEqualTo("ImagePullBackOff");
            assertThat(event.getMessage()).contains(NOT_FOUND);
        });
        api.clearRequests();
        calls.reconcile("reconcileKernel", Pod.class, "waited-for");
        assertThat(api.requests()).extracting(Request::method).containsOnly("GET");
    }

    /** The status of the pod only has the deadline then. */
    @Test
    void theReasonRemainsAfterTheKubeletHasEndedThePod() throws Exception {
        create("k", ", launchTimeout: 170");
        waits("k", "ErrImagePull", NOT_FOUND);

        client.pods().inNamespace("default").withName("k").editStatus(pod -> new PodBuilder(pod).editOrNewStatus()
                .withPhase("Failed").withReason("DeadlineExceeded")
                .withMessage("Pod was active on the node longer than the specified deadline")
                .withContainerStatuses(List.of()).endStatus().build());
        calls.reconcile("reconcileKernel", Pod.class, "k");

        Condition ready = Conditions.of(client.resources(JupyterKernel.class).inNamespace("default").withName("k").get()
                .getStatus()).find("Ready").orElseThrow();
        assertThat(ready.getReason()).isEqualTo("ImagePullBackOff");
        assertThat(ready.getMessage()).contains(NOT_FOUND);
    }

    private void create(String name, String fields) throws Exception {
        client.resource(KERNEL.formatted(name, fields)).create();
        calls.reconcile("reconcileKernel", JupyterKernel.class, name);
    }

    private Long deadline(String name) {
        return client.pods().inNamespace("default").withName(name).get().getSpec().getActiveDeadlineSeconds();
    }

    private void waits(String name, String reason, String message) throws Exception {
        client.pods().inNamespace("default").withName(name).editStatus(pod -> new PodBuilder(pod).editOrNewStatus()
                .withPhase("Pending")
                .withContainerStatuses(new ContainerStatusBuilder().withName("kernel").withReady(false)
                        .withRestartCount(0).withImage("mine").withImageID("")
                        .withNewState().withNewWaiting(message, reason).endState().build())
                .endStatus().build());
        calls.reconcile("reconcileKernel", Pod.class, name);
    }
}
