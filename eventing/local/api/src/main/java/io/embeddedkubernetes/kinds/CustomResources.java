package io.embeddedkubernetes.kinds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.embeddedkubernetes.json.JsonPath;
import io.embeddedkubernetes.json.JsonTrees;
import io.embeddedkubernetes.resource.Column;
import io.embeddedkubernetes.resource.ResourceType;
import io.embeddedkubernetes.resource.StatusError;
import io.embeddedkubernetes.resource.Timestamps;
import io.embeddedkubernetes.schema.BuiltinSchemas;
import io.embeddedkubernetes.schema.CelRules;
import io.embeddedkubernetes.schema.CustomRules;
import io.embeddedkubernetes.schema.SchemaRules;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Defaults and checks of custom resource definitions, and the resource types that they define. */
public final class CustomResources {

    public static final String STORE = "customresourcedefinitions.apiextensions.k8s.io";
    public static final String CLEANUP = "customresourcecleanup.apiextensions.k8s.io";

    private CustomResources() {}

    static void fillDefaults(ObjectNode spec) {
        if (spec.path("names") instanceof ObjectNode names) {
            JsonTrees.setDefault(names, "singular", JsonTrees.text(names, "kind").toLowerCase(Locale.ROOT));
            JsonTrees.setDefault(names, "listKind", JsonTrees.text(names, "kind") + "List");
        }
        JsonTrees.setDefault(JsonTrees.child(spec, "conversion"), "strategy", "None");
    }

    /** Sets the status that a real server's controllers write a moment later. */
    static void establish(ObjectNode definition) {
        var status = definition.putObject("status");
        var conditions = status.putArray("conditions");
        var time = Timestamps.now();
        conditions.addObject().put("lastTransitionTime", time).put("message", "no conflicts found")
                .put("reason", "NoConflicts").put("status", "True").put("type", "NamesAccepted");
        conditions.addObject().put("lastTransitionTime", time).put("message", "the initial names have been accepted")
                .put("reason", "InitialNamesAccepted").put("status", "True").put("type", "Established");
        status.set("acceptedNames", JsonTrees.at(definition, "spec", "names").deepCopy());
        var stored = status.putArray("storedVersions");
        for (var version : JsonTrees.at(definition, "spec", "versions")) {
            if (version.path("storage").asBoolean()) {
                stored.add(version.path("name").asText());
            }
        }
    }

    static List<StatusError.Cause> check(JsonNode definition) {
        var causes = new ArrayList<StatusError.Cause>();
        var spec = definition.path("spec");
        var expected = JsonTrees.text(spec, "names", "plural") + "." + JsonTrees.text(spec, "group");
        for (var field : List.of("plural", "kind")) {
            if (JsonTrees.text(spec, "names", field).isEmpty()) {
                causes.add(new StatusError.Cause("FieldValueRequired", "Required value", "spec.names." + field));
            }
        }
        if (!Set.of("Namespaced", "Cluster").contains(JsonTrees.text(spec, "scope"))) {
            causes.add(new StatusError.Cause("FieldValueNotSupported",
                    "Unsupported value: %s: supported values: \"Cluster\", \"Namespaced\""
                            .formatted(JsonTrees.quote(JsonTrees.text(spec, "scope"))),
                    "spec.scope"));
        }
        if (!JsonTrees.name(definition).equals(expected)) {
            causes.add(new StatusError.Cause("FieldValueInvalid",
                    "Invalid value: %s: must be spec.names.plural+\".\"+spec.group"
                            .formatted(JsonTrees.quote(JsonTrees.name(definition))),
                    "metadata.name"));
        }
        var stored = spec.path("versions").valueStream().filter(v -> v.path("storage").asBoolean()).count();
        if (stored != 1) {
            causes.add(new StatusError.Cause("FieldValueInvalid",
                    "Invalid value: %s: must have exactly one version marked as storage version"
                            .formatted(JsonTrees.compact(spec.path("versions"))),
                    "spec.versions"));
        }
        for (var i = 0; i < spec.path("versions").size(); i++) {
            var schema = JsonTrees.at(spec.path("versions").get(i), "schema", "openAPIV3Schema");
            // The real server moves the schema of an only version to where its internal form has it.
            var path = spec.path("versions").size() == 1
                    ? "spec.validation.openAPIV3Schema"
                    : "spec.versions[" + i + "].schema.openAPIV3Schema";
            if (schema.isMissingNode()) {
                causes.add(new StatusError.Cause("FieldValueRequired", "Required value: schemas are required", path));
                continue;
            }
            if (!schema.path("type").asText().equals("object")) {
                causes.add(new StatusError.Cause("FieldValueInvalid", "Invalid value: %s: must be object at the root"
                        .formatted(JsonTrees.quote(schema.path("type").asText())), path + ".type"));
            }
            checkStructure(schema, path, causes);
            CelRules.compile(schema, true, path, causes);
        }
        return causes;
    }

