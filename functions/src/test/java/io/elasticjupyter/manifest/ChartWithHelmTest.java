package io.elasticjupyter.manifest;

import static io.elasticjupyter.manifest.Manifests.ROOT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The chart as Helm renders it. The environment variable {@code HELM} names the helm program; without it, the test is skipped. */
class ChartWithHelmTest {

    private static final String HELM = System.getenv("HELM");

    private static final String DIGEST = "sha256:" + "0123456789abcdef".repeat(4);

    @BeforeAll
    static void helm() {
        assumeTrue(HELM != null && !HELM.isBlank(), "HELM does not name a helm program: the chart is not rendered");
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '"', textBlock = """
            deploy, ""
            deploy/overlays/one-namespace, watchNamespace=team
            deploy/overlays/kueue, kueue=true
            deploy/overlays/kafka, "broker.class=Kafka,broker.config.name=kafka-broker-config"
            """)
    void theChartInstallsTheObjectsOfTheKustomization(String folder, String values) throws Exception {
        List<JsonNode> expected = Manifests.of(ROOT.resolve(folder)).objects().stream()
                .filter(object -> !object.path("kind").asText().equals("Namespace"))
                .map(ChartWithHelmTest::withoutTtl).toList();

        assertThat(rendered(values).objects().stream().map(ChartWithHelmTest::withoutRevision).toList())
                .containsExactlyInAnyOrderElementsOf(expected);
    }

    /** Each revision of a release has a Job of its own, so that none is deleted by a time limit. */
    private static JsonNode withoutTtl(JsonNode object) {
        if (object.path("kind").asText().equals("Job")) {
            ((ObjectNode) object.get("spec")).remove("ttlSecondsAfterFinished");
        }
        return object;
    }

    /** Removes what only the chart has: the name of a Job with the revision, and the policy for objects that are kept. */
    private static JsonNode withoutRevision(JsonNode object) {
        ObjectNode metadata = (ObjectNode) object.get("metadata");
        if (object.path("kind").asText().equals("Job")) {
            assertThat(metadata.path("name").asText()).isEqualTo("event-key-1");
            metadata.put("name", "event-key");
        }
        if (metadata.at("/annotations/helm.sh~1resource-policy").asText().equals("keep")) {
            metadata.remove("annotations");
        }
        return object;
    }

    @Test
    void helmKeepsWhatNotebooksNeed() throws Exception {
        assertThat(rendered("").objects().stream()
                .filter(object -> object.at("/metadata/annotations/helm.sh~1resource-policy").asText().equals("keep"))
                .map(object -> object.path("kind").asText() + "/" + object.at("/metadata/name").asText()))
                .containsExactlyInAnyOrderElementsOf(Chart.kept());
    }

    @Test
    void theImageIsSetEverywhere() throws Exception {
        for (String[] image : new String[][]{{"image.tag=1.2.3", ":1.2.3"}, {"image.digest=" + DIGEST, "@" + DIGEST}}) {
            Manifests rendered = rendered(
                    "image.repository=registry.example:5000/team/functions,image.pullPolicy=Always,"
                            + "image.pullSecrets[0].name=registry," + image[0]);

            assertThat(Stream.of("Service", "Job").flatMap(rendered::all)).hasSize(4).allSatisfy(object -> {
                JsonNode pod = object.at("/spec/template/spec");
                assertThat(pod.at("/containers/0/image").asText())
                        .isEqualTo("registry.example:5000/team/functions" + image[1]);
                assertThat(pod.at("/containers/0/imagePullPolicy").asText()).isEqualTo("Always");
            });
            assertThat(Stream.of("Service", "Job", "ContainerSource").flatMap(rendered::all)).hasSize(5)
                    .allSatisfy(object -> assertThat(object.at("/spec/template/spec/imagePullSecrets").toString())
                            .isEqualTo("[{\"name\":\"registry\"}]"));
        }
    }

