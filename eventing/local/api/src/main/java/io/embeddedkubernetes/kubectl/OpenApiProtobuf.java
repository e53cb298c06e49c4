package io.embeddedkubernetes.kubectl;

import com.fasterxml.jackson.databind.JsonNode;
import io.embeddedkubernetes.json.JsonTrees;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Writes an OpenAPI v2 document as protobuf. The numbers are those of
 * <a href="https://github.com/google/gnostic-models/blob/main/openapiv2/OpenAPIv2.proto">gnostic's messages</a>.
 */
public final class OpenApiProtobuf {

    private static final Map<String, Integer> OPERATIONS = Map.of("get", 2, "put", 3, "post", 4, "delete", 5, "patch",
            8);
    private static final Map<String, Integer> SCHEMA_TEXTS = Map.of("$ref", 1, "format", 2, "title", 3, "description",
            4, "pattern", 13);
    private static final Map<String, Integer> SCHEMA_NUMBERS = Map.of("maxLength", 11, "minLength", 12, "maxItems", 14,
            "minItems", 15, "maxProperties", 17, "minProperties", 18);
    private static final Map<String, Integer> SCHEMA_FRACTIONS = Map.of("multipleOf", 6, "maximum", 7, "minimum", 9);
    private static final Map<String, Integer> SCHEMA_FLAGS = Map.of("exclusiveMaximum", 8, "exclusiveMinimum", 10,
            "uniqueItems", 16);

    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int BYTES = 2;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private OpenApiProtobuf() {}

    public static byte[] write(JsonNode document) {
        var message = new OpenApiProtobuf();
        message.document(document);
        return message.out.toByteArray();
    }

    private void document(JsonNode document) {
        text(1, JsonTrees.text(document, "swagger"));
        message(2, info -> {
            info.text(1, JsonTrees.text(document, "info", "title"));
            info.text(2, JsonTrees.text(document, "info", "version"));
        });
        message(8, paths -> document.path("paths").properties()
                .forEach(entry -> paths.named(2, entry.getKey(), item -> item.operations(entry.getValue()))));
        message(9, definitions -> document.path("definitions").properties()
                .forEach(entry -> definitions.named(1, entry.getKey(), item -> item.schema(entry.getValue()))));
    }

    private void operations(JsonNode path) {
        for (var entry : path.properties()) {
            message(OPERATIONS.get(entry.getKey()), operation -> operation.operation(entry.getValue()));
        }
    }

    private void operation(JsonNode operation) {
        operation.path("produces").forEach(type -> text(6, type.asText()));
        operation.path("consumes").forEach(type -> text(7, type.asText()));
        for (var parameter : operation.path("parameters")) {
            message(8, item -> item.message(1, oneOf -> oneOf.message(2, other -> other.message(3, query -> {
                query.text(2, JsonTrees.text(parameter, "in"));
                query.text(4, JsonTrees.text(parameter, "name"));
                query.text(6, JsonTrees.text(parameter, "type"));
            }))));
        }
        message(9, responses -> operation.path("responses").properties().forEach(
                entry -> responses.named(1, entry.getKey(), value -> value.message(1, response -> {
                    response.text(1, JsonTrees.text(entry.getValue(), "description"));
                    response.message(2, item -> item.message(1, schema -> schema.schema(
                            entry.getValue().path("schema"))));
                }))));
        extensions(13, operation);
    }

    private void schema(JsonNode schema) {
        SCHEMA_TEXTS.forEach((name, field) -> text(field, JsonTrees.text(schema, name)));
        SCHEMA_NUMBERS.forEach((name, field) -> {
            if (schema.has(name)) {
                tag(field, VARINT);
                varint(schema.path(name).asLong());
            }
        });
        SCHEMA_FRACTIONS.forEach((name, field) -> fraction(field, schema.path(name)));
        SCHEMA_FLAGS.forEach((name, field) -> flag(field, schema.path(name).asBoolean()));
        schema.path("required").forEach(name -> text(19, name.asText()));
        schema.path("enum").forEach(value -> message(20, any -> any.text(2, JsonTrees.compact(value))));
        var values = schema.path("additionalProperties");
        if (values.isObject()) {
            message(21, item -> item.message(1, value -> value.schema(values)));
        } else if (values.isBoolean()) {
            message(21, item -> {
                item.tag(2, VARINT);
                item.varint(values.asBoolean() ? 1 : 0);
            });
        }
        if (schema.has("type")) {
            message(22, type -> type.text(1, JsonTrees.text(schema, "type")));
        }
        if (schema.path("items").isObject()) {
            message(23, items -> items.message(1, item -> item.schema(schema.path("items"))));
        }
        schema.path("allOf").forEach(each -> message(24, part -> part.schema(each)));
        if (schema.path("properties").isObject()) {
            message(25, properties -> schema.path("properties").properties()
                    .forEach(entry -> properties.named(1, entry.getKey(), value -> value.schema(entry.getValue()))));
        }
        extensions(31, schema);
    }

    private void extensions(int field, JsonNode node) {
        for (var entry : node.properties()) {
            if (entry.getKey().startsWith("x-")) {
                // The field holds YAML, of which JSON is a part.
                named(field, entry.getKey(), any -> any.text(2, JsonTrees.compact(entry.getValue())));
            }
        }
    }

    private void named(int field, String name, Consumer<OpenApiProtobuf> value) {
        message(field, pair -> {
            pair.text(1, name);
            pair.message(2, value);
        });
    }

    private void message(int field, Consumer<OpenApiProtobuf> content) {
        var message = new OpenApiProtobuf();
        content.accept(message);
        bytes(field, message.out.toByteArray());
    }

    private void text(int field, String text) {
        if (!text.isEmpty()) {
            bytes(field, text.getBytes(StandardCharsets.UTF_8));
        }
    }

    private void bytes(int field, byte[] content) {
        tag(field, BYTES);
        varint(content.length);
        out.writeBytes(content);
    }

    private void flag(int field, boolean value) {
        if (value) {
            tag(field, VARINT);
            varint(1);
        }
    }

    private void fraction(int field, JsonNode value) {
        if (value.isNumber()) {
            tag(field, FIXED64);
            var bits = Double.doubleToLongBits(value.asDouble());
            for (var i = 0; i < Long.BYTES; i++) {
                out.write((int) (bits >> 8 * i));
            }
        }
    }

    private void tag(int field, int type) {
        varint((long) field << 3 | type);
    }

    private void varint(long value) {
        for (; (value & ~0x7fL) != 0; value >>>= 7) {
            out.write((int) (value & 0x7f | 0x80));
        }
        out.write((int) value);
    }
}
