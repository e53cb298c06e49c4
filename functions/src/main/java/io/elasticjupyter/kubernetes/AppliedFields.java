package io.elasticjupyter.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.FieldsV1;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Finds out whether a <a href="https://kubernetes.io/docs/reference/using-api/server-side-apply/">server-side apply</a> would
 * change an object. It would not if the manager owns exactly the applied fields, and the object has their values.
 *
 * @param serialization reads and writes the objects
 * @param fieldManager the manager that applies the fields
 */
public record AppliedFields(KubernetesSerialization serialization, String fieldManager) {

    /**
     * A {@code metadata.resourceVersion} that no object ever has. An apply with it creates an absent object, and conflicts with an
     * existing one.
     */
    public static final String RESOURCE_VERSION_OF_NO_OBJECT = "1";

    /** Fields that identify an object. No manager owns them. */
    private static final List<String> IDENTITY = List.of("apiVersion", "kind");

    private static final List<String> METADATA_IDENTITY = List.of("name", "namespace", "uid", "resourceVersion");

    /** Returns whether an apply would not change the object. False does not mean that it would: values have several notations. */
    public boolean areApplied(HasMetadata live, HasMetadata desired) {
        return owned(live, null).filter(owned -> {
            ObjectNode fields = tree(desired);
            fields.remove(IDENTITY);
            if (fields.get("metadata") instanceof ObjectNode metadata) {
                metadata.remove(METADATA_IDENTITY);
            }
            return isApplied(fields, tree(live), owned);
        }).isPresent();
    }

    /** Returns whether an apply of a status would not change it. */
    boolean isStatusApplied(HasMetadata live, Object status) {
        return owned(live, "status").filter(owned -> isApplied(tree(Map.of("status", status)), tree(live), owned))
                .isPresent();
    }

    /** Returns the fields that the manager has applied, at one version of the API. */
    private Optional<Map<?, ?>> owned(HasMetadata live, String subresource) {
        List<Map<?, ?>> owned = live.getMetadata().getManagedFields().stream()
                .filter(entry -> fieldManager.equals(entry.getManager()) && "Apply".equals(entry.getOperation())
                        && Objects.equals(subresource, entry.getSubresource()))
                .map(ManagedFieldsEntry::getFieldsV1).filter(Objects::nonNull)
                .<Map<?, ?>>map(FieldsV1::getAdditionalProperties)
                .toList();
        return owned.size() == 1 ? Optional.of(owned.getFirst()) : Optional.empty();
    }

    private ObjectNode tree(Object value) {
        return serialization.unmarshal(serialization.asJson(value), ObjectNode.class);
    }

    /**
     * Compares one value.
     *
     * @param owned the fields in it that the manager owns, as
     *     <a href="https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/object-meta/">fieldsV1</a> writes them: a
     *     field as {@code f:name}, an element of a list as {@code k:} and its keys or {@code v:} and its value, both as JSON.
     *     Empty if the value is owned as a whole
     */
    private boolean isApplied(JsonNode desired, JsonNode live, Map<?, ?> owned) {
        if (live == null) {
            return false;
        }
        if (owned.isEmpty()) {
            return contains(live, desired);
        }
        return desired.isArray()
                ? areElementsApplied(desired, live, owned)
                : keys(owned, "f:").allMatch(desired::has)
                        && desired.properties().stream()
                                .allMatch(field -> owned.get("f:" + field.getKey()) instanceof Map<?, ?> inField
                                        && isApplied(field.getValue(), live.get(field.getKey()), inField));
    }

    private boolean areElementsApplied(JsonNode desired, JsonNode live, Map<?, ?> owned) {
        boolean allByKey = keys(owned, "k:").allMatch(key -> {
            JsonNode keys = serialization.unmarshal(key, JsonNode.class);
            // The API server adds the default of a key that is not applied.
            JsonNode element = find(desired, each -> keys.properties().stream().allMatch(
                    one -> !each.has(one.getKey()) || one.getValue().equals(each.get(one.getKey()))));
            return element != null && owned.get("k:" + key) instanceof Map<?, ?> inElement
                    && isApplied(element, find(live, each -> contains(each, keys)), inElement);
        });
        boolean allByValue = keys(owned, "v:").map(value -> serialization.unmarshal(value, JsonNode.class))
                .allMatch(value -> find(desired, value::equals) != null && find(live, value::equals) != null);
        return allByKey && allByValue && desired.size() == Stream.concat(keys(owned, "k:"), keys(owned, "v:")).count();
    }

    private static Stream<String> keys(Map<?, ?> owned, String prefix) {
        return owned.keySet().stream().map(Object::toString).filter(key -> key.startsWith(prefix))
                .map(key -> key.substring(prefix.length()));
    }

    private static JsonNode find(JsonNode array, Predicate<JsonNode> condition) {
        return StreamSupport.stream(array.spliterator(), false).filter(condition).findFirst().orElse(null);
    }

    /** Returns whether a value has all fields of another one. The API server adds fields with their defaults. */
    private static boolean contains(JsonNode live, JsonNode desired) {
        if (desired.isObject()) {
            return live.isObject() && desired.properties().stream().allMatch(
                    field -> live.has(field.getKey()) && contains(live.get(field.getKey()), field.getValue()));
        }
        if (desired.isArray()) {
            return live.size() == desired.size() && IntStream.range(0, desired.size())
                    .allMatch(i -> contains(live.get(i), desired.get(i)));
        }
        return desired.equals(live);
    }
}
