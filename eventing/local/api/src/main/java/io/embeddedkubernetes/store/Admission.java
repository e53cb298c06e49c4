package io.embeddedkubernetes.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.embeddedkubernetes.json.JsonTrees;
import io.embeddedkubernetes.resource.Names;
import io.embeddedkubernetes.resource.ResourceType;
import io.embeddedkubernetes.resource.StatusError;
import io.embeddedkubernetes.resource.Violations;
import io.embeddedkubernetes.resource.WriteOptions;
import io.embeddedkubernetes.schema.BuiltinSchemas;
import io.embeddedkubernetes.schema.GoTypes;
import io.embeddedkubernetes.schema.SchemaRules;
import java.util.List;

/** Decodes, defaults and validates objects before they are stored. */
public final class Admission {

    private Admission() {}

    /**
     * The object in the form the schema knows, defaults filled in.
     *
     * @throws StatusError 400 when it is of another type, or has unknown fields and validation is strict
     */
    public static ObjectNode decode(ResourceType type, ObjectNode body, WriteOptions options) {
        var object = body.deepCopy();
        checkType(type, object);
        var unknown = SchemaRules.prune(object, type.schema().get());
        if (!unknown.isEmpty()) {
            var fields = (type.isCustom() ? unknown.stream().sorted() : unknown.stream())
                    .map(field -> "unknown field " + JsonTrees.quote(field)).toList();
            if (options.validation().equals("Strict")) {
                throw StatusError.unreadable(type, "strict decoding error: " + String.join(", ", fields));
            }
            if (options.validation().equals("Warn")) {
                options.warnings().addAll(fields);
            }
        }
        complete(type, object);
        return object;
    }

    /**
     * Checks that an object can be read as its type, and fills in defaults.
     *
     * @throws StatusError 400
     */
    static void complete(ResourceType type, ObjectNode object) {
        checkFit(type, object);
        type.rules().checkReadable(type, object);
        if (!type.isCustom()) {
            GoTypes.dropEmpty(object);
        }
        type.rules().fillDefaults(object);
    }

    private static void checkFit(ResourceType type, ObjectNode object) {
        var schema = type.isCustom() ? BuiltinSchemas.objectMeta() : type.schema().get();
        var misfit = type.isCustom()
                ? SchemaRules.misfit(object.path("metadata"), schema, "ObjectMeta", "metadata")
                : SchemaRules.misfit(object, schema, type.kind(), "");
        if (misfit != null) {
            throw StatusError.unreadable(type, misfit);
        }
    }

    private static void checkType(ResourceType type, ObjectNode object) {
        var apiVersion = JsonTrees.text(object, "apiVersion");
        var kind = JsonTrees.text(object, "kind");
        if (type.isCustom() && kind.isEmpty()) {
            throw StatusError.badRequest("Object 'Kind' is missing in '%s'".formatted(JsonTrees.compact(object)));
        }
        if (!apiVersion.isEmpty() && !apiVersion.equals(type.apiVersion())) {
            throw StatusError.badRequest(
                    "the API version in the data (%s) does not match the expected API version (%s)".formatted(
                            apiVersion,
                            type.apiVersion()));
        }
        if (!kind.isEmpty() && !kind.equals(type.kind())) {
            throw StatusError.badRequest(
                    "%s in version \"%s\" cannot be handled as a %s: converting (%s) to (%s): unknown conversion"
                            .formatted(kind, type.version(), type.kind(), kind, type.kind()));
        }
        object.put("apiVersion", type.apiVersion()).put("kind", type.kind());
    }

    /** @throws StatusError 422 with all that is wrong */
    static void validate(ResourceType type, ObjectNode object, ObjectNode old) {
        var violations = new Violations();
        if (old == null) {
            Names.validateName(type.rules().nameForm(), JsonTrees.name(object), violations);
        }
        Names.validateLabels(JsonTrees.at(object, "metadata", "labels"), "metadata.labels", violations);
        Names.validateAnnotations(JsonTrees.at(object, "metadata", "annotations"), "metadata.annotations", violations);
        owners(JsonTrees.at(object, "metadata", "ownerReferences"), "metadata.ownerReferences", violations);
        type.rules().check(object, old, violations);
        if (!violations.causes().isEmpty()) {
            throw StatusError.invalid(type, JsonTrees.name(object), violations.causes());
        }
    }

    private static void owners(JsonNode owners, String path, Violations violations) {
        for (var owner : owners) {
            for (var field : List.of("apiVersion", "kind", "name", "uid")) {
                if (JsonTrees.text(owner, field).isEmpty()) {
                    violations.invalid(path + "." + field, "",
                            field.equals("apiVersion") ? "version must not be empty" : "must not be empty");
                }
            }
        }
        var controllers = owners.valueStream().filter(owner -> owner.path("controller").asBoolean())
                .map(owner -> JsonTrees.text(owner, "kind") + "/" + JsonTrees.text(owner, "name")).toList();
        if (controllers.size() > 1) {
            violations.invalid(path, owners,
                    "Only one reference can have Controller set to true. Found \"true\" in references for "
                            + String.join(" and ", controllers));
        }
    }
}
