package io.embeddedkubernetes.schema;

import com.fasterxml.jackson.databind.JsonNode;
import io.embeddedkubernetes.json.JsonTrees;
import io.embeddedkubernetes.resource.StatusError;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Validates a custom resource against its schema, with the real server's messages. */
final class SchemaValidation {

    private static final ConcurrentHashMap<String, Pattern> PATTERNS = new ConcurrentHashMap<>();

    private final List<StatusError.Cause> causes = new ArrayList<>();

    static List<StatusError.Cause> check(JsonNode value, JsonNode schema) {
        return check(value, schema, "");
    }

    static List<StatusError.Cause> check(JsonNode value, JsonNode schema, String path) {
        var validation = new SchemaValidation();
        validation.visit(value, schema, path);
        return validation.causes;
    }

    private void visit(JsonNode value, JsonNode schema, String path) {
        if (value.isNull() && schema.path("nullable").asBoolean()) {
            return;
        }
        if (!hasRightType(value, schema, path)) {
            return;
        }
        oneOf(value, schema, path);
        if (value.isTextual()) {
            text(value.asText(), schema, path);
        } else if (value.isNumber()) {
            number(value, schema, path);
        } else if (value.isArray()) {
            list(value, schema, path);
        } else if (value.isObject()) {
            object(value, schema, path);
        }
        var allowed = schema.path("enum");
        if (allowed.isArray() && allowed.valueStream().noneMatch(value::equals)) {
            add("FieldValueNotSupported", path, "Unsupported value: %s: supported values: %s".formatted(
                    JsonTrees.compact(value),
                    allowed.valueStream().map(JsonTrees::compact).collect(Collectors.joining(", "))));
        }
        for (var all : schema.path("allOf")) {
            visit(value, all, path);
        }
    }

    private boolean hasRightType(JsonNode value, JsonNode schema, String path) {
        var wanted = schema.path("type").asText();
        if (schema.path("x-kubernetes-int-or-string").asBoolean()) {
            if (value.isIntegralNumber() || value.isTextual()) {
                return true;
            }
            wanted = "integer,string";
        } else if (wanted.isEmpty()) {
            return true;
        }
        var found = typeOf(value);
        if (found.equals(wanted) || wanted.equals("number") && found.equals("integer")) {
            return true;
        }
        add("FieldValueTypeInvalid", path, "Invalid value: %s: %sin body must be of type %s: %s"
                .formatted(JsonTrees.quote(found), path.isEmpty() ? "" : path + " ", wanted, JsonTrees.quote(found)));
        return false;
    }

    private static String typeOf(JsonNode value) {
        return switch (value.getNodeType()) {
            case ARRAY -> "array";
            case OBJECT -> "object";
            case BOOLEAN -> "boolean";
            case NULL -> "null";
            case NUMBER ->
                value.isIntegralNumber() || value.decimalValue().stripTrailingZeros().scale() <= 0
                        ? "integer"
                        : "number";
            default -> "string";
        };
    }

    private void oneOf(JsonNode value, JsonNode schema, String path) {
        if (schema.has("anyOf") && matching(value, schema.path("anyOf"), path) == 0) {
            invalid(path, value, "%s in body must validate at least one schema (anyOf)".formatted(path));
        }
        if (schema.has("oneOf")) {
            var found = matching(value, schema.path("oneOf"), path);
            if (found != 1) {
                invalid(path, value, "%s in body must validate one and only one schema (oneOf). %s".formatted(path,
                        found == 0 ? "Found none valid" : "Found " + found + " valid alternatives"));
            }
        }
        if (schema.has("not") && check(value, schema.path("not"), path).isEmpty()) {
            invalid(path, value, "%s in body must not validate the schema (not)".formatted(path));
        }
    }

    private static long matching(JsonNode value, JsonNode schemas, String path) {
        return schemas.valueStream().filter(schema -> check(value, schema, path).isEmpty()).count();
    }

    private void text(String value, JsonNode schema, String path) {
        var length = value.codePointCount(0, value.length());
        if (schema.has("maxLength") && length > schema.path("maxLength").asLong()) {
            add("FieldValueTooLong", path,
                    "Too long: may not be more than %d bytes".formatted(schema.path("maxLength").asLong()));
        }
        if (schema.has("minLength") && length < schema.path("minLength").asLong()) {
            invalid(path, value, "%s in body should be at least %d chars long".formatted(path,
                    schema.path("minLength").asLong()));
        }
        if (schema.has("pattern")) {
            var pattern = schema.path("pattern").asText();
            if (!PATTERNS.computeIfAbsent(pattern, Pattern::compile).matcher(value).find()) {
                invalid(path, value, "%s in body should match '%s'".formatted(path, pattern));
            }
        }
        var format = schema.path("format").asText();
        if (!isFormat(format, value)) {
            invalid(path, value, "%s in body must be of type %s: %s".formatted(path, format, JsonTrees.quote(value)));
        }
    }

