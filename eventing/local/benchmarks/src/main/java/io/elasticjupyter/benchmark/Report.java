package io.elasticjupyter.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.elasticjupyter.benchmark.Figure.Comparison;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The result of one command.
 *
 * @param about the environment: the machine, the API server, the date
 * @param figures the figures
 */
record Report(Map<String, String> about, List<Figure> figures) {

    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    void write(Path file) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        ObjectNode report = JSON.createObjectNode();
        about.forEach(report.putObject("about")::put);
        ArrayNode list = report.putArray("figures");
        figures.forEach(figure -> add(list.addObject(), figure));
        JSON.writeValue(file.toFile(), report);
    }

    private static void add(ObjectNode json, Figure figure) {
        json.put("benchmark", figure.benchmark()).put("case", figure.subject()).put("measure", figure.measure())
                .put("unit", figure.unit());
        ArrayNode values = json.putArray("values");
        figure.values().forEach(values::add);
        json.put("median", figure.median());
        figure.comparison().ifPresent(other -> {
            json.putObject("beside").put("with", other.with()).put("value", other.value());
            figure.ratio().ifPresent(ratio -> json.put("ratio", ratio));
        });
    }

    static Report read(Path file) throws IOException {
        JsonNode report = JSON.readTree(file.toFile());
        Map<String, String> about = new LinkedHashMap<>();
        report.path("about").properties().forEach(each -> about.put(each.getKey(), each.getValue().asText()));
        List<Figure> figures = new ArrayList<>();
        for (JsonNode json : report.path("figures")) {
            List<Double> values = new ArrayList<>();
            json.path("values").forEach(value -> values.add(value.asDouble()));
            JsonNode beside = json.path("beside");
            figures.add(new Figure(json.path("benchmark").asText(), json.path("case").asText(),
                    json.path("measure").asText(), json.path("unit").asText(), values,
                    beside.isMissingNode()
                            ? Optional.empty()
                            : Optional.of(new Comparison(beside.path("with").asText(),
                                    beside.path("value").asDouble()))));
        }
        return new Report(about, figures);
    }
}