    @Test
    void theOtherValuesAreSet() throws Exception {
        Manifests rendered = rendered("adapterImage=registry.example/adapter@" + DIGEST
                + ",networkLayerNamespaces={gateway-system},reconciler.maxScale=9,culler.containerConcurrency=3,"
                + "culler.resources.limits.memory=1Gi,admission.validationActions={Warn,Audit},broker.class=Kafka");

        assertThat(rendered.all("ContainerSource"))
                .allMatch(source -> source.at("/spec/template/spec/containers/0/image").asText()
                        .equals("registry.example/adapter@" + DIGEST));
        assertThat(rendered.all("NetworkPolicy").map(JsonNode::toString))
                .allMatch(policy -> policy.contains("\"values\":[\"gateway-system\"]"));
        assertThat(rendered.find("Service", "reconciler").orElseThrow()
                .at("/spec/template/metadata/annotations/autoscaling.knative.dev~1max-scale").asText()).isEqualTo("9");
        JsonNode culler = rendered.find("Service", "culler").orElseThrow().at("/spec/template/spec");
        assertThat(culler.path("containerConcurrency").asInt()).isEqualTo(3);
        assertThat(culler.at("/containers/0/resources/limits/memory").asText()).isEqualTo("1Gi");
        assertThat(culler.at("/containers/0/resources/requests/memory").asText()).isEqualTo("192Mi");
        assertThat(rendered.all("ValidatingAdmissionPolicyBinding")
                .map(binding -> binding.at("/metadata/name").asText() + " " + binding.at("/spec/validationActions")))
                .containsExactlyInAnyOrder("elastic-jupyter-accounts [\"Deny\"]",
                        "elastic-jupyter-users [\"Warn\",\"Audit\"]");
        assertThat(rendered.all("Broker")).allMatch(broker -> !broker.at("/spec").has("config"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            image.tagg=1            | additional properties 'tagg' not allowed
            images.tag=1            | additional properties 'images' not allowed
            image.tag=1             | at '/image/tag': got number, want string
            image.repository=a/b:1  | at '/image/repository': 'a/b:1' does not match pattern
            image.digest=abc        | at '/image/digest': 'abc' does not match pattern
            image.pullPolicy=always | at '/image/pullPolicy': value must be one of '', 'Always', 'IfNotPresent', 'Never'
            image.pullSecrets={a}   | at '/image/pullSecrets/0': got string, want object
            watchNamespace=Team     | at '/watchNamespace': 'Team' does not match pattern
            watchNamespace=elastic-jupyter      | watchNamespace: the namespace elastic-jupyter is for the functions
            kueue=yes               | at '/kueue': got string, want boolean
            kueue=true,watchNamespace=team      | kueue: Workloads are in all namespaces
            broker.class=a b        | at '/broker/class': 'a b' does not match pattern
            reconciler.maxScale=-1  | at '/reconciler/maxScale': minimum: got -1, want 0
            culler.containerConcurrency=0       | at '/culler/containerConcurrency': minimum: got 0, want 1
            culler.resources.limits.memory=1 Gb | at '/culler/resources/limits/memory': '1 Gb' does not match pattern
            networkLayerNamespaces={}           | at '/networkLayerNamespaces/0': '' does not match pattern
            admission.validationActions={deny}  | at '/admission/validationActions/0': value must be one of 'Deny', 'Warn', 'Audit'
            admission.validationActions={Deny,Warn} | Kubernetes does not allow Deny and Warn together
            """)
    void aWrongValueIsRefused(String value, String message) throws Exception {
        Output output = helm("template", "elastic-jupyter", Chart.FOLDER.toString(), "--namespace", "elastic-jupyter",
                "--kube-version", "1.36.0", "--set", value);

        assertThat(output.exitCode).isNotZero();
        assertThat(output.text).contains(message);
    }

    @Test
    void anotherNamespaceIsRefused() throws Exception {
        Output output = helm("template", "elastic-jupyter", Chart.FOLDER.toString(), "--namespace", "jupyter",
                "--kube-version", "1.36.0");

        assertThat(output.exitCode).isNotZero();
        assertThat(output.text).contains("add '--namespace elastic-jupyter --create-namespace'");
    }

    @Test
    void theChartHasNoWarning(@TempDir Path folder) throws Exception {
        Output lint = helm("lint", "--strict", Chart.FOLDER.toString(), "--namespace", "elastic-jupyter",
                "--kube-version", "1.36.0");
        assertThat(lint.exitCode).as(lint.text).isZero();

        Output packaged = helm("package", Chart.FOLDER.toString(), "--destination", folder.toString());
        assertThat(packaged.exitCode).as(packaged.text).isZero();
        assertThat(folder.toFile().list()).containsExactly("elastic-jupyter-0.1.0.tgz");
    }

    private static Manifests rendered(String values) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("template", "elastic-jupyter", Chart.FOLDER.toString(),
                "--namespace", "elastic-jupyter", "--kube-version", "1.36.0"));
        if (!values.isEmpty()) {
            arguments.addAll(List.of("--set", values));
        }
        Output output = helm(arguments.toArray(String[]::new));
        assertThat(output.exitCode).as(output.text).isZero();
        return new Manifests(Manifests.documents(
                new ByteArrayInputStream(output.text.getBytes(StandardCharsets.UTF_8))).stream()
                .filter(JsonNode::isObject).toList());
    }

    /**
     * The result of a command.
     *
     * @param exitCode its exit code
     * @param text its output, and its errors if it failed
     */
    private record Output(int exitCode, String text) {}

    private static Output helm(String... arguments) throws IOException, InterruptedException {
        Path errors = Files.createTempFile("helm", ".txt");
        List<String> command = Stream.concat(Stream.of(HELM), Arrays.stream(arguments)).toList();
        Process helm = new ProcessBuilder(command).redirectError(errors.toFile()).start();
        String text = new String(helm.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int exitCode = helm.waitFor();
        return new Output(exitCode, exitCode == 0 ? text : text + Files.readString(errors));
    }
}
