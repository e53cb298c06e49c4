package io.elasticjupyter.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.api.v1alpha1.JupyterKernel;
import io.elasticjupyter.api.v1alpha1.NotebookReference;
import io.elasticjupyter.kubernetes.OwnerReferences;
import io.embeddedkubernetes.EmbeddedApi;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher alone, run as Enterprise Gateway runs it: its output and its exit code. */
class KernelLauncherTest {

    private static final String[] LAUNCH = {"--RemoteProcessProxy.kernel-id", "42",
            "--RemoteProcessProxy.response-address", "127.0.0.1:8877", "--RemoteProcessProxy.public-key", "key"};
    private static final int USAGE = 2;

    @TempDir
    Path folder;

    private JupyterPython python;
    private EmbeddedApi api;
    private KubernetesClient client;

    record Ended(int exitCode, List<String> out, List<String> err) {}

    @BeforeEach
    void start() throws Exception {
        python = JupyterPython.withOrReplaced("kubernetes");
        api = EmbeddedApi.start(0);
        client = new KubernetesClientBuilder().withConfig(Config.fromKubeconfig(api.kubeconfig())).build();
        CustomResources.install(client);
        Files.writeString(folder.resolve("kubeconfig"), api.kubeconfig());
        kernelSpec("""
                {"templateRef": {"name": "small"}, "env": [{"name": "TEAM", "value": "science"}]}""");
        try (InputStream launcher = getClass()
                .getResourceAsStream("/io/elasticjupyter/kernelspec/launch_jupyterkernel.py")) {
            Files.copy(launcher, folder.resolve("launch_jupyterkernel.py"));
        }
    }

    @AfterEach
    void end() {
        if (client != null) {
            client.close();
        }
        if (api != null) {
            api.close();
        }
    }

    @Test
    void aKernelWithTheSameNameIsReplaced() throws Exception {
        assertThat(launch(LAUNCH).err()).isEmpty();
        String uid = kernel().getMetadata().getUid();

        Ended again = launch(LAUNCH);

        assertThat(again.exitCode()).isZero();
        assertThat(again.out()).containsExactly("elastic-jupyter: JupyterKernel default/jovyan-42 created");
        assertThat(kernel().getMetadata().getUid()).isNotEqualTo(uid);
        assertThat(kernel().getSpec().env()).extracting(env -> env.getName() + "=" + env.getValue())
                .contains("TEAM=science", "KERNEL_ID=42", "RESPONSE_ADDRESS=127.0.0.1:8877", "PUBLIC_KEY=key");
    }

    @Test
    void aKernelOfTheSameGatewayIsReplaced() throws Exception {
        assertThat(launch(gateway("team"), LAUNCH).err()).isEmpty();
        String uid = kernel().getMetadata().getUid();
        assertThat(OwnerReferences.controllerOf(kernel(), JupyterGateway.class).orElseThrow().getUid())
                .isEqualTo(gateway("team").get("JUPYTER_GATEWAY_UID"));

        assertThat(launch(gateway("team"), LAUNCH).err()).isEmpty();

        assertThat(kernel().getMetadata().getUid()).isNotEqualTo(uid);
    }

    /** The environment of the gateway has its token, and the one of the pod has that of its account. */
    @Test
    void onlyTheVariablesOfTheKernelAreHandedOn() throws Exception {
        launch(Map.of("EG_AUTH_TOKEN", "secret", "JUPYTER_GATEWAY_AUTH_TOKEN", "secret", "AWS_SECRET_ACCESS_KEY",
                "secret",
                "KERNEL_USERNAME", "ada"), LAUNCH);

        assertThat(kernel().getSpec().env()).extracting(EnvVar::getName).containsExactlyInAnyOrder("TEAM", "KERNEL_ID",
                "KERNEL_NAME", "KERNEL_NAMESPACE", "KERNEL_POD_NAME", "KERNEL_SPARK_CONTEXT_INIT_MODE",
                "KERNEL_USERNAME", "PORT_RANGE", "PUBLIC_KEY", "RESPONSE_ADDRESS");
        assertThat(Serialization.asJson(kernel())).doesNotContain("secret");
    }

