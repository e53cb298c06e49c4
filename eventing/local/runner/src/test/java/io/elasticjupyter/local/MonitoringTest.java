package io.elasticjupyter.local;

import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The files in {@code deploy/monitoring} agree with each other, with the CRDs and with the page about monitoring. If the environment variable
 * {@code PROMTOOL} names Prometheus' promtool, it checks and tries the rules.
 */
class MonitoringTest {

    private static final Path DIRECTORY = Page.ROOT.resolve("deploy/monitoring");
    private static final Pattern METRIC = Pattern.compile("elastic_jupyter(?:_|:)\\w+");

    @Test
    void theFieldsThatAreExportedExist() throws IOException {
        for (JsonNode resource : yaml("kube-state-metrics.yaml").at("/spec/resources")) {
            String plural = resource.at("/groupVersionKind/kind").asText().toLowerCase(Locale.ROOT) + "s";
            CustomResourceDefinition definition = Serialization.unmarshal(
                    Files.readString(Page.ROOT.resolve("deploy/crds").resolve(plural + ".yaml")),
                    CustomResourceDefinition.class);
            JSONSchemaProps schema = definition.getSpec().getVersions().getFirst().getSchema().getOpenAPIV3Schema();
            paths(resource).stream().filter(path -> !path.getFirst().equals("metadata"))
                    .forEach(path -> assertThat(has(schema, path)).as("%s has %s", plural, path).isTrue());
        }
    }

    @Test
    void theRulesAndTheDashboardUseMetricsThatExist() throws IOException {
        Set<String> exported = exported();
        Set<String> recorded = new TreeSet<>();
        yaml("rules.yaml").findValues("record").forEach(record -> recorded.add(record.asText()));
        Set<String> all = new TreeSet<>(exported);
        all.addAll(recorded);
        assertThat(all).containsAll(metrics(expressions("rules.yaml")))
                .containsAll(metrics(expressions("dashboard.json")));
        assertThat(metrics(List.of(Page.read("docs/monitoring.md").text()))).isEqualTo(all);
    }

    @Test
    void thePageHasTheAlerts() throws IOException {
        Set<String> alerts = new TreeSet<>();
        yaml("rules.yaml").findValues("alert").forEach(alert -> alerts.add(alert.asText()));
        assertThat(Pattern.compile("(?m)^\\| `(ElasticJupyter\\w+)`").matcher(Page.read("docs/monitoring.md").text())
                .results().map(row -> row.group(1)).toList()).containsExactlyInAnyOrderElementsOf(alerts);
    }

    @Test
    void prometheusAcceptsTheRulesAndTheyFireWhenTheyShould(@TempDir Path directory) throws Exception {
        String promtool = System.getenv("PROMTOOL");
        assumeTrue(promtool != null, "PROMTOOL does not name promtool: the rules of Prometheus are not tried");
        Files.writeString(directory.resolve("rules.yaml"), Serialization.asYaml(yaml("rules.yaml").get("spec")));
        Files.copy(Path.of("src/test/resources/monitoring/rules-test.yaml"), directory.resolve("rules-test.yaml"));
        for (List<String> arguments : List.of(List.of("check", "rules", "--lint-fatal", "rules.yaml"),
                List.of("test", "rules", "rules-test.yaml"))) {
            List<String> command = new ArrayList<>(arguments);
            command.addFirst(promtool);
            Process process = new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true)
                    .start();
            String output = new String(process.getInputStream().readAllBytes());
            assertThat(process.waitFor()).as(output).isZero();
        }
    }

    private static Set<String> exported() throws IOException {
        Set<String> exported = new TreeSet<>();
        for (JsonNode resource : yaml("kube-state-metrics.yaml").at("/spec/resources")) {
            resource.get("metrics").forEach(metric -> exported
                    .add(resource.get("metricNamePrefix").asText() + "_" + metric.get("name").asText()));
        }
        return exported;
    }

    private static List<List<String>> paths(JsonNode resource) {
        List<List<String>> paths = new ArrayList<>();
        for (JsonNode metric : resource.get("metrics")) {
            JsonNode each = metric.get("each");
            JsonNode value = each.has("gauge") ? each.get("gauge") : each.get("info");
            List<String> path = strings(value.path("path"));
            if (value.has("valueFrom")) {
                paths.add(concatenation(path, strings(value.get("valueFrom"))));
            } else if (!path.isEmpty()) {
                paths.add(path);
            }
            value.path("labelsFromPath").forEach(label -> paths.add(concatenation(path, strings(label))));
        }
        return paths;
    }

    private static boolean has(JSONSchemaProps schema, List<String> path) {
        JSONSchemaProps at = schema;
        for (String name : path) {
            JSONSchemaProps parent = at.getItems() == null ? at : at.getItems().getSchema();
            at = parent.getProperties() == null ? null : parent.getProperties().get(name);
            if (at == null) {
                return false;
            }
        }
        return true;
    }

    private static List<String> expressions(String file) throws IOException {
        return yaml(file).findValues("expr").stream().map(JsonNode::asText).toList();
    }

    private static Set<String> metrics(List<String> texts) {
        return texts.stream().flatMap(text -> METRIC.matcher(text).results()).map(match -> match.group())
                .collect(toCollection(TreeSet::new));
    }

    private static List<String> strings(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false).map(JsonNode::asText).toList();
    }

    private static List<String> concatenation(List<String> first, List<String> second) {
        List<String> both = new ArrayList<>(first);
        both.addAll(second);
        return both;
    }

    private static JsonNode yaml(String file) throws IOException {
        return Serialization.unmarshal(Files.readString(DIRECTORY.resolve(file)), JsonNode.class);
    }
}
