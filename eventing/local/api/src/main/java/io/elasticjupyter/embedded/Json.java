package io.elasticjupyter.embedded;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Consumer;

/** Reading, writing and walking JSON trees. */
final class Json {

    // Whole numbers always become LongNode: Jackson holds IntNode(1) and LongNode(1) unequal.
    private static final ObjectMapper JSON = JsonMapper.builder().enable(DeserializationFeature.USE_LONG_FOR_INTS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();
    private static final ObjectMapper YAML = YAMLMapper.builder().enable(DeserializationFeature.USE_LONG_FOR_INTS)
            .build();

    static {
        JSON.getFactory().setStreamReadConstraints(
                StreamReadConstraints.builder().maxStringLength(4 * 1024 * 1024).build());
    }

    private Json() {}

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    static ArrayNode array() {
        return JsonNodeFactory.instance.arrayNode();
    }

    /** @throws JsonProcessingException when the bytes are not JSON */
    static JsonNode readJson(byte[] bytes) throws IOException {
        return JSON.readTree(bytes);
    }

    /** Reads YAML, and so JSON too; what looks like JSON is first tried as that, which is much faster. */
    static JsonNode readYaml(byte[] bytes) throws IOException {
        if (bytes.length > 0 && bytes[0] == '{') {
            try {
                return JSON.readTree(bytes);
            } catch (JsonProcessingException e) {
                return YAML.readTree(bytes);
            }
        }
        return YAML.readTree(bytes);
    }

    /** For text that this module itself wrote or ships. */
    static JsonNode parse(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] bytes(JsonNode node) {
        try {
            return JSON.writeValueAsBytes(node);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String compact(JsonNode node) {
        try {
            return JSON.writeValueAsString(node);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String quote(String text) {
        return compact(JsonNodeFactory.instance.textNode(text));
    }

    static JsonNode at(JsonNode node, String... path) {
        for (var key : path) {
            node = node.path(key);
        }
        return node;
    }

    static String text(JsonNode node, String... path) {
        return at(node, path).asText("");
    }

    static ObjectNode child(ObjectNode node, String key) {
        return node.path(key) instanceof ObjectNode found ? found : node.putObject(key);
    }

    static ObjectNode metadata(ObjectNode object) {
        return child(object, "metadata");
    }

    static String name(JsonNode object) {
        return text(object, "metadata", "name");
    }

    static String namespace(JsonNode object) {
        return text(object, "metadata", "namespace");
    }

    static String uid(JsonNode object) {
        return text(object, "metadata", "uid");
    }

    static long resourceVersion(JsonNode object) {
        return at(object, "metadata", "resourceVersion").asLong();
    }

    static boolean isMarkedForDeletion(JsonNode object) {
        return at(object, "metadata").has("deletionTimestamp");
    }

    static boolean hasText(JsonNode list, String value) {
        for (var item : list) {
            if (value.equals(item.asText())) {
                return true;
            }
        }
        return false;
    }

    static void setDefault(ObjectNode node, String key, String value) {
        if (node.path(key).isMissingNode() || node.path(key).isNull() || node.path(key).asText().isEmpty()) {
            node.put(key, value);
        }
    }

    static void setDefault(ObjectNode node, String key, long value) {
        if (!node.hasNonNull(key)) {
            node.put(key, value);
        }
    }

    static void setDefault(ObjectNode node, String key, boolean value) {
        if (!node.hasNonNull(key)) {
            node.put(key, value);
        }
    }

    static void setDefault(ObjectNode node, String key, JsonNode value) {
        if (!node.hasNonNull(key)) {
            node.set(key, value);
        }
    }

    static void eachObject(JsonNode list, Consumer<ObjectNode> action) {
        for (var item : list) {
            if (item instanceof ObjectNode object) {
                action.accept(object);
            }
        }
    }
}
