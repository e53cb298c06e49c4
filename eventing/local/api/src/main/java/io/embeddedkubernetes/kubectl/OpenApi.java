package io.embeddedkubernetes.kubectl;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.embeddedkubernetes.apply.Patches;
import io.embeddedkubernetes.json.JsonTrees;
import io.embeddedkubernetes.kinds.Catalog;
import io.embeddedkubernetes.resource.ResourceType;
import io.embeddedkubernetes.resource.StatusError;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** OpenAPI v3 of all resources. kubectl reads it for explain, and to find out that the server validates fields. */
public record OpenApi(Catalog catalog) {

    static final String VERSION = "v1.36.0+embedded";

    /** Returns the documents of all groups and versions. */
    List<ObjectNode> documents() {
        return catalog.types().stream().map(ResourceType::path).distinct().map(this::document).toList();
    }

    public ObjectNode index() {
        var index = JsonTrees.object();
        var paths = index.putObject("paths");
        catalog.types().stream().collect(Collectors.groupingBy(ResourceType::path)).forEach((path, types) -> {
            // kubectl caches a document by the hash in its URL.
            var hash = Integer.toHexString(
                    types.stream().map(t -> JsonTrees.compact(t.schema().get())).collect(Collectors.joining())
                            .hashCode());
            paths.putObject(path.substring(1)).put("serverRelativeURL", "/openapi/v3" + path + "?hash=" + hash);
        });
        return index;
    }

    /** @throws StatusError 404 when nothing is served there */
    public ObjectNode document(String path) {
        var types = catalog.types().stream().filter(type -> type.path().equals(path)).toList();
        if (types.isEmpty()) {
            throw StatusError.noSuchPath();
        }
        var document = JsonTrees.object().put("openapi", "3.0.0");
        document.putObject("info").put("title", "Kubernetes").put("version", VERSION);
        var paths = document.putObject("paths");
        var schemas = document.putObject("components").putObject("schemas");
        for (var type : types) {
            var name = schemaName(type);
            ObjectNode schema = type.schema().get().deepCopy();
            shareStructs(schema, schemas);
            schema.putArray("x-kubernetes-group-version-kind").add(kind(type));
            schemas.set(name, schema);
            paths(paths, type, "#/components/schemas/" + name);
        }
        return document;
    }

    /** Moves the structs of built-in kinds to definitions of their own, whose names kubectl shows. */
    private static void shareStructs(ObjectNode schema, ObjectNode schemas) {
        if (schema.path("properties") instanceof ObjectNode properties) {
            properties.properties().forEach(entry -> entry.setValue(shared(entry.getValue(), schemas)));
        }
        for (var below : List.of("items", "additionalProperties")) {
            if (schema.path(below).isObject()) {
                schema.set(below, shared(schema.path(below), schemas));
            }
        }
    }

    private static JsonNode shared(JsonNode node, ObjectNode schemas) {
        var schema = (ObjectNode) node;
        var struct = schema.path("x-kubernetes-go-type").asText();
        if (struct.isEmpty()) {
            shareStructs(schema, schemas);
            return schema;
        }
        var name = "io.k8s.api." + struct;
        if (!schemas.has(name)) {
            schemas.putNull(name);
            shareStructs(schema, schemas);
            schemas.set(name, schema);
        }
        var reference = JsonTrees.object();
        reference.putArray("allOf").addObject().put("$ref", "#/components/schemas/" + name);
        if (schema.has("x-kubernetes-patch-strategy")) {
            reference.set("x-kubernetes-patch-strategy", schema.get("x-kubernetes-patch-strategy"));
        }
        return reference;
    }

    private static String schemaName(ResourceType type) {
        var group = type.isCustom()
                ? Arrays.stream(type.group().split("\\.")).reduce((a, b) -> b + "." + a).orElseThrow()
                : "io.k8s.api." + (type.group().isEmpty() ? "core" : type.group().split("\\.")[0]);
        return group + "." + type.version() + "." + type.kind();
    }

    private static ObjectNode kind(ResourceType type) {
        return JsonTrees.object().put("group", type.group()).put("version", type.version()).put("kind", type.kind());
    }

    private static void paths(ObjectNode paths, ResourceType type, String schema) {
        var base = type.path() + (type.namespaced() ? "/namespaces/{namespace}/" : "/") + type.plural();
        var collection = paths.putObject(base);
        operation(collection, "post", "post", type, schema);
        if (type.isReview()) {
            return;
        }
        operation(collection, "get", "list", type, schema);
        var one = paths.putObject(base + "/{name}");
        for (var method : List.of("get", "put", "patch", "delete")) {
            operation(one, method, method, type, schema);
        }
    }

    private static void operation(ObjectNode path, String method, String action, ResourceType type, String schema) {
        var operation = path.putObject(method).put("x-kubernetes-action", action);
        operation.set("x-kubernetes-group-version-kind", kind(type));
        var parameters = operation.putArray("parameters");
        if (!List.of("get", "list", "delete").contains(action)) {
            for (var name : List.of("dryRun", "fieldManager", "fieldValidation")) {
                parameters.addObject().put("name", name).put("in", "query").putObject("schema").put("type", "string");
            }
        }
        if (action.equals("patch")) {
            var bodies = operation.putObject("requestBody").putObject("content");
            Patches.acceptedFor(type).forEach(bodies::putObject);
        }
        operation.putObject("responses").putObject("200").put("description", "OK").putObject("content")
                .putObject("application/json").putObject("schema").put("$ref", schema);
    }
}
