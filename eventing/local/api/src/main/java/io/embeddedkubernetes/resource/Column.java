package io.embeddedkubernetes.resource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.embeddedkubernetes.json.JsonTrees;
import java.util.function.Function;

/** A column of {@code kubectl get}. Priority above zero shows only with {@code -o wide}. */
public record Column(String name, String type, String format, String description, int priority,
        Function<JsonNode, JsonNode> cell) {

    public static Column text(String name, Function<JsonNode, String> cell) {
        return new Column(name, "string", name.equals("Name") ? "name" : "", "", 0,
                object -> JsonTrees.array().add(cell.apply(object)).get(0));
    }

    public static Column wide(String name, Function<JsonNode, String> cell) {
        return new Column(name, "string", "", "", 1, object -> JsonTrees.array().add(cell.apply(object)).get(0));
    }

    /** A number in a column that is declared as text, as Go's printers do. */
    public static Column count(String name, Function<JsonNode, Long> cell) {
        return new Column(name, "string", "", "", 0, object -> JsonTrees.array().add(cell.apply(object)).get(0));
    }

    public static Column wideCount(String name, Function<JsonNode, Long> cell) {
        return new Column(name, "string", "", "", 1, object -> JsonTrees.array().add(cell.apply(object)).get(0));
    }

    public static Column wideName() {
        return new Column("Name", "string", "name", "", 1,
                object -> JsonTrees.array().add(JsonTrees.name(object)).get(0));
    }

    public static Column created() {
        return new Column("Created At", "date", "", "", 0,
                object -> JsonTrees.at(object, "metadata", "creationTimestamp"));
    }

    public static Column age() {
        return text("Age", object -> Timestamps.since(JsonTrees.text(object, "metadata", "creationTimestamp")));
    }

    public static Column nameOfObject() {
        return text("Name", JsonTrees::name);
    }

    public ObjectNode definition() {
        return JsonTrees.object().put("name", name).put("type", type).put("format", format)
                .put("description", description)
                .put("priority", (long) priority);
    }
}
