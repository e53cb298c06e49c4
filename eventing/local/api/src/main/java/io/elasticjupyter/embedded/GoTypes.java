package io.elasticjupyter.embedded;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** The real server's own types for the built-in kinds, as far as a client notices them. */
final class GoTypes {

    private static final Map<String, Map<Integer, Field>> MESSAGES = load();

    /** A field without a name is a struct that Go embeds: JSON has its fields one level up. */
    record Field(String name, String type) {

        /** Go writes every plain field, also an empty one, which JSON leaves out; a pointer is there only if meant. */
        boolean isPointer() {
            return type.startsWith("*");
        }

        String target() {
            return isPointer() ? type.substring(1) : type;
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
                        fields.put(Integer.valueOf(parts[0]), new Field(parts[1], parts[2]));
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
    static ObjectNode empty(String apiVersion, String kind) {
        var name = nameOf(apiVersion, kind);
        return isKnown(name) ? empty(name) : Json.object();
    }

    private static ObjectNode empty(String message) {
        var object = Json.object();
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
