package io.elasticjupyter.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/** What happens to an object between the request and the store: reading, defaults, and whether it is valid. */
final class Admission {

    private Admission() {}

    /**
     * The object in the form the schema knows, defaults filled in.
     *
     * @throws StatusError 400 when it is of another type, or has unknown fields and validation is strict
     */
    static ObjectNode decode(ResourceType type, ObjectNode body, WriteOptions options) {
        var object = body.deepCopy();
        checkType(type, object);
        var unknown = SchemaRules.prune(object, type.schema().get());
        if (!unknown.isEmpty()) {
            var fields = (type.isCustom() ? unknown.stream().sorted() : unknown.stream())
                    .map(field -> "unknown field " + Json.quote(field)).toList();
            if (options.validation().equals("Strict")) {
                throw StatusError
                        .badRequest(cannotHandle(type) + "strict decoding error: " + String.join(", ", fields));
            }
            if (options.validation().equals("Warn")) {
                options.warnings().addAll(fields);
            }
        }
        checkFit(type, object);
        fillDefaults(type, object);
        return object;
    }

    static void checkFit(ResourceType type, ObjectNode object) {
        var schema = type.isCustom() ? BuiltinSchemas.objectMeta() : type.schema().get();
        var misfit = type.isCustom()
                ? SchemaRules.misfit(object.path("metadata"), schema, "ObjectMeta", "metadata")
                : SchemaRules.misfit(object, schema, type.kind(), "");
        if (misfit != null) {
            throw StatusError.badRequest(cannotHandle(type) + misfit);
        }
    }

    static String cannotHandle(ResourceType type) {
        return "%s in version \"%s\" cannot be handled as a %s: ".formatted(type.kind(), type.version(), type.kind());
    }

    private static void checkType(ResourceType type, ObjectNode object) {
        var apiVersion = Json.text(object, "apiVersion");
        var kind = Json.text(object, "kind");
        if (type.isCustom() && kind.isEmpty()) {
            throw StatusError.badRequest("Object 'Kind' is missing in '%s'".formatted(Json.compact(object)));
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

    static void fillDefaults(ResourceType type, ObjectNode object) {
        if (type.isCustom()) {
            SchemaRules.fillDefaults(object, type.custom().schema());
        } else {
            GoTypes.dropEmpty(object);
            BuiltinDefaults.fill(type, object);
        }
    }

    /** @throws StatusError 422 with all that is wrong */
    static void validate(ResourceType type, ObjectNode object, ObjectNode old) {
        var causes = new ArrayList<StatusError.Cause>();
        if (old == null) {
            Names.validate(type, object, causes);
        } else {
            Names.validateLabels(Json.at(object, "metadata", "labels"), "metadata.labels", causes);
        }
        owners(object, causes);
        if (type.isCustom()) {
            causes.addAll(type.custom().check(object, old, causes));
        } else {
            causes.addAll(BuiltinValidation.check(type, object, old));
        }
        if (!causes.isEmpty()) {
            throw StatusError.invalid(type, Json.name(object), causes);
        }
    }

    private static void owners(JsonNode object, List<StatusError.Cause> causes) {
        var controllers = 0;
        var owners = Json.at(object, "metadata", "ownerReferences");
        for (var i = 0; i < owners.size(); i++) {
            var path = "metadata.ownerReferences";
            for (var field : List.of("apiVersion", "kind", "name", "uid")) {
                if (Json.text(owners.get(i), field).isEmpty()) {
                    causes.add(Names.invalid(path + "." + field, "",
                            field.equals("apiVersion") ? "version must not be empty" : "must not be empty"));
                }
            }
            if (owners.get(i).path("controller").asBoolean()) {
                controllers++;
            }
        }
        if (controllers > 1) {
            var refs = Json.compact(owners);
            causes.add(new StatusError.Cause("FieldValueInvalid",
                    "Invalid value: %s: Only one reference can have Controller set to true. Found \"true\" in references for %s"
                            .formatted(refs, owners.valueStream().filter(o -> o.path("controller").asBoolean())
                                    .map(o -> Json.text(o, "kind") + "/" + Json.text(o, "name"))
                                    .reduce((a, b) -> a + " and " + b).orElse("")),
                    "metadata.ownerReferences"));
        }
    }
}
