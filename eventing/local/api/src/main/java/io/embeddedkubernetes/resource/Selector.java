package io.embeddedkubernetes.resource;

import com.fasterxml.jackson.databind.JsonNode;
import io.embeddedkubernetes.json.JsonTrees;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** The labelSelector and fieldSelector of a list or a watch. */
public record Selector(Predicate<JsonNode> test) {

    private static final Pattern IN = Pattern.compile("\\s*(\\S+)\\s+(in|notin)\\s*\\(([^)]*)\\)\\s*");
    private static final Pattern COMPARE = Pattern.compile("\\s*([^!=<>\\s]+)\\s*(==|!=|=|<|>)\\s*(\\S*)\\s*");
    private static final Pattern EXISTS = Pattern.compile("\\s*(!?)\\s*([^\\s!=<>]+)\\s*");
    private static final Pattern COMMA = Pattern.compile(",(?![^(]*\\))");

    public static final Selector ALL = new Selector(object -> true);

    public boolean matches(JsonNode object) {
        return test.test(object);
    }

    /** @throws StatusError 400 when a selector cannot be read, or names a field that cannot be selected by */
    public static Selector of(ResourceType type, String labels, String fields) {
        var conditions = new ArrayList<Predicate<JsonNode>>();
        if (!labels.isBlank()) {
            for (var part : COMMA.split(labels)) {
                conditions.add(label(part));
            }
        }
        if (!fields.isBlank()) {
            for (var part : fields.split(",")) {
                conditions.add(field(type, part));
            }
        }
        if (conditions.isEmpty()) {
            return ALL;
        }
        return new Selector(object -> conditions.stream().allMatch(condition -> condition.test(object)));
    }

    private static Predicate<JsonNode> label(String part) {
        var in = IN.matcher(part);
        if (in.matches()) {
            var values = Set.copyOf(List.of(in.group(3).split(",")).stream().map(String::trim).toList());
            var key = in.group(1);
            var wanted = in.group(2).equals("in");
            return object -> labels(object).has(key)
                    ? values.contains(labels(object).path(key).asText()) == wanted
                    : !wanted;
        }
        var compare = COMPARE.matcher(part);
        if (compare.matches()) {
            var key = compare.group(1);
            var value = compare.group(3);
            if (compare.group(2).matches("[<>]") && !value.matches("-?\\d{1,18}")) {
                throw StatusError.badRequest(
                        "values[0][%s]: Invalid value: %s: for 'Gt', 'Lt' operators, the value must be an integer"
                                .formatted(key, JsonTrees.quote(value)));
            }
            return switch (compare.group(2)) {
                case "!=" -> object -> !value.equals(labels(object).path(key).asText(null));
                case "<" ->
                    object -> labels(object).has(key) && labels(object).path(key).asLong() < Long.parseLong(value);
                case ">" ->
                    object -> labels(object).has(key) && labels(object).path(key).asLong() > Long.parseLong(value);
                default -> object -> labels(object).has(key) && value.equals(labels(object).path(key).asText());
            };
        }
        var exists = EXISTS.matcher(part);
        if (exists.matches()) {
            var wanted = exists.group(1).isEmpty();
            return object -> labels(object).has(exists.group(2)) == wanted;
        }
        throw StatusError.badRequest("unable to parse requirement: " + part);
    }

    private static JsonNode labels(JsonNode object) {
        return JsonTrees.at(object, "metadata", "labels");
    }

    private static Predicate<JsonNode> field(ResourceType type, String part) {
        var compare = COMPARE.matcher(part);
        if (!compare.matches() || compare.group(2).matches("[<>]")) {
            throw StatusError.badRequest("invalid field selector: " + part);
        }
        var field = compare.group(1);
        if (!field.equals("metadata.name") && !(type.namespaced() && field.equals("metadata.namespace"))
                && !type.selectable().contains(field)) {
            throw StatusError.badRequest(type.isCustom() || !type.selectable().isEmpty()
                    ? "field label not supported: " + field
                    : JsonTrees.quote(field)
                            + " is not a known field selector: only \"metadata.name\", \"metadata.namespace\"");
        }
        var path = field.equals("source") ? new String[]{"source", "component"} : field.split("\\.");
        var value = compare.group(3);
        var wanted = !compare.group(2).equals("!=");
        return object -> value.equals(JsonTrees.text(object, path)) == wanted;
    }
}
