package io.elasticjupyter.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The values of the chart, which its {@code values.yaml} describes in comments.
 *
 * @param defaults the content of {@code values.yaml}
 * @param rows the values that have a comment
 */
record ChartValues(JsonNode defaults, List<Row> rows) {

    private static final Pattern ENTRY = Pattern.compile("( *)([A-Za-z]+):.*");

    private static final Pattern TABLE = Pattern.compile("(?s)(?<=<!-- values -->\\n).*(?=<!-- end of values -->)");

    /**
     * A row of the table.
     *
     * @param path the path of the value, such as {@code broker.class}
     * @param standard its default, in the flow style of YAML
     * @param description its comment
     */
    record Row(String path, String standard, String description) {}

    /** Reads the values. */
    static ChartValues read() throws IOException {
        String text = Files.readString(Chart.FOLDER.resolve("values.yaml"));
        JsonNode defaults = new ObjectMapper(new YAMLFactory()).readTree(text);
        List<Row> rows = new ArrayList<>();
        List<String> path = new ArrayList<>();
        StringBuilder comment = new StringBuilder();
        for (String line : text.lines().toList()) {
            Matcher entry = ENTRY.matcher(line);
            if (line.strip().startsWith("#")) {
                comment.append(comment.isEmpty() ? "" : " ").append(line.strip().substring(1).strip());
            } else {
                if (entry.matches()) {
                    int depth = entry.group(1).length() / 2;
                    path.subList(depth, path.size()).clear();
                    path.add(entry.group(2));
                    if (!comment.isEmpty()) {
                        rows.add(new Row(String.join(".", path), text(at(defaults, String.join(".", path))),
                                comment.toString()));
                    }
                }
                comment.setLength(0);
            }
        }
        return new ChartValues(defaults, rows);
    }

    /** Returns the default of a value. */
    JsonNode at(String path) {
        return at(defaults, path);
    }

    private static JsonNode at(JsonNode values, String path) {
        return values.at("/" + path.replace('.', '/'));
    }

    private static String text(JsonNode value) {
        if (value.isTextual() && !value.asText().isEmpty()) {
            return value.asText();
        }
        if (value.isArray()) {
            return Manifests.each(value).map(ChartValues::text).collect(Collectors.joining(", ", "[", "]"));
        }
        if (value.isObject()) {
            return value.properties().stream().map(field -> field.getKey() + ": " + text(field.getValue()))
                    .collect(Collectors.joining(", ", "{", "}"));
        }
        return value.toString();
    }

    /** Returns a page whose table of values is that of {@code values.yaml}. */
    String intoPage(String page) {
        String table = "| value | default | meaning |\n| --- | --- | --- |\n" + rows.stream()
                .map(row -> "| `%s` | `%s` | %s |\n".formatted(row.path, row.standard, row.description))
                .collect(Collectors.joining());
        return TABLE.matcher(page).replaceFirst(Matcher.quoteReplacement(table));
    }
}
