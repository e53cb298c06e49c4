package io.elasticjupyter.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The configuration file of a gateway, with Jupyter's own search for kernel specs. */
class GatewayConfigurationTest {

    private static final String PROXIES = "enterprise_gateway.services.processproxies.";

    /** Executes the configuration file, and prints whether a kernel spec is found. */
    private static final String FIND = """
            import sys
            exec(open(sys.argv[1]).read())
            try:
                KernelSpecManager(kernel_dirs=[sys.argv[2]]).get_kernel_spec(sys.argv[3])
                print("found")
            except NoSuchKernel:
                print("refused")
            """;

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource(textBlock = """
            'scipy,r', scipy,   k8s.KubernetesProcessProxy,            found
            'scipy,r', scipy,   processproxy.LocalProcessProxy,        found
            'scipy,r', python3, k8s.KubernetesProcessProxy,            refused
            'scipy,r', python3, ,                                      refused
            'scipy,r', python3, processproxy.LocalProcessProxy,        refused
            'scipy,r', sci,     k8s.KubernetesProcessProxy,            refused
            'scipy,r', scipy2,  k8s.KubernetesProcessProxy,            refused
            '',        python,  k8s.KubernetesProcessProxy,            found
            '',        spark,   spark_operator.SparkOperatorProcessProxy, found
            '',        python,  kubeflow.KubeflowProcessProxy,       found
            '',        python3, ,                                      refused
            '',        python3, processproxy.LocalProcessProxy,        refused
            '',        python,  distributed.DistributedProcessProxy,   refused
            """)
    void onlyAllowedKernelSpecsAreStarted(String allowed, String requested, String processProxy, String result)
            throws Exception {
        JupyterPython python = JupyterPython.withOrReplaced("jupyter_client");
        Path kernels = folder.resolve("kernels");
        Files.createDirectories(kernels.resolve(requested));
        Files.writeString(kernels.resolve(requested).resolve("kernel.json"), """
                {"argv": ["true"], "display_name": "x", "language": "x", "metadata": {%s}}
                """.formatted(processProxy == null
                ? ""
                : "\"process_proxy\": {\"class_name\": \"" + PROXIES + processProxy + "\"}"));
        try (InputStream file = getClass().getResourceAsStream("/io/elasticjupyter/gateway/gateway_config.py")) {
            Files.copy(file, folder.resolve("config.py"));
        }

        ProcessBuilder find = new ProcessBuilder(python.executable(), "-c", FIND,
                folder.resolve("config.py").toString(),
                kernels.toString(), requested).redirectError(ProcessBuilder.Redirect.INHERIT);
        find.environment().put("PYTHONPATH", python.path());
        find.environment().put("JUPYTER_GATEWAY_KERNELS", allowed);
        Process process = find.start();

        assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip())
                .isEqualTo(result);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }
}
