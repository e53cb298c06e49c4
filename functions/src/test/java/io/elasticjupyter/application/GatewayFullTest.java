package io.elasticjupyter.application;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.api.v1alpha1.JupyterKernel;
import io.elasticjupyter.api.v1alpha1.JupyterKernelStatus.Phase;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A gateway with {@code maxKernels}: a kernel beyond the limit waits without a pod until another one ends. */
class GatewayFullTest extends FunctionsTest {

    private static final String REFERENCE = "{\"apiVersion\":\"%s\",\"kind\":\"%s\",\"namespace\":\"default\",\"name\":\"%s\"}";

    private String gateway;

    @BeforeEach
    void emptyTheNamespace() {
        for (var type : List.of(JupyterKernel.class, JupyterGateway.class, Pod.class, Event.class)) {
            client.resources(type).inNamespace("default").delete();
        }
        gateway = client.resource(Serialization.unmarshal("""
                apiVersion: kubeflow.tkestack.io/v1alpha1
                kind: JupyterGateway
                metadata: {name: g, namespace: default}
                spec: {maxKernels: 1}
                """, JupyterGateway.class)).create().getMetadata().getUid();
    }

    @Test
    void aKernelBeyondTheLimitWaitsUntilAnotherIsDeleted() throws Exception {
        create("a");
        create("b");
        create("c");

        assertThat(reconcile("c").path("reason").asText()).as("not the turn of the newest").isEqualTo("GatewayFull");
        assertThat(reconcile("a").path("outcome").asText()).isEqualTo("created");
        JsonNode second = reconcile("b");

        assertThat(second.path("outcome").asText()).isEqualTo("updated");
        assertThat(second.path("reason").asText()).as("the Trigger of the cull function selects it")
                .isEqualTo("GatewayFull");
        assertThat(kernel("b").getStatus().phase()).isEqualTo(Phase.Pending);
        assertThat(kernel("b").getStatus().conditions()).singleElement()
                .satisfies(ready -> assertThat(ready.getMessage()).contains("'g' has its maxKernels of 1 kernels"));
        assertThat(client.v1().events().inNamespace("default").list().getItems()).extracting(Event::getReason)
                .contains("GatewayFull");
        assertThat(pods()).containsExactly("a");

        client.resource(kernel("a")).delete();
        client.pods().inNamespace("default").withName("a").delete();
        assertThat(FunctionCalls.report(calls.post("reconcileKernel", "dev.knative.apiserver.ref.delete",
                reference(JupyterKernel.class, "a"))).path("outcome").asText()).isEqualTo("gone");

        assertThat(pods()).as("the older of those that waited").containsExactly("b");
        assertThat(kernel("b").getStatus().conditions()).extracting(Condition::getReason).doesNotContain("GatewayFull");
        assertThat(kernel("c").getStatus().conditions()).extracting(Condition::getReason)
                .containsExactly("GatewayFull");
    }

    /** The gateway shuts down a kernel by deleting its pod. */
    @Test
    void thePodOfAnEndedKernelLeadsToThePodOfTheNext() throws Exception {
        create("a");
        create("b");
        reconcile("a");
        reconcile("b");
        client.pods().inNamespace("default").withName("a").delete();

        calls.post("reconcileKernel", "dev.knative.apiserver.ref.delete", reference(Pod.class, "a"));
        assertThat(client.resources(JupyterKernel.class).inNamespace("default").withName("a").get()).isNull();
        calls.post("reconcileKernel", "dev.knative.apiserver.ref.delete", reference(JupyterKernel.class, "a"));

        assertThat(pods()).containsExactly("b");
    }

    private void create(String name) {
        client.resource(Serialization.unmarshal("""
                apiVersion: kubeflow.tkestack.io/v1alpha1
                kind: JupyterKernel
                metadata:
                  name: %s
                  namespace: default
                  labels: {kernel_id: "%s"}
                  ownerReferences: [{apiVersion: kubeflow.tkestack.io/v1alpha1, kind: JupyterGateway, name: g, uid: %s, controller: true}]
                spec: {launchTimeout: 60, template: {spec: {containers: [{name: kernel, image: kernel}]}}}
                """.formatted(name, name, gateway), JupyterKernel.class)).create();
    }

    private JsonNode reconcile(String name) throws Exception {
        return calls.reconcile("reconcileKernel", JupyterKernel.class, name);
    }

    private static String reference(Class<? extends HasMetadata> type, String name) {
        return REFERENCE.formatted(HasMetadata.getApiVersion(type),
                HasMetadata.getKind(type), name);
    }

    private JupyterKernel kernel(String name) {
        return client.resources(JupyterKernel.class).inNamespace("default").withName(name).get();
    }

    private List<String> pods() {
        return client.pods().inNamespace("default").list().getItems().stream().map(pod -> pod.getMetadata().getName())
                .sorted().toList();
    }
}
