package io.embeddedkubernetes.json;

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
public final class JsonTrees {

    // Whole numbers always become LongNode: Jackson holds IntNode(1) and LongNode(1) unequal.
    private static final ObjectMapper JSON = JsonMapper.builder().enable(DeserializationFeature.USE_LONG_FOR_INTS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();
    private static final ObjectMapper YAML = YAMLMapper.builder().enable(DeserializationFeature.USE_LONG_FOR_INTS)
            .build();

    static {
        JSON.getFactory().setStreamReadConstraints(
                StreamReadConstraints.builder().maxStringLength(4 * 1024 * 1024).build());
    }

    private JsonTrees() {}

    public static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    public static ArrayNode array() {
        return JsonNodeFactory.instance.arrayNode();
    }

    /** @throws JsonProcessingException when the bytes are not JSON */
    public static JsonNode readJson(byte[] bytes) throws IOException {
        return JSON.readTree(bytes);
    }

    /** Reads YAML or JSON. Input that looks like JSON is parsed as JSON first, which is much faster. */
    public static JsonNode readYaml(byte[] bytes) throws IOException {
        if (bytes.length > 0 && bytes[0] == '{') {
            try {
                return JSON.readTree(bytes);
            } catch (JsonProcessingException e) {
                return YAML.readTree(bytes);
            }
        }
        return YAML.readTree(bytes);
    }

    /** Parses text that is known to be JSON. */
    public static JsonNode parse(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static byte[] bytes(JsonNode node) {
        try {
            return JSON.writeValueAsBytes(node);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static String compact(JsonNode node) {
        try {
            return JSON.writeValueAsString(node);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static String quote(String text) {
        return compact(JsonNodeFactory.instance.textNode(text));
    }

    public static JsonNode at(JsonNode node, String... path) {
        for (var key : path) {
            node = node.path(key);
        }
        return node;
    }

    public static String text(JsonNode node, String... path) {
        return at(node, path).asText("");
    }

    public static ObjectNode child(ObjectNode node, String key) {
        return node.path(key) instanceof ObjectNode found ? found : node.putObject(key);
    }

    public static ObjectNode metadata(ObjectNode object) {
        return child(object, "metadata");
    }

    public static String name(JsonNode object) {
        return text(object, "metadata", "name");
    }

    public static String namespace(JsonNode object) {
        return text(object, "metadata", "namespace");
    }

    public static String uid(JsonNode object) {
        return text(object, "metadata", "uid");
    }

    public static long resourceVersion(JsonNode object) {
        return at(object, "metadata", "resourceVersion").asLong();
    }

    public static boolean isMarkedForDeletion(JsonNode object) {
        return at(object, "metadata").has("deletionTimestamp");
    }

    public static boolean hasText(JsonNode list, String value) {
        for (var item : list) {
            if (value.equals(item.asText())) {
                return true;
            }
        }
        return false;
    }

    public static void setDefault(ObjectNode node, String key, String value) {
        if (node.path(key).isMissingNode() || node.path(key).isNull() || node.path(key).asText().isEmpty()) {
            node.put(key, value);
        }
    }

    public static void setDefault(ObjectNode node, String key, long value) {
        if (!node.hasNonNull(key)) {
            node.put(key, value);
        }
    }

    public static void setDefault(ObjectNode node, String key, boolean value) {
        if (!node.hasNonNull(key)) {
            node.put(key, value);
        }
    }

    public static void setDefault(ObjectNode node, String key, JsonNode value) {
        if (!node.hasNonNull(key)) {
            node.set(key, value);
        }
    }

    public static void eachObject(JsonNode list, Consumer<ObjectNode> action) {
        for (var item : list) {
            if (item instanceof ObjectNode object) {
                action.accept(object);
            }
        }
    }
}
