package io.elasticjupyter.manifest;

import static io.elasticjupyter.manifest.Manifests.ROOT;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The Helm chart in {@code deploy/chart}. A build without the environment variable {@code CI} writes what is generated of it. */
class ChartTest {

    private static final String CURE = "Build without CI (CI= mvn test-compile -pl functions -am) and commit the written files.";

    private static final Path TEMPLATES = Chart.FOLDER.resolve("templates");

    @Test
    void theCommittedTemplatesAreTheGeneratedOnes() throws IOException {
        var generated = Chart.templates();

        assertThat(Chart.generatedFiles().stream().map(file -> TEMPLATES.relativize(file).toString())).as(CURE)
                .containsExactlyInAnyOrderElementsOf(generated.keySet());
        for (var template : generated.entrySet()) {
            assertThat(TEMPLATES.resolve(template.getKey())).as(CURE).hasContent(template.getValue());
        }
    }

    @Test
    void theTableOfTheValuesIsTheGeneratedOne() throws IOException {
        ChartValues values = ChartValues.read();
        String page = Files.readString(Chart.FOLDER.resolve("README.md"));

        assertThat(page).as(CURE).isEqualTo(values.intoPage(page));
        assertThat(values.rows()).extracting(ChartValues.Row::path).doesNotHaveDuplicates();
        assertThat(leaves("", values.defaults()).filter(leaf -> values.rows().stream()
                .noneMatch(row -> leaf.equals(row.path()) || leaf.startsWith(row.path() + "."))))
                .as("values without a comment in values.yaml").isEmpty();
    }

    private static Stream<String> leaves(String path, JsonNode value) {
        return value.isObject() && !value.isEmpty()
                ? value.properties().stream().flatMap(
                        field -> leaves(path + (path.isEmpty() ? "" : ".") + field.getKey(), field.getValue()))
                : Stream.of(path);
    }

    /** With the defaults, the chart installs what the kustomization does. */
    @Test
    void theDefaultsAreThoseOfTheManifests() throws IOException {
        ChartValues values = ChartValues.read();
        Set<String> checked = new TreeSet<>();
        for (JsonNode object : Manifests.of(ROOT.resolve("deploy")).objects()) {
            Place.of(object).stream().filter(place -> place.value() != null).forEach(place -> {
                checked.add(place.value());
                assertThat(text(values.at(place.value()))).as(place.value())
                        .isEqualTo(text(object.at(place.pointer())));
            });
        }

        assertThat(checked).hasSize(12);
        assertThat(Manifests.of(ROOT.resolve("deploy")).objects().toString())
                .contains("\"image\":\"" + values.at("image.repository").asText() + ":" + appVersion() + "\"");
    }

    /** The value of an annotation is a string. */
    private static String text(JsonNode value) {
        return value.isValueNode() ? value.asText() : value.toString();
    }

    /** Each value has a place in a template. */
    @Test
    void everyValueIsUsed() throws IOException {
        String templates = String.join("\n", Chart.templates().values())
                + Files.readString(TEMPLATES.resolve("_helpers.tpl"));

        assertThat(ChartValues.read().rows()).allSatisfy(row -> {
            String parent = row.path().substring(0, Math.max(0, row.path().lastIndexOf('.')));
            assertThat(templates).satisfiesAnyOf(text -> assertThat(text).contains(".Values." + row.path()),
                    text -> assertThat(text).contains("with .Values." + parent + " ",
                            " ." + row.path().substring(parent.length() + 1) + " "));
        });
    }

    @Test
    void theSchemaHasTheValuesAndNoOthers() throws IOException {
        JsonNode schema = new ObjectMapper().readTree(Chart.FOLDER.resolve("values.schema.json").toFile());

        assertSame(ChartValues.read().defaults(), schema, schema, "values");
    }

    /** Helm passes {@code global} to a chart that is a dependency of another. */
    private static void assertSame(JsonNode values, JsonNode schema, JsonNode root, String path) {
        JsonNode resolved = schema.has("$ref") ? root.at(schema.path("$ref").asText().substring(1)) : schema;
        if (!values.isObject() || !resolved.has("properties")) {
            return;
        }
        assertThat(resolved.path("additionalProperties").asBoolean(true)).as(path).isFalse();
        assertThat(names(resolved.path("properties"))).as(path).isEqualTo(names(values));
        values.properties().forEach(field -> assertSame(field.getValue(), resolved.at("/properties/" + field.getKey()),
                root, path + "." + field.getKey()));
    }

    private static Set<String> names(JsonNode object) {
        return object.properties().stream().map(field -> field.getKey()).filter(name -> !name.equals("global"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void theVersionsAreThatOfTheBuild() throws IOException {
        Matcher version = Pattern.compile("<version>(.*?)(-SNAPSHOT)?</version>")
                .matcher(Files.readString(ROOT.resolve("pom.xml")));

        assertThat(version.find()).isTrue();
        assertThat(List.of(chart().path("version").asText(), appVersion())).containsOnly(version.group(1));
    }

    private static String appVersion() throws IOException {
        return chart().path("appVersion").asText();
    }

    private static JsonNode chart() throws IOException {
        return new ObjectMapper(new YAMLFactory()).readTree(Chart.FOLDER.resolve("Chart.yaml").toFile());
    }

    /** The page of the chart deletes what {@code helm uninstall} keeps, by its kind and name, and nothing else. */
    @Test
    void thePageRemovesWhatIsKept() throws IOException {
        String page = Files.readString(Chart.FOLDER.resolve("README.md"));
        List<String> removed = Pattern
                .compile("(?m)^\\$ kubectl delete (?!namespace|pingsource)(\\S+) ((.*\\\\\\n)*.*)$")
                .matcher(page).results()
                .flatMap(command -> Arrays.stream(command.group(1).split(","))
                        .flatMap(kind -> Arrays.stream(command.group(2).replace("\\", "").strip().split("\\s+"))
                                .map(name -> kind + "/" + name)))
                .sorted().toList();

        assertThat(removed).isEqualTo(Chart.kept().stream().map(ChartTest::lowerCaseKind).sorted().toList());
    }

    private static String lowerCaseKind(String object) {
        String kind = object.substring(0, object.indexOf('/'));
        return (kind.equals("CustomResourceDefinition") ? "crd" : kind.toLowerCase()) + object.substring(kind.length());
    }

    /** Everything that a running notebook, its gateway and its kernels need has the annotation, and nothing else. */
    @Test
    void notebooksOutliveTheRelease() throws IOException {
        assertThat(Chart.kept()).hasSize(14).contains("CustomResourceDefinition/jupyternotebooks.kubeflow.tkestack.io",
                "ClusterRole/elastic-jupyter-gateway", "ValidatingAdmissionPolicyBinding/elastic-jupyter-users");
        assertThat(Chart.templates().values().stream().mapToInt(
                template -> template.split("helm.sh/resource-policy: keep", -1).length - 1).sum()).isEqualTo(14);
    }
}
