package io.elasticjupyter.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticjupyter.api.v1alpha1.JupyterKernel;
import io.embeddedkubernetes.EmbeddedApi;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a gateway answers when a kernel does not start, which JupyterLab shows. Enterprise Gateway itself is replaced. */
class GatewayLaunchErrorsTest {

    private static final String REFUSED = "A quota of the namespace has no room for Pod default/jovyan-42.";

    @TempDir
    Path folder;

    private JupyterPython python;
    private EmbeddedApi api;
    private KubernetesClient client;

    @BeforeEach
    void start() throws Exception {
        python = JupyterPython.replaced("/python-gateway", "/python");
        api = EmbeddedApi.start(0);
        client = new KubernetesClientBuilder().withConfig(Config.fromKubeconfig(api.kubeconfig())).build();
        CustomResources.install(client);
        Files.writeString(folder.resolve("kubeconfig"), api.kubeconfig());
        try (InputStream module = getClass().getResourceAsStream("/io/elasticjupyter/gateway/launch_errors.py")) {
            Files.copy(module, folder.resolve("launch_errors.py"));
        }
    }

    @AfterEach
    void end() {
        if (client != null) {
            client.close();
            api.close();
        }
    }

    @Test
    void aKernelThatGetsNoPodFailsAndIsDeleted() throws Exception {
        kernel("{type: Ready, lastTransitionTime: '2026-01-01T00:00:00Z', status: 'False', reason: QuotaExceeded, message: '"
                + REFUSED + "'}", "");

        assertThat(waitFor("")).isEqualTo("500 The kernel gets no pod. QuotaExceeded: " + REFUSED);
        assertThat(kernels()).isEmpty();
    }

    @Test
    void aKernelThatWaitsForAPlaceIsWaitedFor() throws Exception {
        kernel("{type: Ready, lastTransitionTime: '2026-01-01T00:00:00Z', status: 'False', reason: GatewayFull, message: It waits.}",
                "");

        assertThat(waitFor("")).isEqualTo("500 Waited too long. GatewayFull: It waits.");
        assertThat(kernels()).hasSize(1);
    }

    @Test
    void aPodThatWaitsForANodeIsWaitedFor() throws Exception {
        kernel("{type: Ready, lastTransitionTime: '2026-01-01T00:00:00Z', status: 'False', reason: Unschedulable, message: No node has a GPU.}",
                "podName: jovyan-42");

        assertThat(waitFor("")).isEqualTo("500 Waited too long. Unschedulable: No node has a GPU.");
    }

    @Test
    void theErrorOfAFailedPodHasTheReasonInOneLine() throws Exception {
        kernel("{type: Ready, lastTransitionTime: '2026-01-01T00:00:00Z', status: 'False', reason: ImagePullBackOff, message: \"mine:\\n  not found\"}",
                "podName: jovyan-42");

        assertThat(waitFor("failed")).isEqualTo(
                "500 Error starting kernel container; status: 'failed'. ImagePullBackOff: mine: not found");
        assertThat(kernels()).hasSize(1);
    }

    @Test
    void withoutAJupyterKernelTheErrorRemains() throws Exception {
        assertThat(waitFor("failed")).isEqualTo("500 Error starting kernel container; status: 'failed'.");
    }

    /** A quota on JupyterKernels refuses what the launcher creates. */
    @Test
    void theErrorHasTheMessageOfTheLauncher() throws Exception {
        Files.writeString(folder.resolve("jupyterkernel.json"), """
                {"apiVersion": "kubeflow.tkestack.io/v1alpha1", "kind": "JupyterKernel", "spec": {"image": "mine"}}
                """);
        try (InputStream launcher = getClass()
                .getResourceAsStream("/io/elasticjupyter/kernelspec/launch_jupyterkernel.py")) {
            Files.copy(launcher, folder.resolve("launch_jupyterkernel.py"));
        }
        run(folder.resolve("launch_jupyterkernel.py").toString(), "--RemoteProcessProxy.kernel-id", "42");

        String error = waitFor("launcher failed");

        assertThat(error).startsWith("500 Error occurred during launch of KernelID: 42. JupyterKernel").contains(
                "exactly one of template and templateRef must be set");
        assertThat(waitFor("launcher failed")).as("the next error").doesNotContain("templateRef");
    }

    private void kernel(String condition, String fields) {
        JupyterKernel kernel = client.getKubernetesSerialization().unmarshal("""
                apiVersion: kubeflow.tkestack.io/v1alpha1
                kind: JupyterKernel
                metadata: {name: jovyan-42, namespace: default}
                spec: {template: {spec: {containers: [{name: k, image: mine}]}}}
                status: {conditions: [%s], %s}
                """.formatted(condition, fields), JupyterKernel.class);
        JupyterKernel created = client.resource(kernel).create();
        created.setStatus(kernel.getStatus());
        client.resource(created).updateStatus();
    }

    private List<JupyterKernel> kernels() {
        return client.resources(JupyterKernel.class).inNamespace("default").list().getItems();
    }

    private String waitFor(String status) throws Exception {
        return run(python.command("/io/elasticjupyter/local/wait_for_kernel.py").getLast(), folder.toString(),
                "jovyan-42", status);
    }

    private String run(String... arguments) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(python.executable())
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.command().addAll(List.of(arguments));
        builder.environment().put("PYTHONPATH", python.path());
        builder.environment().put("TMPDIR", folder.toString());
        builder.environment().put("KUBECONFIG", folder.resolve("kubeconfig").toString());
        builder.environment().remove("KUBERNETES_SERVICE_HOST");
        Process process = builder.start();
        try {
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).as("exited").isTrue();
            return output;
        } finally {
            process.destroyForcibly();
        }
    }
}
