package io.embeddedkubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;

/** Stock kubectl, with only the kubeconfig. Each test uses names of its own, as all share one server. */
@OnEachApi
class KubectlTest {

    @Parameter
    ApiServer server;

    @TempDir
    static Path home;

    private static ApiServer.Session session;
    private static String program;

    @BeforeParameterizedClassInvocation
    static void start(ApiServer server) throws IOException {
        var found = program();
        Assumptions.assumeTrue(found.isPresent(), "kubectl is neither on the PATH nor in KUBEBUILDER_ASSETS");
        program = found.get().toString();
        session = server.open();
        var namespace = ApiServer.newNamespace();
        try (var client = new ApiClient(session.access(), namespace)) {
            client.createNamespace();
            client.installWidgets();
        }
        Files.writeString(home.resolve("kubeconfig"),
                session.access().kubeconfig().replace("namespace: default", "namespace: " + namespace));
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        if (session != null) {
            session.close();
            session = null;
        }
    }

    private static Optional<Path> program() {
        var folders = System.getenv("PATH");
        if (System.getenv("KUBEBUILDER_ASSETS") != null) {
            folders = System.getenv("KUBEBUILDER_ASSETS") + File.pathSeparator + folders;
        }
        return Arrays.stream(folders.split(File.pathSeparator)).map(folder -> Path.of(folder, "kubectl"))
                .filter(Files::isExecutable).findFirst();
    }

    private record Run(int code, String output) {}

