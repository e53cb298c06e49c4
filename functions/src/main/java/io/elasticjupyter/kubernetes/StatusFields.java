package io.elasticjupyter.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Compares the fields of a status that a manager would apply with the existing ones. */
final class StatusFields {

    private StatusFields() {}

    /** Returns whether a status has all these fields, with these values. The conditions of other managers do not matter. */
    static boolean contains(JsonNode status, JsonNode fields) {
        return fields.properties().stream().allMatch(field -> field.getKey().equals("conditions")
                ? elements(field.getValue()).allMatch(
                        condition -> elements(status.path("conditions")).anyMatch(condition::equals))
                : field.getValue().equals(status.get(field.getKey())));
    }

    private static Stream<JsonNode> elements(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }

    /** Returns whether the manager still applies every field and condition that it applied before. Others must be removed. */
    static boolean coverApplied(HasMetadata resource, String fieldManager, JsonNode fields) {
        return resource.getMetadata().getManagedFields().stream()
                .filter(entry -> fieldManager.equals(entry.getManager()) && "status".equals(entry.getSubresource()))
                .map(StatusFields::appliedFields)
                .allMatch(applied -> names(applied, "f:").allMatch(fields::has) && conditionTypes(applied)
                        .allMatch(type -> elements(fields.path("conditions")).anyMatch(
                                condition -> condition.path("type").asText().equals(type))));
    }

    private static Stream<String> names(Map<?, ?> applied, String prefix) {
        return applied.keySet().stream().map(Object::toString).filter(key -> key.startsWith(prefix))
                .map(key -> key.substring(prefix.length()));
    }

    /** Returns the types in keys such as {@code k:{"type":"Ready"}}. */
    private static Stream<String> conditionTypes(Map<?, ?> applied) {
        return applied.get("f:conditions") instanceof Map<?, ?> conditions
                ? names(conditions, "k:{\"type\":\"").map(key -> key.substring(0, key.length() - "\"}".length()))
                : Stream.empty();
    }

    /** Reads <a href="https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/object-meta/">fieldsV1</a>, which writes a field's name as {@code f:name}. */
    private static Map<?, ?> appliedFields(ManagedFieldsEntry entry) {
        return entry.getFieldsV1() != null
                && entry.getFieldsV1().getAdditionalProperties().get("f:status") instanceof Map<?, ?> status
                        ? status
                        : Map.of();
    }
}