    private static boolean isFormat(String format, String value) {
        try {
            switch (format) {
                case "date-time" -> OffsetDateTime.parse(value);
                case "date" -> java.time.LocalDate.parse(value);
                case "uuid" -> java.util.UUID.fromString(value);
                case "byte" -> java.util.Base64.getDecoder().decode(value);
                case "uri" -> {
                    return java.net.URI.create(value).isAbsolute() || value.startsWith("/");
                }
                default -> {
                    return true;
                }
            }
            return true;
        } catch (DateTimeException | IllegalArgumentException e) {
            return false;
        }
    }

    private void number(JsonNode value, JsonNode schema, String path) {
        var number = value.decimalValue();
        if (schema.has("maximum")) {
            var most = schema.path("maximum").decimalValue();
            var exclusive = schema.path("exclusiveMaximum").asBoolean();
            if (number.compareTo(most) > 0 || exclusive && number.compareTo(most) == 0) {
                invalid(path, value, "%s in body should be less than %s%s".formatted(path,
                        exclusive ? "" : "or equal to ", plain(most)));
            }
        }
        if (schema.has("minimum")) {
            var least = schema.path("minimum").decimalValue();
            var exclusive = schema.path("exclusiveMinimum").asBoolean();
            if (number.compareTo(least) < 0 || exclusive && number.compareTo(least) == 0) {
                invalid(path, value, "%s in body should be greater than %s%s".formatted(path,
                        exclusive ? "" : "or equal to ", plain(least)));
            }
        }
        if (schema.has("multipleOf")
                && number.remainder(schema.path("multipleOf").decimalValue()).compareTo(BigDecimal.ZERO) != 0) {
            invalid(path, value, "%s in body should be a multiple of %s".formatted(path,
                    plain(schema.path("multipleOf").decimalValue())));
        }
    }

    private static String plain(BigDecimal number) {
        return number.stripTrailingZeros().toPlainString();
    }

    private void list(JsonNode value, JsonNode schema, String path) {
        size("Items", value, schema, path, "items");
        if (schema.path("uniqueItems").asBoolean() && value.valueStream().distinct().count() < value.size()) {
            invalid(path, value, "%s in body shouldn't contain duplicates".formatted(path));
        }
        var shape = Shape.of(schema, null, value);
        var seen = new java.util.HashSet<String>();
        var reported = new java.util.HashSet<String>();
        for (var i = 0; i < value.size(); i++) {
            var item = value.get(i);
            visit(item, schema.path("items"), path + "[" + i + "]");
            if (!(shape instanceof Shape.Leaf)) {
                var element = Shape.element(shape, item);
                if (!seen.add(element) && reported.add(element)) {
                    add("FieldValueDuplicate", path + "[" + i + "]", "Duplicate value: " + element.substring(2));
                }
            }
        }
    }

    private void size(String what, JsonNode value, JsonNode schema, String path, String noun) {
        var most = schema.path("max" + what);
        var least = schema.path("min" + what);
        if (most.isNumber() && value.size() > most.asLong()) {
            add("FieldValueTooMany", path,
                    "Too many: %d: must have at most %d items".formatted(value.size(), most.asLong()));
        }
        if (least.isNumber() && value.size() < least.asLong()) {
            add("FieldValueInvalid", path, "Invalid value: %d: %s in body should have at least %d %s"
                    .formatted(value.size(), path, least.asLong(), noun));
        }
    }

    private void object(JsonNode value, JsonNode schema, String path) {
        size("Properties", value, schema, path, "properties");
        for (var name : schema.path("required")) {
            if (!value.has(name.asText())) {
                add("FieldValueRequired", below(path, name.asText()), "Required value");
            }
        }
        for (var entry : value.properties()) {
            var field = Shape.field(schema, entry.getKey());
            if (field.isObject()) {
                visit(entry.getValue(), field, below(path, entry.getKey()));
            }
        }
    }

    private static String below(String path, String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    private void invalid(String path, Object value, String message) {
        var shown = value instanceof JsonNode node ? JsonTrees.compact(node) : JsonTrees.quote(value.toString());
        add("FieldValueInvalid", path, "Invalid value: %s: %s".formatted(shown, message));
    }

    private void add(String reason, String path, String message) {
        causes.add(new StatusError.Cause(reason, message, path.isEmpty() ? "<nil>" : path));
    }
}