    private static Process start(String... arguments) {
        var command = new ArrayList<>(List.of(program));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).redirectErrorStream(true).directory(home.toFile());
        builder.environment().put("KUBECONFIG", file("kubeconfig"));
        builder.environment().put("HOME", home.toString());
        try {
            return builder.start();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static Run run(String... arguments) {
        var process = start(arguments);
        try {
            process.getOutputStream().close();
            var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Run(process.waitFor(), output);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static String kubectl(String... arguments) {
        var run = run(arguments);
        assertThat(run.code()).as("kubectl %s: %s", String.join(" ", arguments), run.output()).isZero();
        return run.output();
    }

    private static String file(String name) {
        return home.resolve(name).toString();
    }

    private static String write(String name, String text) {
        try {
            return Files.writeString(home.resolve(name), text).toString();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static String widget(String name, String spec) {
        return write(name + ".yaml", "apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: %s}\nspec: %s\n"
                .formatted(name, spec));
    }

    private static String namespace() {
        return kubectl("config", "view", "--minify", "-o", "jsonpath={..namespace}");
    }

    private static List<String> columns(String line) {
        return List.of(line.strip().split(" {2,}"));
    }

    @Test
    void appliesAndShowsACustomResource() {
        var file = widget("w1", "{size: 3}");
        assertThat(kubectl("apply", "-f", file)).isEqualTo("widget.example.com/w1 created\n");
        assertThat(kubectl("apply", "-f", file)).isEqualTo("widget.example.com/w1 unchanged\n");
        widget("w1", "{size: 4}");
        assertThat(run("diff", "-f", file).output()).contains("-  size: 3\n+  size: 4\n");
        assertThat(kubectl("apply", "-f", file)).isEqualTo("widget.example.com/w1 configured\n");
        kubectl("patch", "wd", "w1", "--subresource=status", "--type=merge", "-p",
                "{\"status\":{\"conditions\":[{\"type\":\"Ready\",\"status\":\"True\"}]}}");
        var lines = kubectl("get", "wd", "w1").lines().toList();
        assertThat(lines.get(0).split(" +")).containsExactly("NAME", "MODE", "READY", "AGE");
        assertThat(lines.get(1)).matches("w1 +enable +True +[0-9]+s");
        assertThat(kubectl("get", "gadgets", "-o", "wide")).contains("SIZE").contains("w1");
        assertThat(kubectl("get", "widgets", "-A", "-o", "name")).contains("widget.example.com/w1\n");
        assertThat(kubectl("get", "wd", "w1", "-o", "jsonpath={.spec.size}")).isEqualTo("4");
        assertThat(kubectl("wait", "wd/w1", "--for=condition=Ready", "--timeout=5s"))
                .isEqualTo("widget.example.com/w1 condition met\n");
        assertThat(kubectl("wait", "wd/w1", "--for=jsonpath={.spec.mode}=enable", "--timeout=5s"))
                .isEqualTo("widget.example.com/w1 condition met\n");
    }

    @Test
    void appliesOnTheServer() {
        var file = widget("w2", "{size: 3}");
        assertThat(kubectl("apply", "--server-side", "-f", file))
                .isEqualTo("widget.example.com/w2 serverside-applied\n");
        kubectl("patch", "wd", "w2", "--type=json", "-p", "[{\"op\":\"replace\",\"path\":\"/spec/size\",\"value\":9}]");
        var refused = run("apply", "--server-side", "-f", file);
        assertThat(refused.code()).isOne();
        assertThat(refused.output()).startsWith("error: Apply failed with 1 conflict: conflict with \"kubectl-patch\" "
                + "using example.com/v1: .spec.size\n");
        kubectl("apply", "--server-side", "--force-conflicts", "-f", file);
        assertThat(kubectl("get", "wd", "w2", "-o", "jsonpath={.spec.size}")).isEqualTo("3");
    }

    @Test
    void movesFromClientSideToServerSideApply() {
        var file = widget("w7", "{size: 3, tags: [a]}");
        kubectl("apply", "-f", file);
        widget("w7", "{size: 4}");
        assertThat(kubectl("apply", "--server-side", "-f", file))
                .isEqualTo("widget.example.com/w7 serverside-applied\n");
        assertThat(kubectl("get", "wd", "w7", "-o", "jsonpath={.spec}")).isEqualTo("{\"mode\":\"enable\",\"size\":4}");
    }

    @Test
    void showsWhatIsWrong() {
        assertThat(run("apply", "-f", widget("w3", "{size: 0}")).output()).isEqualTo(
                "The Widget \"w3\" is invalid: spec.size: Invalid value: 0: spec.size in body should be greater than or "
                        + "equal to 1\n");
        assertThat(run("apply", "-f", widget("w3", "{sizes: 1}")).output()).contains(
                "Widget in version \"v1\" cannot be handled as a Widget: strict decoding error: unknown field "
                        + "\"spec.sizes\"\n");
        assertThat(
                run("apply", "-f", write("w3.yaml", "apiVersion: example.com/v1\nkind: Widgit\nmetadata: {name: w3}\n"))
                        .output())
                .contains("no matches for kind \"Widgit\" in version \"example.com/v1\"\nensure CRDs are "
                        + "installed first\n")
                .doesNotContain("openapi");
        assertThat(run("get", "wd", "w3").output())
                .isEqualTo("Error from server (NotFound): widgets.example.com \"w3\" not found\n");
    }

    @Test
    void watches() throws IOException {
        kubectl("apply", "-f", widget("w4", "{size: 1}"));
        var process = start("get", "wd", "w4", "-w", "-o", "wide");
        try (var out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            assertThat(out.readLine()).startsWith("NAME");
            assertThat(columns(out.readLine()).subList(0, 2)).containsExactly("w4", "enable");
            kubectl("patch", "wd", "w4", "--type=merge", "-p", "{\"spec\":{\"mode\":\"disable\",\"size\":2}}");
            var changed = out.readLine();
            assertThat(changed).matches("w4 +disable +2 +[0-9]+s");
        } finally {
            process.destroy();
        }
    }

    @Test
    void describesWithEvents() {
        kubectl("apply", "-f", widget("w5", "{size: 1}"));
        var uid = kubectl("get", "wd", "w5", "-o", "jsonpath={.metadata.uid}");
        kubectl("create", "-f", write("event.yaml", """
                apiVersion: v1
                kind: Event
                metadata: {name: w5.1}
                involvedObject: {apiVersion: example.com/v1, kind: Widget, name: w5, namespace: %s, uid: %s}
                reason: Turned
                message: it turns
                type: Normal
                source: {component: turner}
                firstTimestamp: "2026-01-01T00:00:00Z"
                lastTimestamp: "2026-01-01T00:00:00Z"
                count: 1
                """.formatted(namespace(), uid)));
        assertThat(kubectl("describe", "wd", "w5")).contains("Name:         w5\n").contains("Size:  1\n")
                .containsPattern("Normal  Turned  \\S+  turner  it turns\n");
        assertThat(kubectl("get", "events", "--field-selector", "involvedObject.name=w5"))
                .contains("widget/w5   it turns");
        assertThat(kubectl("events", "--for", "widget.example.com/w5")).contains("it turns");
    }

    @Test
    void explains() {
        assertThat(kubectl("explain", "widget.spec.mode")).contains("GROUP:      example.com\n")
                .contains("FIELD: mode <string>\n").contains("Whether it does anything.");
        assertThat(kubectl("explain", "deployment.spec.template.spec.containers.env"))
                .contains("FIELD: env <[]EnvVar>");
    }

    @Test
    void runsADeploymentThroughItsCommands() {
        assertThat(kubectl("create", "deployment", "web", "--image=nginx:1.25", "--replicas=0"))
                .isEqualTo("deployment.apps/web created\n");
        assertThat(kubectl("get", "deploy", "web", "-o", "jsonpath={.spec.replicas}")).isEqualTo("0");
        kubectl("scale", "deployment/web", "--replicas=2");
        assertThat(kubectl("rollout", "restart", "deployment/web")).isEqualTo("deployment.apps/web restarted\n");
        kubectl("set", "image", "deployment/web", "nginx=nginx:1.26");
        kubectl("set", "env", "deployment/web", "A=a");
        kubectl("label", "deployment/web", "a=b");
        kubectl("annotate", "deployment/web", "c=d");
        kubectl("patch", "deployment/web", "--subresource=status", "--type=merge", "-p", """
                {"status":{"observedGeneration":6,"replicas":2,"updatedReplicas":2,"readyReplicas":2,"availableReplicas":2,
                "conditions":[{"type":"Progressing","status":"True","reason":"NewReplicaSetAvailable"}]}}""");
        assertThat(kubectl("rollout", "status", "deployment/web", "--timeout=5s"))
                .isEqualTo("deployment \"web\" successfully rolled out\n");
        assertThat(kubectl("get", "all", "-l", "a=b")).containsPattern("deployment.apps/web +2/2 +2 +2 +[0-9]+s");
        assertThat(kubectl("get", "deploy", "web", "-o",
                "jsonpath={.spec.template.spec.containers[0].image} {.spec.template.spec.containers[0].env}"))
                .isEqualTo("nginx:1.26 [{\"name\":\"A\",\"value\":\"a\"}]");
        assertThat(kubectl("delete", "deployment", "web", "--cascade=foreground", "--timeout=10s"))
                .startsWith("deployment.apps \"web\" deleted");
    }

    @Test
    void scalesACustomResource() {
        kubectl("apply", "-f", widget("w6", "{replicas: 1}"));
        assertThat(kubectl("scale", "wd/w6", "--replicas=3")).isEqualTo("widget.example.com/w6 scaled\n");
        assertThat(kubectl("get", "wd", "w6", "-o", "jsonpath={.spec.replicas}")).isEqualTo("3");
        assertThat(kubectl("delete", "wd", "w6", "--timeout=10s")).startsWith("widget.example.com \"w6\" deleted");
    }

    @Test
    void keepsNamespacesApart() {
        kubectl("create", "namespace", "lab");
        kubectl("create", "configmap", "m", "--from-literal=a=b", "-n", "lab");
        kubectl("create", "secret", "generic", "s", "--from-literal=a=b", "-n", "lab");
        assertThat(kubectl("get", "cm,secret", "-n", "lab", "-o", "name")).isEqualTo("configmap/m\nsecret/s\n");
        assertThat(kubectl("get", "cm", "-A", "--field-selector", "metadata.namespace=lab", "--no-headers"))
                .matches("lab +m +1 +[0-9]+s\n");
        assertThat(kubectl("delete", "namespace", "lab", "--timeout=10s")).isEqualTo("namespace \"lab\" deleted\n");
        assertThat(run("get", "ns", "lab").code()).isOne();
    }

    @Test
    void knowsTheServer() {
        assertThat(kubectl("get", "--raw", "/healthz")).isEqualTo("ok");
        assertThat(kubectl("version")).contains("Server Version: v1.36.");
        assertThat(kubectl("auth", "can-i", "delete", "pods")).isEqualTo("yes\n");
        assertThat(kubectl("api-resources", "--api-group=example.com", "--no-headers"))
                .matches("widgets +wd +example.com/v1 +true +Widget\n");
    }

    @Test
    void replacesEditsAndDeletesByFile() {
        var file = write("cm.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: r}\ndata: {a: b}\n");
        kubectl("create", "-f", file);
        write("cm.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: r}\ndata: {a: c}\n");
        assertThat(kubectl("replace", "-f", file)).isEqualTo("configmap/r replaced\n");
        assertThat(kubectl("get", "cm", "r", "-o", "jsonpath={.data.a}")).isEqualTo("c");
        assertThat(kubectl("delete", "-f", file, "--timeout=10s")).startsWith("configmap \"r\" deleted");
    }
}
