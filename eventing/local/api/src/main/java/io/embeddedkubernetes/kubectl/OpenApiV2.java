package io.embeddedkubernetes.kubectl;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.embeddedkubernetes.json.JsonTrees;
import io.embeddedkubernetes.resource.StatusError;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** OpenAPI v2 of everything that is served, converted from v3. kubectl before 1.29 reads it, as protobuf. */
public final class OpenApiV2 {

    public static final String PROTOBUF = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";

    /** The same type as clients ask for it. */
    private static final String ACCEPTED_PROTOBUF = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf";

    /** Fields of a schema that v2 does not have. */
    private static final List<String> UNKNOWN = List.of("oneOf", "anyOf", "not", "nullable", "default");

    private static final Set<String> JSON_RANGES = Set.of("", "*/*", "application/*", "application/json");

    /** The form in which a client wants the document. */
    public enum Form {
        JSON, PROTOBUF
    }

    private OpenApiV2() {}

    /** @throws StatusError 406 when the client accepts neither form */
    public static Form form(String accept) {
        for (var range : accept.split(",")) {
            var type = range.split(";")[0].strip();
            if (type.equals(ACCEPTED_PROTOBUF) || type.equals(PROTOBUF)) {
                return Form.PROTOBUF;
            }
            if (JSON_RANGES.contains(type)) {
                return Form.JSON;
            }
        }
        throw StatusError.of(406, "NotAcceptable",
                "only the following media types are accepted: application/json, " + ACCEPTED_PROTOBUF);
    }

    public static ObjectNode document(OpenApi openApi) {
        var document = JsonTrees.object().put("swagger", "2.0");
        document.putObject("info").put("title", "Kubernetes").put("version", OpenApi.VERSION);
        var paths = document.putObject("paths");
        var definitions = document.putObject("definitions");
        for (var v3 : openApi.documents()) {
            v3.path("paths").properties().forEach(entry -> paths.set(entry.getKey(), path(entry.getValue())));
            JsonTrees.at(v3, "components", "schemas").properties()
                    .forEach(entry -> definitions.set(entry.getKey(), schema(entry.getValue())));
        }
        return document;
    }

    private static ObjectNode path(JsonNode v3) {
        var path = JsonTrees.object();
        v3.properties().forEach(entry -> path.set(entry.getKey(), operation(entry.getKey(), entry.getValue())));
        return path;
    }

    private static ObjectNode operation(String method, JsonNode v3) {
        var operation = JsonTrees.object();
        var consumes = operation.putArray("consumes");
        if (method.equals("patch")) {
            JsonTrees.at(v3, "requestBody", "content").fieldNames().forEachRemaining(consumes::add);
        } else {
            consumes.add("application/json").add("application/yaml");
        }
        operation.putArray("produces").add("application/json");
        var parameters = operation.putArray("parameters");
        for (var parameter : v3.path("parameters")) {
            parameters.addObject().put("name", JsonTrees.text(parameter, "name"))
                    .put("in", JsonTrees.text(parameter, "in"))
                    .put("type", JsonTrees.text(parameter, "schema", "type"));
        }
        for (var code : v3.path("responses").properties()) {
            var response = operation.putObject("responses").putObject(code.getKey());
            response.put("description", JsonTrees.text(code.getValue(), "description"));
            response.set("schema", schema(JsonTrees.at(code.getValue(), "content", "application/json", "schema")));
        }
        v3.properties().stream().filter(entry -> entry.getKey().startsWith("x-"))
                .forEach(entry -> operation.set(entry.getKey(), entry.getValue()));
        return operation;
    }

    private static ObjectNode schema(JsonNode v3) {
        ObjectNode schema = v3.deepCopy();
        var reference = v3.path("allOf").size() == 1 ? v3.path("allOf").get(0).path("$ref") : v3.path("$ref");
        if (reference.isTextual()) {
            schema.remove("allOf");
            schema.put("$ref", reference.asText().replace("#/components/schemas/", "#/definitions/"));
            return schema;
        }
        schema.remove(UNKNOWN);
        if (schema.path("properties") instanceof ObjectNode properties) {
            properties.properties().forEach(entry -> entry.setValue(schema(entry.getValue())));
        }
        for (var below : List.of("items", "additionalProperties")) {
            if (schema.path(below).isObject()) {
                schema.set(below, schema(schema.path(below)));
            }
        }
        if (schema.has("allOf")) {
            var all = new ArrayList<JsonNode>();
            schema.path("allOf").forEach(each -> all.add(schema(each)));
            schema.putArray("allOf").addAll(all);
        }
        return schema;
    }
}
