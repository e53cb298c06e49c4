package io.elasticjupyter.serialization;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import io.elasticjupyter.serialization.ModelClass.Property;
import io.fabric8.kubernetes.api.model.AnyType;
import io.fabric8.kubernetes.api.model.Quantity;
import java.io.IOException;
import java.util.Collection;
import java.util.Map;

/** Writes objects by their {@link ModelClass}, and every other value by Jackson's serializer. */
final class ModelSerializer extends JsonSerializer<Object> {

    @Override
    public void serialize(Object value, JsonGenerator json, SerializerProvider jackson) throws IOException {
        // Not a switch over patterns: the JVM generates code for each at the first use.
        if (value == null) {
            json.writeNull();
        } else if (value instanceof String text) {
            json.writeString(text);
        } else if (value instanceof Boolean bool) {
            json.writeBoolean(bool);
        } else if (value instanceof Integer number) {
            json.writeNumber(number);
        } else if (value instanceof Long number) {
            json.writeNumber(number);
        } else if (value instanceof Quantity quantity) {
            json.writeString(quantity.toString());
        } else if (value instanceof AnyType any) {
            serialize(any.getValue(), json, jackson);
        } else if (value instanceof Collection<?> elements) {
            json.writeStartArray();
            for (Object element : elements) {
                serialize(element, json, jackson);
            }
            json.writeEndArray();
        } else if (value instanceof Map<?, ?> entries) {
            json.writeStartObject();
            writeEntries(entries, json, jackson);
            json.writeEndObject();
        } else {
            ModelClass model = ModelClass.of(value.getClass());
            if (model == null) {
                jackson.defaultSerializeValue(value, json);
            } else {
                writeObject(value, model, json, jackson);
            }
        }
    }

    private void writeObject(Object object, ModelClass model, JsonGenerator json, SerializerProvider jackson)
            throws IOException {
        Map<?, ?> additional = model.additionalProperties(object);
        json.writeStartObject();
        for (Property property : model.properties()) {
            Object value = property.get(object);
            if (value != null && !(property.omitsEmpty() && hasNoContent(value))
                    && !additional.containsKey(property.name())) {
                json.writeFieldName(property.name());
                serialize(value, json, jackson);
            }
        }
        writeEntries(additional, json, jackson);
        json.writeEndObject();
    }

    private void writeEntries(Map<?, ?> entries, JsonGenerator json, SerializerProvider jackson) throws IOException {
        for (Map.Entry<?, ?> entry : entries.entrySet()) {
            json.writeFieldName(entry.getKey().toString());
            serialize(entry.getValue(), json, jackson);
        }
    }

    private static boolean hasNoContent(Object value) {
        return value instanceof Collection<?> elements && elements.isEmpty()
                || value instanceof Map<?, ?> entries && entries.isEmpty();
    }
}
