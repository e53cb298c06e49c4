package io.elasticjupyter.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.api.v1alpha1.JupyterKernel;
import io.elasticjupyter.api.v1alpha1.JupyterNotebook;
import io.elasticjupyter.api.v1alpha1.JupyterResource;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** On a cluster with Knative on which the product is installed: a kernel outlives the pod of its gateway, and ends with the gateway. */
@TestInstance(Lifecycle.PER_CLASS)
class RealGatewayRestartTest {

    private static final String NAMESPACE = "elastic-jupyter-restart";
    private static final Duration RUNNING = Duration.ofMinutes(5);

    private KnativeCluster cluster;
    private boolean ours;

    @BeforeAll
    void aClusterWithTheProduct() {
        Optional<KnativeCluster> given = KnativeCluster.given();
        assumeTrue(given.isPresent(), "KNATIVE_KUBECONFIG is not set to the kubeconfig of a cluster with Knative");
        cluster = given.get();
        assumeTrue(exists(KnativeCluster.FUNCTIONS), "the product is not installed on the cluster");
        assertThat(exists(NAMESPACE)).as("a namespace that this test did not create").isFalse();
        ours = true;
        cluster.client().resource(new NamespaceBuilder().withNewMetadata().withName(NAMESPACE).endMetadata().build())
                .create();
        cluster.apply(NAMESPACE, Documents.parse("""
                apiVersion: kubeflow.tkestack.io/v1alpha1
                kind: JupyterKernelSpec
                metadata: {name: py}
                spec: {image: "elyra/kernel-py:3.3.0"}
                ---
                apiVersion: kubeflow.tkestack.io/v1alpha1
                kind: JupyterGateway
                metadata: {name: g}
                spec: {kernels: [py]}
                ---
                apiVersion: kubeflow.tkestack.io/v1alpha1
                kind: JupyterNotebook
                metadata: {name: ada}
                spec: {gateway: {name: g}}
                """));
        await().atMost(RUNNING)
                .until(() -> isReady(JupyterGateway.class, "g") && isReady(JupyterNotebook.class, "ada"));
    }

    @AfterAll
    void nothingIsLeft() {
        if (ours) {
            cluster.client().namespaces().withName(NAMESPACE).delete();
            await().atMost(RUNNING).until(() -> !exists(NAMESPACE));
        }
        if (cluster != null) {
            cluster.close();
        }
    }

    @Test
    void aKernelOutlivesThePodOfItsGatewayAndEndsWithTheGateway() throws Exception {
        try (RemoteNotebook notebook = new RemoteNotebook(cluster.client(), NAMESPACE, "ada")) {
            String id = notebook.open("a.ipynb", "py");
            assertThat(notebook.run(id, "x = 42; print(x)")).isEqualTo("42");
            String pod = pods("kernel_id", id).getFirst().getMetadata().getUid();
            List<Pod> before = pods("app.kubernetes.io/name", "jupyter-gateway");

            Instant start = Instant.now();
            before.forEach(gateway -> cluster.client().resource(gateway).delete());
            await().atMost(RUNNING).until(() -> pods("app.kubernetes.io/name", "jupyter-gateway").stream()
                    .anyMatch(gateway -> !before.stream().map(each -> each.getMetadata().getUid()).toList()
                            .contains(gateway.getMetadata().getUid()) && isReady(gateway)));
            System.out.printf("RealGatewayRestartTest: the gateway was back after %.1f s%n",
                    Duration.between(start, Instant.now()).toMillis() / 1000.0);

            assertThat(notebook.run(id, "print(x)")).isEqualTo("42");
            assertThat(pods("kernel_id", id)).singleElement()
                    .satisfies(kernel -> assertThat(kernel.getMetadata().getUid()).isEqualTo(pod));
            await().atMost(Duration.ofMinutes(1)).until(() -> !cluster.client().v1().events().inNamespace(NAMESPACE)
                    .withField("reason", "Reattached").list().getItems().isEmpty());

            cluster.client().resources(JupyterGateway.class).inNamespace(NAMESPACE).withName("g").delete();
            await().atMost(Duration.ofMinutes(2)).until(() -> pods("component", "kernel").isEmpty()
                    && cluster.client().resources(JupyterKernel.class).inNamespace(NAMESPACE).list().getItems()
                            .isEmpty());
        }
    }

    private List<Pod> pods(String label, String value) {
        return cluster.client().pods().inNamespace(NAMESPACE).withLabel(label, value).list().getItems();
    }

    private static boolean isReady(Pod pod) {
        return pod.getStatus().getConditions().stream()
                .anyMatch(condition -> condition.getType().equals("Ready") && condition.getStatus().equals("True"));
    }

    private <R extends JupyterResource<?, ?>> boolean isReady(Class<R> type, String name) {
        R resource = cluster.client().resources(type).inNamespace(NAMESPACE).withName(name).get();
        return resource.getStatus() != null
                && Site.condition(resource, "Ready").path("status").asText().equals("True");
    }

    private boolean exists(String namespace) {
        return cluster.client().namespaces().withName(namespace).get() != null;
    }
}
