package io.elasticjupyter.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.api.v1alpha1.JupyterKernel;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * The JupyterGateway 'team-gateway' with the real Enterprise Gateway, the functions and the eventing; only the kubelet is
 * simulated.
 */
final class TeamGateway implements AutoCloseable {

    private static final String TEMPLATE = """
            apiVersion: kubeflow.tkestack.io/v1alpha1
            kind: JupyterKernelTemplate
            metadata:
              name: small
            spec:
              template:
                metadata:
                  labels:
                    round: %s
                spec:
                  containers:
                    - name: kernel
                      image: example.org/kernel:1
                      command: %s
                      env:
                        - {name: ROUND, value: %1$s}
                        - {name: SET_BY, value: template}
                      resources:
                        requests: {nvidia.com/gpu: "1"}
                        limits: {nvidia.com/gpu: "1"}
            """;

    private static final ObjectMapper JSON = new ObjectMapper();

    /** The property that sets the address at which the cull function reaches the gateways. */
    private static final String ADDRESS = "elastic-jupyter.gateway-url";

    private final Deque<Runnable> ends = new ArrayDeque<>();
    private final JupyterPython python;
    private Options options;
    private KubernetesClient client;
    private ProcessKubelet kubelet;
    private EnterpriseGateway enterpriseGateway;
    private Deployment deployment;
    private int port;
    private Path folder;

    private TeamGateway(JupyterPython python) {
        this.python = python;
    }

    /** Starts all parts, with a kernel template whose label {@code round} is {@code first}. */
    static TeamGateway start(JupyterPython python, Path folder) throws Exception {
        TeamGateway team = new TeamGateway(python);
        try {
            team.start(folder);
            return team;
        } catch (Exception | Error e) {
            team.close();
            throw e;
        }
    }

    private void start(Path folder) throws Exception {
        int port = FreePort.any();
        System.setProperty(ADDRESS, "http://127.0.0.1:" + port);
        ends.push(() -> System.clearProperty(ADDRESS));
        options = new Options();
        options.noSimulation = true;
        options.port = FreePort.any();
        options.apiPort = FreePort.any();
        options.kubeconfig = folder.resolve("kubeconfig");
        Running running = new Running(options, new PrintWriter(new StringWriter()));
        ends.push(running::close);
        running.start(Map.of());
        client = new KubernetesClientBuilder().withConfig(Config.fromKubeconfig(Files.readString(options.kubeconfig)))
                .build();
        ends.push(client::close);
        kubelet = ProcessKubelet.start(client, "default", folder);
        ends.push(kubelet::close);

        applyTemplate("first");
        apply(TeamGateway.class.getResourceAsStream("python-team.yaml"));
        client.resources(ConfigMap.class).inNamespace("default").withName("python-team-kernelspec")
                .waitUntilCondition(there -> there != null, 30, TimeUnit.SECONDS);
        deployment = client.apps().deployments().inNamespace("default").withName("team-gateway")
                .waitUntilCondition(there -> there != null, 30, TimeUnit.SECONDS);
        this.port = port;
        this.folder = folder;
        startGateway();
        ends.push(() -> enterpriseGateway.close());
    }

    /** Starts Enterprise Gateway, for the first time or again, and returns it. */
    EnterpriseGateway startGateway() throws Exception {
        enterpriseGateway = EnterpriseGateway.start(client, deployment, python, port, functions(), options.kubeconfig,
                folder);
        return enterpriseGateway;
    }

    URI functions() {
        return URI.create("http://127.0.0.1:" + options.port + "/");
    }

    /** Changes the kernel template. */
    void applyTemplate(String round) throws Exception {
        String command = JSON.writeValueAsString(python.command("start_kernel.py"));
        apply(new ByteArrayInputStream(TEMPLATE.formatted(round, command).getBytes(StandardCharsets.UTF_8)));
    }

    void apply(InputStream yaml) {
        client.load(yaml).inNamespace("default").serverSideApply();
    }

    KubernetesClient client() {
        return client;
    }

    ProcessKubelet kubelet() {
        return kubelet;
    }

    EnterpriseGateway enterpriseGateway() {
        return enterpriseGateway;
    }

    /** Returns the gateway's Deployment from which Enterprise Gateway was started. */
    Deployment deployment() {
        return deployment;
    }

    Resource<JupyterGateway> gateway() {
        return client.resources(JupyterGateway.class).inNamespace("default").withName("team-gateway");
    }

    /** Sets the idle timeout of the gateway, with a granularity of one second. */
    void cullIdleTimeout(int seconds) {
        gateway().patch(PatchContext.of(PatchType.JSON_MERGE),
                "{\"spec\": {\"cullIdleTimeout\": %d, \"cullInterval\": 1}}".formatted(seconds));
    }

    /** Calls the cull function as the gateway's PingSource does, and returns the reported result for the gateway. */
    JsonNode runCull(boolean dryRun) throws Exception {
        CloudEvent event = CloudEventBuilder.v1().withId(UUID.randomUUID().toString())
                .withType("dev.knative.sources.ping")
                .withSource(URI.create("/apis/v1/namespaces/default/pingsources/team-gateway-cull"))
                .withData("application/json", JSON.writeValueAsBytes(
                        Map.of("gateway", "team-gateway", "namespace", "default", "dryRun", dryRun)))
                .build();
        URI cullKernels = URI.create("http://127.0.0.1:" + options.port + "/cullKernels");
        try (HttpClient http = FunctionCall.client()) {
            FunctionCall.Result result = new FunctionCall(http, cullKernels, "default").call(event);
            assertThat(result).isInstanceOf(FunctionCall.Result.Accepted.class);
            CloudEvent reply = ((FunctionCall.Result.Accepted) result).reply().orElseThrow();
            assertThat(reply.getType()).isEqualTo("io.elasticjupyter.culled");
            return JSON.readTree(reply.getData().toBytes()).at("/gateways/0");
        }
    }

    JupyterKernel kernel(String id) {
        return kernels().stream().filter(kernel -> id.equals(kernelId(kernel))).findFirst().orElseThrow();
    }

    List<JupyterKernel> kernels() {
        return client.resources(JupyterKernel.class).inNamespace("default").list().getItems();
    }

    static String kernelId(JupyterKernel kernel) {
        return kernel.getMetadata().getLabels().get("kernel_id");
    }

    Pod pod(String id) {
        return client.pods().inNamespace("default").withLabel("kernel_id", id).list().getItems().getFirst();
    }

    List<Pod> pods() {
        return client.pods().inNamespace("default").list().getItems();
    }

    /** Stops the parts in the reverse order of the start. */
    @Override
    public void close() {
        while (!ends.isEmpty()) {
            ends.pop().run();
        }
    }
}