    @Test
    void theKernelHasItsUserAndNotebook() throws Exception {
        launch(Map.of("KERNEL_USERNAME", "ada@example.com", "KERNEL_NOTEBOOK", "lab/desk"), LAUNCH);
        assertThat(kernel().getSpec().user()).isEqualTo("ada@example.com");
        assertThat(kernel().getSpec().notebook()).isEqualTo(new NotebookReference("desk", "lab"));

        launch(Map.of("KERNEL_USERNAME", "a".repeat(254), "KERNEL_NOTEBOOK", "desk"), LAUNCH);
        assertThat(kernel().getSpec().user()).as("longer than the field may be").isNull();
        assertThat(kernel().getSpec().notebook()).as("without a namespace").isNull();
    }

    /** A kernel spec may set variables of the kernel, but not to whom the kernel sends its ports and keys. */
    @Test
    void theKernelSpecSetsNoVariableOfTheConnection() throws Exception {
        kernelSpec("""
                {"image": "mine", "env": [{"name": "KERNEL_USERNAME", "value": "science"},
                 {"name": "RESPONSE_ADDRESS", "value": "evil:1"}, {"name": "PUBLIC_KEY", "value": "evil"},
                 {"name": "KERNEL_ID", "value": "43"}, {"name": "PORT_RANGE", "value": "1..2"}]}""");

        launch(Map.of("KERNEL_USERNAME", "ada", "KERNEL_IMAGE", "mine"), LAUNCH);

        assertThat(kernel().getSpec().env()).extracting(env -> env.getName() + "=" + env.getValue())
                .contains("KERNEL_USERNAME=science", "RESPONSE_ADDRESS=127.0.0.1:8877", "PUBLIC_KEY=key",
                        "KERNEL_ID=42", "PORT_RANGE=0..0", "KERNEL_IMAGE=mine");
        assertThat(kernel().getSpec().env()).extracting(EnvVar::getName).doesNotHaveDuplicates();
    }

    /** Enterprise Gateway then has a text in place of the image, which is none. */
    @Test
    void withAnImageOfTheTemplateTheKernelLearnsNoImage() throws Exception {
        launch(Map.of("KERNEL_IMAGE", "JupyterKernelTemplate team/t", "KERNEL_EXECUTOR_IMAGE", "x"), LAUNCH);

        assertThat(kernel().getSpec().env()).extracting(EnvVar::getName)
                .doesNotContain("KERNEL_IMAGE", "KERNEL_EXECUTOR_IMAGE");
    }

    /** The gateway selects the pod by these labels. */
    @Test
    void theKernelHasTheLabelsOfEnterpriseGateway() throws Exception {
        launch(LAUNCH);

        assertThat(kernel().getMetadata().getLabels()).isEqualTo(
                Map.of("app", "enterprise-gateway", "component", "kernel", "kernel_id", "42"));
    }

    /** It was replaced after it had been read. */
    @Test
    void aKernelThatHasTheNameByNowIsNotDeleted() throws Exception {
        assertThat(launch(LAUNCH).err()).isEmpty();
        AtomicReference<String> other = new AtomicReference<>();
        api.failNext(request -> {
            if (request.method().equals("DELETE") && other.get() == null) {
                JupyterKernel replaced = kernel();
                other.set("being replaced");
                client.resource(replaced).delete();
                replaced.getMetadata().setLabels(Map.of("kernel_id", "43"));
                replaced.getMetadata().setUid(null);
                replaced.getMetadata().setResourceVersion(null);
                other.set(client.resource(replaced).create().getMetadata().getUid());
            }
            return false;
        }, 500);

        Ended ended = launch(LAUNCH);

        assertThat(ended.err()).singleElement().asString().contains("belongs to another kernel");
        assertThat(kernel().getMetadata().getUid()).isEqualTo(other.get());
    }

    @Test
    void theLaunchTimeoutIsThatOfTheRequestLessTheTimeThatHasPassed() throws Exception {
        launch(Map.of("KERNEL_LAUNCH_TIMEOUT", "100"), LAUNCH);
        assertThat(kernel().getSpec().launchTimeout()).isBetween(60, 95);

        for (String invalid : List.of("soon", "nan", "-1", "1e99")) {
            launch(Map.of("KERNEL_LAUNCH_TIMEOUT", invalid), LAUNCH);
            assertThat(kernel().getSpec().launchTimeout()).as(invalid).isBetween(3500, 3595);
        }
    }

