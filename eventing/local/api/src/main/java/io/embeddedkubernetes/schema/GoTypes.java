package io.embeddedkubernetes.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.embeddedkubernetes.json.JsonTrees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** The Go types of built-in kinds, as far as they are visible to clients. */
public final class GoTypes {

    private static final Map<String, Map<Integer, Field>> MESSAGES = load();

    /** A field without a name is a struct that Go embeds: JSON has its fields one level up. */
    record Field(String name, String type, boolean isAlwaysWritten) {

        /** Go writes every plain field, also an empty one, which JSON leaves out; a pointer is there only if meant. */
        boolean isPointer() {
            return type.startsWith("*");
        }

        String target() {
            return isPointer() ? type.substring(1) : type;
        }

        /** JSON leaves an empty field out. */
        boolean isDroppedWhenEmpty() {
            return !isPointer() && !isAlwaysWritten;
        }
    }

    private GoTypes() {}

    private static Map<String, Map<Integer, Field>> load() {
        var messages = new HashMap<String, Map<Integer, Field>>();
        try (var in = GoTypes.class.getResourceAsStream("protobuf-fields.txt")) {
            for (var line : new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList()) {
                var words = line.split(" ");
                if (!words[0].equals("#")) {
                    var fields = new HashMap<Integer, Field>();
                    for (var i = 1; i < words.length; i++) {
                        var parts = words[i].split(":", 3);
                        var isAlwaysWritten = parts[2].startsWith("!");
                        fields.put(Integer.valueOf(parts[0]),
                                new Field(parts[1], isAlwaysWritten ? parts[2].substring(1) : parts[2],
                                        isAlwaysWritten));
                    }
                    messages.put(words[0], fields);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return messages;
    }

    static String nameOf(String apiVersion, String kind) {
        if (kind.equals("DeleteOptions")) {
            return "meta.DeleteOptions";
        }
        return (apiVersion.equals("v1") ? "core" : apiVersion.replaceFirst("/v1$", "")) + "." + kind;
    }

    static boolean isKnown(String message) {
        return MESSAGES.containsKey(message);
    }

    static Map<Integer, Field> fieldsOf(String message) {
        return MESSAGES.get(message);
    }

    /**
     * An object of which nothing is set. Structs that are no pointers are there all the same, so their first manager
     * does not come to own them.
     */
    public static ObjectNode empty(String apiVersion, String kind) {
        var name = nameOf(apiVersion, kind);
        return isKnown(name) ? empty(name) : JsonTrees.object();
    }

    /** Removes nulls, and zero values of fields that Go omits when they are empty. */
    public static void dropEmpty(ObjectNode object) {
        var name = nameOf(JsonTrees.text(object, "apiVersion"), JsonTrees.text(object, "kind"));
        if (isKnown(name)) {
            dropEmpty(object, name);
        }
    }

    private static void dropEmpty(ObjectNode object, String message) {
        for (var field : MESSAGES.get(message).values()) {
            var type = field.target();
            if (field.name().isEmpty()) {
                dropEmpty(object, type);
                continue;
            }
            var value = object.get(field.name());
            if (value == null) {
                continue;
            }
            if (value.isNull() || field.isDroppedWhenEmpty() && isZero(value) && !MESSAGES.containsKey(type)) {
                object.remove(field.name());
            } else if (value instanceof ObjectNode struct && MESSAGES.containsKey(type)) {
                dropEmpty(struct, type);
            } else if (value.isArray() && MESSAGES.containsKey(type.substring(2))) {
                JsonTrees.eachObject(value, item -> dropEmpty(item, type.substring(2)));
            }
        }
    }

    static boolean isZero(JsonNode value) {
        return value.isContainerNode() && value.isEmpty() || value.isTextual() && value.asText().isEmpty()
                || value.isBoolean() && !value.asBoolean() || value.isIntegralNumber() && value.asLong() == 0;
    }

    private static ObjectNode empty(String message) {
        var object = JsonTrees.object();
        for (var field : MESSAGES.get(message).values()) {
            if (field.name().isEmpty()) {
                object.setAll(empty(field.type()));
            } else if (MESSAGES.containsKey(field.type())) {
                object.set(field.name(), empty(field.type()));
            } else if (message.equals("core.PodSpec") && field.name().equals("containers")) {
                object.putNull(field.name());
            }
        }
        return object;
    }
}
