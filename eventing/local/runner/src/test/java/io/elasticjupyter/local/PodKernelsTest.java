package io.elasticjupyter.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.api.v1alpha1.JupyterGatewaySpec;
import io.elasticjupyter.api.v1alpha1.JupyterKernel;
import io.elasticjupyter.api.v1alpha1.JupyterKernelSpecification;
import io.elasticjupyter.api.v1alpha1.KernelTemplateReference;
import io.elasticjupyter.kubernetes.OwnerReferences;
import io.elasticjupyter.local.fake.FakeGateway;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The fake gateway with the kernels of two gateways in a namespace of the embedded API, where no container runs. */
class PodKernelsTest {

    private static final String STARTED = "2026-11-22T00:58:03Z";

    private final HttpClient http = HttpClient.newHttpClient();
    private ApiServer api;
    private KubernetesClient client;
    private FakeGateway gateways;

    private record Reply(int status, JsonNode body) {}

    @BeforeEach
    void start() {
        api = EmbeddedApiServer.start(0);
        client = new KubernetesClientBuilder().withConfig(api.config()).build();
        CustomResources.install(client);
        gateways = PodKernels.serve(client, FreePort.any());
        JupyterGateway first = gateway("a-team");
        JupyterGateway other = gateway("b-team");
        running(kernel("of-a", first));
        running(kernel("of-b", other));
        running(kernel("unowned", null));
    }

    @AfterEach
    void end() {
        http.close();
        gateways.close();
        client.close();
        api.close();
    }

    @Test
    void listsTheKernelsOfEachGateway() throws Exception {
        assertThat(ids("/default/a-team")).containsExactly("id-of-a");
        assertThat(ids("/default/b-team")).containsExactly("id-of-b");
    }

    @Test
    void describesAKernelAsJupyterDoes() throws Exception {
        Reply kernel = call("GET", "/default/a-team/api/kernels/id-of-a");
        assertThat(kernel.status()).isEqualTo(200);
        assertThat(kernel.body().toString()).isEqualTo("{\"id\":\"id-of-a\",\"name\":\"python\","
                + "\"last_activity\":\"2026-11-22T00:58:03.000000Z\",\"execution_state\":\"idle\",\"connections\":0}");
        assertThat(call("GET", "/default/a-team/api/kernels").body().findValuesAsText("id")).contains("id-of-a");
    }

    @Test
    void aKernelThatDoesNotRunYetIsNotListed() throws Exception {
        Pod pod = client.pods().inNamespace("default").withName("of-b").get();
        client.resource(
                new PodBuilder(pod).editStatus().withPhase("Pending").endStatus().build()).updateStatus();
        assertThat(ids("/default/b-team")).isEmpty();
    }

    @Test
    void startsAKernelAsTheLauncherDoes() throws Exception {
        offer("b-team", "python-science", Map.of("jupyterkernel.json", """
                {"apiVersion": "kubeflow.tkestack.io/v1alpha1", "kind": "JupyterKernel",
                 "spec": {"templateRef": {"name": "small"}, "env": [{"name": "TEAM", "value": "science"}], "launchTimeout": 60}}
                """));
        client.resources(JupyterKernel.class).inNamespace("default").inform(onAdd(this::running));
        Reply reply = call("POST", "/default/b-team/api/kernels",
                "{\"name\": \"python-science\", \"env\": {\"KERNEL_USERNAME\": \"ada\"}}");

        assertThat(reply.status()).as("%s", reply.body()).isEqualTo(201);
        String id = reply.body().path("id").asText();
        assertThat(ids("/default/b-team")).contains(id);
        JupyterKernel kernel = client.resources(JupyterKernel.class).inNamespace("default").withName("ada-" + id).get();
        assertThat(kernel.getMetadata().getLabels()).containsEntry("kernel_id", id).containsEntry("component",
                "kernel");
        assertThat(OwnerReferences.controllerOf(kernel, JupyterGateway.class).orElseThrow().getName())
                .isEqualTo("b-team");
        assertThat(kernel.getSpec().templateRef().name()).isEqualTo("small");
        assertThat(kernel.getSpec().launchTimeout()).isEqualTo(60);
        assertThat(kernel.getSpec().env()).extracting(env -> env.getName() + "=" + env.getValue())
                .containsExactly("TEAM=science", "KERNEL_ID=" + id, "KERNEL_NAME=python-science",
                        "KERNEL_USERNAME=ada");
    }

