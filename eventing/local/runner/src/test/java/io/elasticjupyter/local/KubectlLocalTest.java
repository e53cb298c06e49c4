package io.elasticjupyter.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The first steps of a user, with the real kubectl: each test continues from the state in which the previous one ended. */
@TestMethodOrder(OrderAnnotation.class)
class KubectlLocalTest {

    /** Taken from the README of the Go operator. */
    private static final String GATEWAY = """
            apiVersion: kubeflow.tkestack.io/v1alpha1
            kind: JupyterGateway
            metadata:
              name: jupytergateway-sample
            spec:
              cullIdleTimeout: 3600
            """;
    private static final String NOTEBOOK = """
            apiVersion: kubeflow.tkestack.io/v1alpha1
            kind: JupyterNotebook
            metadata:
              name: jupyternotebook-sample
            spec:
              gateway:
                name: jupytergateway-sample
                namespace: default
            """;

    @TempDir
    static Path folder;

    private static Running running;

    @BeforeAll
    static void start() {
        assumeTrue(Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, "kubectl"))),
                "kubectl is not on the PATH");
        Options options = CommandLine.populateCommand(new Options());
        options.port = FreePort.any();
        options.apiPort = FreePort.any();
        options.gatewayPort = FreePort.any();
        options.kubeconfig = folder.resolve("kubeconfig");
        running = new Running(options, new PrintWriter(new StringWriter()));
        running.start(Map.of());
    }

    @AfterAll
    static void end() {
        if (running != null) {
            running.close();
        }
    }

    @Test
    @Order(1)
    void applyAndWait() throws Exception {
        Path gateway = Files.writeString(folder.resolve("gateway.yaml"), GATEWAY);
        Path notebook = Files.writeString(folder.resolve("notebook.yaml"), NOTEBOOK);
        assertThat(kubectl("apply", "-f", gateway.toString()))
                .isEqualTo("jupytergateway.kubeflow.tkestack.io/jupytergateway-sample created\n");

        Process watch = start(List.of("get", "jnb", "-w"), folder.resolve("watch"));
        try {
            assertThat(kubectl("apply", "-f", notebook.toString()))
                    .isEqualTo("jupyternotebook.kubeflow.tkestack.io/jupyternotebook-sample created\n");
            kubectl("wait", "--for=condition=Ready", "--timeout=30s", "jgw/jupytergateway-sample",
                    "jnb/jupyternotebook-sample");
            assertThat(kubectl("apply", "-f", notebook.toString())).endsWith("unchanged\n");
        } finally {
            watch.destroy();
            watch.waitFor();
        }
        assertThat(folder.resolve("watch")).content()
                .containsPattern("jupyternotebook-sample +False").containsPattern("jupyternotebook-sample +True");
    }

    @Test
    @Order(2)
    void getShowsTheColumns() throws Exception {
        assertThat(kubectl("get", "jgw").lines()).hasSize(2).first().asString()
                .contains("NAME", "READY", "KERNELS", "NEXT CULL", "URL", "AGE");
        assertThat(kubectl("get", "jnb", "jupyternotebook-sample").lines()).hasSize(2).last().asString()
                .contains("True", "jupytergateway-sample", "http://jupyternotebook-sample.default.svc:8888");
        assertThat(kubectl("get", "jupyter", "-o", "name").lines()).hasSize(2);
        assertThat(kubectl("get", "deploy,svc", "-o", "name"))
                .contains("deployment.apps/jupytergateway-sample", "deployment.apps/jupyternotebook-sample",
                        "service/jupytergateway-sample", "service/jupyternotebook-sample");
    }

    @Test
    @Order(3)
    void describeShowsConditionsAndEvents() throws Exception {
        assertThat(kubectl("describe", "jnb", "jupyternotebook-sample"))
                .contains("Kind:", "JupyterNotebook", "Conditions:", "Observed Generation:", "Events:");
    }

    @Test
    @Order(4)
    void patchReachesTheDeployment() throws Exception {
        kubectl("patch", "jgw", "jupytergateway-sample", "--type=merge", "-p",
                "{\"spec\":{\"cullIdleTimeout\":600,\"logLevel\":\"DEBUG\"}}");
        kubectl("wait", "--for=jsonpath={.status.observedGeneration}=2", "--timeout=30s", "jgw/jupytergateway-sample");
        assertThat(kubectl("get", "jgw", "jupytergateway-sample", "-o", "wide")).contains("600");
        assertThat(kubectl("get", "deploy", "jupytergateway-sample", "-o",
                "jsonpath={..env[?(@.name==\"EG_LOG_LEVEL\")].value}")).isEqualTo("DEBUG");
    }

    @Test
    @Order(5)
    void deleteAlsoDeletesTheChildren() throws Exception {
        kubectl("delete", "jnb", "jupyternotebook-sample");
        kubectl("delete", "jgw", "jupytergateway-sample");
        kubectl("wait", "--for=delete", "--timeout=30s", "deploy/jupyternotebook-sample",
                "svc/jupyternotebook-sample", "deploy/jupytergateway-sample", "svc/jupytergateway-sample");
        assertThat(kubectl("get", "deploy", "-o", "name")).isEmpty();
    }

    private static String kubectl(String... arguments) throws Exception {
        Path out = Files.createTempFile(folder, "kubectl", ".out");
        Process process = start(List.of(arguments), out);
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        String printed = Files.readString(out, UTF_8);
        assertThat(process.exitValue()).as("kubectl %s: %s", String.join(" ", arguments), printed).isZero();
        return printed;
    }

    private static Process start(List<String> arguments, Path out) throws Exception {
        List<String> command = new ArrayList<>(List.of("kubectl"));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile());
        builder.environment().put("KUBECONFIG", folder.resolve("kubeconfig").toString());
        // The discovery cache is keyed by host and port only, and ports are reused.
        builder.environment().put("HOME", folder.toString());
        return builder.start();
    }
}
