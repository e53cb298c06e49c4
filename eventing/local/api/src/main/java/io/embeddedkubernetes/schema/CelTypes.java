package io.embeddedkubernetes.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.collect.ImmutableCollection;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.protobuf.Timestamp;
import dev.cel.common.types.CelType;
import dev.cel.common.types.CelTypeProvider;
import dev.cel.common.types.ListType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.StructType;
import io.embeddedkubernetes.json.JsonTrees;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Schemas as CEL types, so that a rule about a field that does not exist is refused; and values as CEL sees them. */
final class CelTypes implements CelTypeProvider {

    private static final Set<String> KEYWORDS = Set.of("true", "false", "null", "in", "as", "break", "const",
            "continue",
            "else", "for", "function", "if", "import", "let", "loop", "package", "namespace", "return", "var", "void",
            "while");

    private final Map<String, CelType> structs = new HashMap<>();

    @Override
    public ImmutableCollection<CelType> types() {
        return ImmutableList.copyOf(structs.values());
    }

    @Override
    public Optional<CelType> findType(String typeName) {
        return Optional.ofNullable(structs.get(typeName));
    }

    CelType of(JsonNode schema, boolean isObjectRoot) {
        if (schema.path("x-kubernetes-int-or-string").asBoolean()) {
            return SimpleType.DYN;
        }
        return switch (schema.path("type").asText()) {
            case "integer" -> SimpleType.INT;
            case "number" -> SimpleType.DOUBLE;
            case "boolean" -> SimpleType.BOOL;
            case "string" -> switch (schema.path("format").asText()) {
                case "date", "date-time" -> SimpleType.TIMESTAMP;
                case "duration" -> SimpleType.DURATION;
                case "byte" -> SimpleType.BYTES;
                default -> SimpleType.STRING;
            };
            case "array" -> ListType.create(of(schema.path("items"), false));
            case "object" -> object(schema, isObjectRoot);
            default -> SimpleType.DYN;
        };
    }

    private CelType object(JsonNode schema, boolean isObjectRoot) {
        if (schema.path("additionalProperties").isObject()) {
            return MapType.create(SimpleType.STRING, of(schema.path("additionalProperties"), false));
        }
        if (!schema.has("properties") && schema.path("x-kubernetes-preserve-unknown-fields").asBoolean()
                && !isObjectRoot) {
            return SimpleType.DYN;
        }
        var fields = new LinkedHashMap<String, CelType>();
        schema.path("properties").properties()
                .forEach(entry -> fields.put(escape(entry.getKey()), of(entry.getValue(), false)));
        if (isObjectRoot) {
            fields.put("apiVersion", SimpleType.STRING);
            fields.put("kind", SimpleType.STRING);
            fields.put("metadata", struct(Map.of("name", SimpleType.STRING, "generateName", SimpleType.STRING)));
        }
        return struct(fields);
    }

    private StructType struct(Map<String, CelType> fields) {
        var name = "kubernetes.Object" + structs.size();
        var type = StructType.create(name, ImmutableSet.copyOf(fields.keySet()),
                field -> Optional.ofNullable(fields.get(field)));
        structs.put(name, type);
        return type;
    }

    private static String escape(String field) {
        if (KEYWORDS.contains(field)) {
            return "__" + field + "__";
        }
        return field.replace("__", "__underscores__").replace(".", "__dot__").replace("-", "__dash__").replace("/",
                "__slash__");
    }

    static Object toCel(JsonNode value, JsonNode schema, boolean isObjectRoot) {
        return switch (value.getNodeType()) {
            case OBJECT -> {
                var map = new LinkedHashMap<String, Object>();
                var isStruct = schema.has("properties");
                for (var entry : value.properties()) {
                    var declared = isStruct
                            ? schema.path("properties").path(entry.getKey())
                            : schema.path("additionalProperties");
                    if (!isStruct || !declared.isMissingNode()) {
                        map.put(isStruct ? escape(entry.getKey()) : entry.getKey(),
                                toCel(entry.getValue(), declared, false));
                    }
                }
                if (isObjectRoot) {
                    map.put("apiVersion", JsonTrees.text(value, "apiVersion"));
                    map.put("kind", JsonTrees.text(value, "kind"));
                    map.put("metadata", metadata(value));
                }
                yield map;
            }
            case ARRAY -> {
                var list = new ArrayList<>();
                value.forEach(item -> list.add(toCel(item, schema.path("items"), false)));
                yield List.copyOf(list);
            }
            case BOOLEAN -> value.asBoolean();
            case NUMBER -> number(value, schema);
            case STRING -> text(value.asText(), schema);
            default -> dev.cel.common.values.NullValue.NULL_VALUE;
        };
    }

    private static Map<String, Object> metadata(JsonNode object) {
        var map = new LinkedHashMap<String, Object>();
        for (var field : List.of("name", "generateName")) {
            var text = JsonTrees.text(object, "metadata", field);
            if (!text.isEmpty()) {
                map.put(field, text);
            }
        }
        return map;
    }

    private static Object number(JsonNode value, JsonNode schema) {
        return value.isIntegralNumber() && !schema.path("type").asText().equals("number")
                ? (Object) value.asLong()
                : (Object) value.asDouble();
    }

    private static Object text(String text, JsonNode schema) {
        return switch (schema.path("format").asText()) {
            case "date-time" -> timestamp(text);
            case "date" -> timestamp(text + "T00:00:00Z");
            case "duration" -> duration(text);
            case "byte" -> dev.cel.common.values.CelByteString.of(java.util.Base64.getDecoder().decode(text));
            default -> text;
        };
    }

    private static Timestamp timestamp(String text) {
        var instant = Instant.parse(text);
        return Timestamp.newBuilder().setSeconds(instant.getEpochSecond()).setNanos(instant.getNano()).build();
    }

    private static com.google.protobuf.Duration duration(String text) {
        var span = Duration.parse("PT" + text.toUpperCase(java.util.Locale.ROOT));
        return com.google.protobuf.Duration.newBuilder().setSeconds(span.getSeconds()).setNanos(span.getNano()).build();
    }
}