    private static void checkStructure(JsonNode schema, String path, List<StatusError.Cause> causes) {
        var isOpen = schema.path("x-kubernetes-preserve-unknown-fields").asBoolean()
                || schema.path("x-kubernetes-int-or-string").asBoolean();
        if (!schema.has("type") && !isOpen) {
            causes.add(new StatusError.Cause("FieldValueRequired",
                    "Required value: must not be empty for specified " + (path.endsWith("items")
                            ? "array items"
                            : path.endsWith("]") ? "object fields" : "schema"),
                    path + ".type"));
        }
        if (schema.path("type").asText().equals("array") && !schema.has("items")) {
            causes.add(
                    new StatusError.Cause("FieldValueRequired", "Required value: must be specified", path + ".items"));
        }
        for (var entry : schema.path("properties").properties()) {
            checkStructure(entry.getValue(), path + ".properties[" + entry.getKey() + "]", causes);
        }
        if (schema.path("items").isObject()) {
            checkStructure(schema.path("items"), path + ".items", causes);
        }
        if (schema.path("additionalProperties").isObject()) {
            checkStructure(schema.path("additionalProperties"), path + ".additionalProperties", causes);
        }
    }

    /** Returns one type for each served version. */
    public static List<ResourceType> types(JsonNode definition) {
        var types = new ArrayList<ResourceType>();
        for (var version : JsonTrees.at(definition, "spec", "versions")) {
            if (version.path("served").asBoolean()) {
                types.add(type(definition.path("spec"), version));
            }
        }
        return types;
    }

    private static ResourceType type(JsonNode spec, JsonNode version) {
        var names = spec.path("names");
        var schema = schema(version);
        var group = JsonTrees.text(spec, "group");
        var plural = JsonTrees.text(names, "plural");
        var subresources = new HashSet<String>();
        version.path("subresources").fieldNames().forEachRemaining(subresources::add);
        var scale = version.path("subresources").path("scale");
        var apiVersion = group + "/" + JsonTrees.text(version, "name");
        var rules = new CustomRules(schema, CelRules.compile(schema, true, "", new ArrayList<>()));
        var full = withMetadata(schema);
        var selectable = version.path("selectableFields").valueStream()
                .map(field -> JsonTrees.text(field, "jsonPath").substring(1)).toList();
        return new ResourceType(group, JsonTrees.text(version, "name"), plural, JsonTrees.text(names, "singular"),
                JsonTrees.text(names, "kind"), JsonTrees.text(spec, "scope").equals("Namespaced"),
                texts(names.path("shortNames")),
                texts(names.path("categories")), subresources,
                scale.isMissingNode()
                        ? null
                        : new ResourceType.Scale(JsonTrees.text(scale, "specReplicasPath"),
                                JsonTrees.text(scale, "statusReplicasPath"),
                                JsonTrees.text(scale, "labelSelectorPath")),
                () -> full, columns(version), selectable, rules, plural + "." + group,
                new ResourceType.View(stored -> asVersion(stored, apiVersion, schema), given -> given));
    }

    /** Converts a stored object to this version and adds defaults that are newer than the object. */
    private static ObjectNode asVersion(ObjectNode stored, String apiVersion, JsonNode schema) {
        var copy = stored.deepCopy();
        copy.put("apiVersion", apiVersion);
        SchemaRules.fillDefaults(copy, schema);
        return copy;
    }

    private static List<String> texts(JsonNode list) {
        return list.valueStream().map(JsonNode::asText).toList();
    }

    /** Returns the schema of a version without metadata, which a definition cannot change. */
    private static JsonNode schema(JsonNode version) {
        ObjectNode schema = JsonTrees.at(version, "schema", "openAPIV3Schema").deepCopy();
        if (schema.path("properties") instanceof ObjectNode properties) {
            properties.remove("metadata");
        }
        return schema;
    }

    private static JsonNode withMetadata(JsonNode schema) {
        ObjectNode full = schema.deepCopy();
        var properties = JsonTrees.child(full, "properties");
        properties.set("metadata", BuiltinSchemas.objectMeta());
        for (var name : List.of("apiVersion", "kind")) {
            if (!properties.has(name)) {
                properties.putObject(name).put("type", "string");
            }
        }
        return full;
    }

    private static List<Column> columns(JsonNode version) {
        var columns = new ArrayList<Column>();
        columns.add(Column.nameOfObject());
        for (var column : version.path("additionalPrinterColumns")) {
            var type = JsonTrees.text(column, "type");
            var path = JsonPath.of(JsonTrees.text(column, "jsonPath"));
            columns.add(new Column(JsonTrees.text(column, "name"), type, JsonTrees.text(column, "format"),
                    JsonTrees.text(column, "description"), (int) column.path("priority").asLong(),
                    object -> cell(path, type, object)));
        }
        if (version.path("additionalPrinterColumns").isEmpty()) {
            columns.add(Column.age());
        }
        return columns;
    }

    private static JsonNode cell(JsonPath path, String type, JsonNode object) {
        var found = path.first(object);
        if (found == null || found.isNull()) {
            return NullNode.getInstance();
        }
        return switch (type) {
            case "date" -> JsonTrees.array().add(Timestamps.since(found.asText())).get(0);
            case "string" -> found.isContainerNode()
                    ? JsonTrees.array().add(JsonTrees.compact(found)).get(0)
                    : JsonTrees.array().add(found.asText()).get(0);
            case "integer", "number" -> found.isNumber() ? found : NullNode.getInstance();
            case "boolean" -> found.isBoolean() ? found : NullNode.getInstance();
            default -> NullNode.getInstance();
        };
    }
}