    @Test
    void aKernelThatCannotBeStartedIsRefused() throws Exception {
        Reply unknown = call("POST", "/default/a-team/api/kernels", "{\"name\": \"r\"}");
        assertThat(unknown.status()).isEqualTo(404);
        assertThat(unknown.body().path("message").asText()).startsWith("No such kernel: r. Add it to spec.kernels");
        assertThat(call("POST", "/default/a-team/api/kernels", "").status()).isEqualTo(404);
        assertThat(call("POST", "/default/a-team/api/kernels", "name=r").status()).isEqualTo(400);

        offer("a-team", "own", Map.of("kernel.json", "{}"));
        Reply own = call("POST", "/default/a-team/api/kernels", "");
        assertThat(own.status()).isEqualTo(503);
        assertThat(own.body().path("message").asText()).contains("has its own command");
    }

    @Test
    void deletesTheKernelsPod() throws Exception {
        Reply gone = call("DELETE", "/default/a-team/api/kernels/id-of-a");
        assertThat(gone.status()).isEqualTo(204);
        assertThat(gone.body().isMissingNode()).isTrue();
        assertThat(client.pods().inNamespace("default").withName("of-a").get()).isNull();
        assertThat(ids("/default/a-team")).isEmpty();
        assertThat(call("DELETE", "/default/a-team/api/kernels/id-of-a").status()).isEqualTo(404);
    }

