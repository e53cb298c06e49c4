package io.elasticjupyter.cluster;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import io.elasticjupyter.cluster.ModelClass.Property;
import java.io.IOException;
import java.util.Collection;
import java.util.Map;

/** Writes objects by their {@link ModelClass}. */
final class ModelWriter extends JsonSerializer<Object> {

    @Override
    public void serialize(Object value, JsonGenerator json, SerializerProvider others) throws IOException {
        if (value == null) {
            json.writeNull();
        } else if (value instanceof String text) {
            json.writeString(text);
        } else if (value instanceof Collection<?> elements) {
            json.writeStartArray();
            for (Object element : elements) {
                serialize(element, json, others);
            }
            json.writeEndArray();
        } else if (value instanceof Map<?, ?> entries) {
            json.writeStartObject();
            for (Map.Entry<?, ?> entry : entries.entrySet()) {
                json.writeFieldName(entry.getKey().toString());
                serialize(entry.getValue(), json, others);
            }
            json.writeEndObject();
        } else if (ModelClass.is(value.getClass())) {
            object(value, ModelClass.of(value.getClass()), json, others);
        } else {
            others.defaultSerializeValue(value, json);
        }
    }

    private void object(Object object, ModelClass type, JsonGenerator json, SerializerProvider others)
            throws IOException {
        try {
            Map<?, ?> unknown = type.unknown() == null ? Map.of() : (Map<?, ?>) type.unknown().get(object);
            json.writeStartObject();
            for (Property property : type.properties()) {
                Object value = property.field().get(object);
                if (value != null && !(nothingIn(value) && !type.isRecord())
                        && (unknown == null || !unknown.containsKey(property.name()))) {
                    json.writeFieldName(property.name());
                    serialize(value, json, others);
                }
            }
            if (unknown != null) {
                for (Map.Entry<?, ?> entry : unknown.entrySet()) {
                    json.writeFieldName(entry.getKey().toString());
                    serialize(entry.getValue(), json, others);
                }
            }
            json.writeEndObject();
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean nothingIn(Object value) {
        return value instanceof Collection<?> elements && elements.isEmpty()
                || value instanceof Map<?, ?> entries && entries.isEmpty();
    }
}
