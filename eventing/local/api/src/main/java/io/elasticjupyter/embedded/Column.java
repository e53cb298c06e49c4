package io.elasticjupyter.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.function.Function;

/** A column of {@code kubectl get}. Priority above zero shows only with {@code -o wide}. */
record Column(String name, String type, String format, String description, int priority,
        Function<JsonNode, JsonNode> cell) {

    static Column text(String name, Function<JsonNode, String> cell) {
        return new Column(name, "string", name.equals("Name") ? "name" : "", "", 0,
                object -> Json.array().add(cell.apply(object)).get(0));
    }

    static Column wide(String name, Function<JsonNode, String> cell) {
        return new Column(name, "string", "", "", 1, object -> Json.array().add(cell.apply(object)).get(0));
    }

    /** A number in a column that is declared as text, as Go's printers do. */
    static Column count(String name, Function<JsonNode, Long> cell) {
        return new Column(name, "string", "", "", 0, object -> Json.array().add(cell.apply(object)).get(0));
    }

    static Column wideCount(String name, Function<JsonNode, Long> cell) {
        return new Column(name, "string", "", "", 1, object -> Json.array().add(cell.apply(object)).get(0));
    }

    static Column wideName() {
        return new Column("Name", "string", "name", "", 1, object -> Json.array().add(Json.name(object)).get(0));
    }

    static Column created() {
        return new Column("Created At", "date", "", "", 0,
                object -> Json.at(object, "metadata", "creationTimestamp"));
    }

    static Column age() {
        return text("Age", object -> Age.since(Json.text(object, "metadata", "creationTimestamp")));
    }

    static Column nameOfObject() {
        return text("Name", Json::name);
    }

    ObjectNode definition() {
        return Json.object().put("name", name).put("type", type).put("format", format).put("description", description)
                .put("priority", (long) priority);
    }
}