    @Test
    void simulatesTheUseOfAKernel() throws Exception {
        assertThat(call("POST", "/default/a-team/kernels/id-of-a/busy").body().path("execution_state").asText())
                .isEqualTo("busy");
        assertThat(call("GET", "/default/a-team/api/kernels/id-of-a").body().path("execution_state").asText())
                .isEqualTo("busy");
        Instant before = Instant.now().minusMillis(1);
        JsonNode idle = call("POST", "/default/a-team/kernels/of-a/idle").body();
        assertThat(idle.path("execution_state").asText()).isEqualTo("idle");
        assertThat(idle.path("last_activity").asText()).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}Z");
        assertThat(Instant.parse(idle.path("last_activity").asText())).isBetween(before, Instant.now());
    }

    @Test
    void simulatesOpeningAndClosingNotebooks() throws Exception {
        String kernel = "/default/b-team/kernels/of-b/";
        assertThat(call("POST", kernel + "disconnected").body().path("connections").asInt()).isZero();
        call("POST", kernel + "connected");
        JsonNode connected = call("POST", kernel + "connected").body();
        assertThat(connected.path("connections").asInt()).isEqualTo(2);
        assertThat(connected.path("last_activity").asText()).startsWith("2026-11-22T00:58:03");
        assertThat(call("POST", kernel + "disconnected").body().path("connections").asInt()).isEqualTo(1);
    }

    @Test
    void aDeadKernelIsForgottenButItsPodStays() throws Exception {
        assertThat(call("POST", "/default/b-team/kernels/of-b/dead").status()).isEqualTo(200);
        assertThat(ids("/default/b-team")).isEmpty();
        assertThat(call("GET", "/default/b-team/api/kernels/id-of-b").status()).isEqualTo(404);
        assertThat(call("DELETE", "/default/b-team/api/kernels/id-of-b").status()).isEqualTo(404);
        assertThat(client.pods().inNamespace("default").withName("of-b").get()).isNotNull();
    }

    @Test
    void anUnknownPathIsNotFound() throws Exception {
        Reply kernel = call("GET", "/default/a-team/api/kernels/id-of-b");
        assertThat(kernel.status()).isEqualTo(404);
        assertThat(kernel.body().path("message").asText()).isEqualTo("Kernel does not exist: id-of-b");
        Reply gateway = call("GET", "/default/c-team/api/kernels");
        assertThat(gateway.status()).isEqualTo(404);
        assertThat(gateway.body().path("message").asText()).isEqualTo("There is no JupyterGateway default/c-team.");
        assertThat(call("POST", "/default/a-team/kernels/of-a/asleep").status()).isEqualTo(404);
        assertThat(call("GET", "/default/a-team/kernels/of-a/busy").status()).isEqualTo(404);
        assertThat(call("GET", "/").status()).isEqualTo(404);
    }

    @Test
    void aGatewayOfAnotherNamespaceIsNotFound() throws Exception {
        client.resource(new NamespaceBuilder().withNewMetadata().withName("elsewhere").endMetadata().build()).create();
        assertThat(call("GET", "/elsewhere/a-team/api/kernels").status()).isEqualTo(404);
    }

    @Test
    void aPortInUseIsReported() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatExceptionOfType(StartFailure.class)
                    .isThrownBy(() -> PodKernels.serve(client, taken.getLocalPort()))
                    .withMessageContaining("choose another with --gateway-port PORT");
        }
    }

    private List<String> ids(String gateway) throws Exception {
        return call("GET", gateway + "/api/kernels").body().findValuesAsText("id");
    }

    /** Lets a gateway offer a kernel spec with these files. */
    private void offer(String gateway, String kernelSpec, Map<String, String> files) {
        client.resources(JupyterGateway.class).inNamespace("default").withName(gateway).edit(resource -> {
            resource.setSpec(client.getKubernetesSerialization()
                    .unmarshal("{\"kernels\": [\"" + kernelSpec + "\"]}", JupyterGatewaySpec.class));
            return resource;
        });
        client.resource(new ConfigMapBuilder().withNewMetadata().withNamespace("default")
                .withName(kernelSpec + "-kernelspec").endMetadata().withData(files).build()).create();
    }

    private static ResourceEventHandler<JupyterKernel> onAdd(Consumer<JupyterKernel> action) {
        return new ResourceEventHandler<>() {
            @Override
            public void onAdd(JupyterKernel kernel) {
                action.accept(kernel);
            }

            @Override
            public void onUpdate(JupyterKernel before, JupyterKernel kernel) {}

            @Override
            public void onDelete(JupyterKernel kernel, boolean lastStateUnknown) {}
        };
    }

    private Reply call(String method, String path) throws Exception {
        return call(method, path, "");
    }

    private Reply call(String method, String path, String body) throws Exception {
        URI root = URI.create(gateways.urlTemplate().replace("/{namespace}/{name}", ""));
        HttpResponse<byte[]> response = http.send(
                HttpRequest.newBuilder(URI.create(root + path))
                        .method(method, HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofByteArray());
        return new Reply(response.statusCode(), new ObjectMapper().readTree(response.body()));
    }

    private JupyterGateway gateway(String name) {
        var gateway = new JupyterGateway();
        gateway.setMetadata(new ObjectMetaBuilder().withName(name).withNamespace("default").build());
        return client.resource(gateway).create();
    }

    private JupyterKernel kernel(String name, JupyterGateway owner) {
        var kernel = new JupyterKernel();
        kernel.setMetadata(new ObjectMetaBuilder().withName(name).withNamespace("default").build());
        if (owner != null) {
            own(kernel, owner);
        }
        kernel.setSpec(new JupyterKernelSpecification(null, new KernelTemplateReference("python", null), null, null,
                null, null, null));
        return client.resource(kernel).create();
    }

    private void running(JupyterKernel kernel) {
        Pod created = pending(kernel);
        client.resource(new PodBuilder(created).withNewStatus().withPhase("Running").withStartTime(STARTED).endStatus()
                .build()).updateStatus();
    }

    /** Creates the pod of a kernel, if it does not exist. */
    private Pod pending(JupyterKernel kernel) {
        String name = kernel.getMetadata().getName();
        Map<String, String> labels = kernel.getMetadata().getLabels();
        Pod pod = new PodBuilder()
                .withNewMetadata().withName(name).withNamespace("default")
                .addToLabels("component", "kernel")
                .addToLabels("kernel_id",
                        labels == null ? "id-" + name : labels.getOrDefault("kernel_id", "id-" + name))
                .endMetadata()
                .withNewSpec().addNewContainer().withName("kernel").withImage("kernel").endContainer().endSpec()
                .build();
        own(pod, kernel);
        Pod existing = client.resource(pod).get();
        return existing == null ? client.resource(pod).create() : existing;
    }

    private static void own(HasMetadata object, HasMetadata owner) {
        object.getMetadata().setOwnerReferences(List.of(new OwnerReferenceBuilder()
                .withApiVersion(owner.getApiVersion()).withKind(owner.getKind())
                .withName(owner.getMetadata().getName()).withUid(owner.getMetadata().getUid()).build()));
    }
}
