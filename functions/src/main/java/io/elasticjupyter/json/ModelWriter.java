package io.elasticjupyter.json;

import com.fasterxml.jackson.core.JsonGenerator;
import io.elasticjupyter.json.ModelClass.Property;
import io.fabric8.kubernetes.api.model.AnyType;
import io.fabric8.kubernetes.api.model.Quantity;
import java.io.IOException;
import java.util.Collection;
import java.util.Map;

/** Writes objects by their {@link ModelClass}. */
final class ModelWriter {

    private ModelWriter() {}

    /** Writes a value. What this knows no form of, the generator's codec writes. */
    static void write(Object value, JsonGenerator json) throws IOException {
        if (value == null) {
            json.writeNull();
        } else if (value instanceof String text) {
            json.writeString(text);
        } else if (value instanceof Boolean yes) {
            json.writeBoolean(yes);
        } else if (value instanceof Integer number) {
            json.writeNumber(number);
        } else if (value instanceof Long number) {
            json.writeNumber(number);
        } else if (value instanceof Enum<?> word) {
            json.writeString(word.toString());
        } else if (value instanceof Quantity quantity) {
            json.writeString(quantity.toString());
        } else if (value instanceof AnyType any) {
            write(any.getValue(), json);
        } else if (value instanceof Collection<?> elements) {
            json.writeStartArray();
            for (Object element : elements) {
                write(element, json);
            }
            json.writeEndArray();
        } else if (value instanceof Map<?, ?> entries) {
            json.writeStartObject();
            entries(entries, json);
            json.writeEndObject();
        } else if (ModelClass.is(value.getClass())) {
            object(value, ModelClass.of(value.getClass()), json);
        } else {
            json.writePOJO(value);
        }
    }

    private static void object(Object object, ModelClass type, JsonGenerator json) throws IOException {
        Map<?, ?> unknown = type.unknown() == null ? null : (Map<?, ?>) type.unknown().get(object);
        unknown = unknown == null ? Map.of() : unknown;
        json.writeStartObject();
        for (Property property : type.properties()) {
            Object value = property.get(object);
            if (value != null && !(nothingIn(value) && !type.isRecord()) && !unknown.containsKey(property.name())) {
                json.writeFieldName(property.name());
                write(value, json);
            }
        }
        entries(unknown, json);
        json.writeEndObject();
    }

    private static void entries(Map<?, ?> entries, JsonGenerator json) throws IOException {
        for (Map.Entry<?, ?> entry : entries.entrySet()) {
            json.writeFieldName(entry.getKey().toString());
            write(entry.getValue(), json);
        }
    }

    private static boolean nothingIn(Object value) {
        return value instanceof Collection<?> elements && elements.isEmpty()
                || value instanceof Map<?, ?> entries && entries.isEmpty();
    }
}