    @Test
    void aKernelOfAnotherIdIsNotReplaced() throws Exception {
        assertThat(launch(gateway("team"), LAUNCH).err()).isEmpty();
        String uid = kernel().getMetadata().getUid();
        String[] other = LAUNCH.clone();
        other[1] = "43";

        Ended ended = launch(gateway("team"), other);

        assertThat(ended.exitCode()).isEqualTo(1);
        assertThat(ended.err()).containsExactly(
                "elastic-jupyter: kernel 43 was not started: JupyterKernel default/jovyan-42 exists and belongs to another kernel. Set KERNEL_POD_NAME to another name, or unset it.");
        assertThat(kernel().getMetadata().getUid()).isEqualTo(uid);
    }

    @Test
    void aKernelOfAnotherGatewayOrOfNoneIsNotReplaced() throws Exception {
        assertThat(launch(gateway("team"), LAUNCH).err()).isEmpty();
        String uid = kernel().getMetadata().getUid();

        for (Map<String, String> other : List.of(Map.<String, String>of(),
                gateway("other"))) {
            assertNotStarted(launch(other, LAUNCH));
            assertThat(kernel().getMetadata().getUid()).isEqualTo(uid);
        }
    }

    @Test
    void aRejectedRequestIsReported() throws Exception {
        api.failNext(request -> request.method().equals("POST"), HttpURLConnection.HTTP_FORBIDDEN);
        assertNotStarted(launch(LAUNCH));
        assertThat(client.resources(JupyterKernel.class).inAnyNamespace().list().getItems()).isEmpty();
    }

    @Test
    void anUnreachableServerIsReported() throws Exception {
        api.close();
        assertNotStarted(launch(LAUNCH));
    }

    @Test
    void aMissingKubeconfigIsReported() throws Exception {
        Files.delete(folder.resolve("kubeconfig"));
        assertNotStarted(launch(LAUNCH));
    }

    @Test
    void aMissingArgumentIsReported() throws Exception {
        Ended ended = launch();
        assertThat(ended.exitCode()).isEqualTo(USAGE);
        assertThat(ended.err()).first().asString().startsWith("usage:");
        assertThat(ended.err()).last().asString().endsWith("--RemoteProcessProxy.kernel-id is required");
    }

    private static void assertNotStarted(Ended ended) {
        assertThat(ended.err()).singleElement().asString()
                .startsWith("elastic-jupyter: kernel 42 was not started: ");
        assertThat(ended.out()).isEmpty();
        assertThat(ended.exitCode()).isEqualTo(1);
    }

    /** Returns what the environment of a gateway's processes says about it. Kernels of a gateway that does not exist are deleted. */
    private Map<String, String> gateway(String name) {
        JupyterGateway gateway = new JupyterGateway();
        gateway.setMetadata(new ObjectMetaBuilder().withNamespace("default").withName(name).build());
        JupyterGateway existing = client.resource(gateway).get();
        return Map.of("JUPYTER_GATEWAY_NAME", name, "JUPYTER_GATEWAY_UID",
                (existing == null ? client.resource(gateway).create() : existing).getMetadata().getUid());
    }

    /** Writes the JupyterKernel of a kernel spec, which the ConfigMap of the kernel spec contains. */
    private void kernelSpec(String spec) throws IOException {
        Files.writeString(folder.resolve("jupyterkernel.json"), """
                {"apiVersion": "kubeflow.tkestack.io/v1alpha1", "kind": "JupyterKernel", "spec": %s}
                """.formatted(spec.contains("templateRef")
                ? spec
                : spec.replaceFirst("\\{", "{\"template\": {\"spec\": {\"containers\": [{\"name\": \"kernel\"}]}}, ")));
    }

    private JupyterKernel kernel() {
        return client.resources(JupyterKernel.class).inNamespace("default").withName("jovyan-42").get();
    }

    private Ended launch(String... arguments) throws Exception {
        return launch(Map.of(), arguments);
    }

    private Ended launch(Map<String, String> environment, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(
                List.of(python.executable(), folder.resolve("launch_jupyterkernel.py").toString()));
        command.addAll(List.of(arguments));
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile())
                .redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().clear();
        builder.environment().putAll(Map.of(
                "PATH", System.getenv("PATH"),
                "PYTHONPATH", python.path(),
                "HOME", folder.toString(),
                "KUBECONFIG", folder.resolve("kubeconfig").toString(),
                "KERNEL_NAMESPACE", "default",
                "KERNEL_POD_NAME", "jovyan-42"));
        builder.environment().putAll(environment);
        Process process = builder.start();
        try {
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).as("exited").isTrue();
        } finally {
            process.destroyForcibly();
        }
        return new Ended(process.exitValue(), Files.readAllLines(out, UTF_8), Files.readAllLines(err, UTF_8));
    }
}
