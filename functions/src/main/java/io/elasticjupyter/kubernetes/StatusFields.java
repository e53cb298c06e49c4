package io.elasticjupyter.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import java.util.List;
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

    /** Returns the names of the fields that the manager applied before. Those that it no longer applies must be removed. */
    static List<String> applied(HasMetadata resource, String fieldManager) {
        return resource.getMetadata().getManagedFields().stream()
                .filter(entry -> fieldManager.equals(entry.getManager()) && "status".equals(entry.getSubresource()))
                .flatMap(StatusFields::names)
                .toList();
    }

    /** Reads <a href="https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/object-meta/">fieldsV1</a>, which writes a field's name as {@code f:name}. */
    private static Stream<String> names(ManagedFieldsEntry entry) {
        return entry.getFieldsV1() != null
                && entry.getFieldsV1().getAdditionalProperties().get("f:status") instanceof Map<?, ?> status
                        ? status.keySet().stream().map(Object::toString).filter(key -> key.startsWith("f:"))
                                .map(key -> key.substring(2))
                        : Stream.empty();
    }
}
