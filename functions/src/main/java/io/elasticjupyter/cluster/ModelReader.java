package io.elasticjupyter.cluster;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import io.elasticjupyter.cluster.ModelClass.Property;
import java.io.IOException;
import java.lang.reflect.Array;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads objects by their {@link ModelClass}. */
final class ModelReader extends JsonDeserializer<Object> {

    private final Class<?> root;

    /** A reader of objects of that class. */
    ModelReader(Class<?> root) {
        this.root = root;
    }

    @Override
    public Object deserialize(JsonParser json, DeserializationContext others) throws IOException {
        return value(root, json, others);
    }

    private static Object value(Type type, JsonParser json, DeserializationContext others) throws IOException {
        JsonToken token = json.currentToken();
        if (token == JsonToken.VALUE_NULL) {
            return null;
        }
        if (token == JsonToken.VALUE_STRING && type == String.class) {
            return json.getText();
        }
        if (type instanceof Class<?> model && ModelClass.is(model)) {
            return token == JsonToken.START_OBJECT
                    ? object(model, json, others)
                    : others.handleUnexpectedToken(model, json);
        }
        if (type instanceof ParameterizedType container) {
            Type[] of = container.getActualTypeArguments();
            if (token == JsonToken.START_ARRAY && container.getRawType() == List.class) {
                List<Object> elements = new ArrayList<>();
                while (json.nextToken() != JsonToken.END_ARRAY) {
                    elements.add(value(of[0], json, others));
                }
                return elements;
            }
            if (token == JsonToken.START_OBJECT && container.getRawType() == Map.class) {
                Map<String, Object> entries = new LinkedHashMap<>();
                while (json.nextToken() != JsonToken.END_OBJECT) {
                    String key = json.currentName();
                    json.nextToken();
                    entries.put(key, value(of[1], json, others));
                }
                return entries;
            }
        }
        return others.readValue(json, others.getTypeFactory().constructType(type));
    }

    private static Object object(Class<?> model, JsonParser json, DeserializationContext others) throws IOException {
        ModelClass type = ModelClass.of(model);
        try {
            Object object = type.isRecord() ? null : type.constructor().newInstance();
            Object[] components = type.isRecord() ? new Object[type.size()] : null;
            Map<String, Object> unknown = null;
            while (json.nextToken() != JsonToken.END_OBJECT) {
                String name = json.currentName();
                json.nextToken();
                Property property = type.property(name);
                if (property != null && property.isRead()) {
                    Object value = value(property.type(), json, others);
                    if (components != null) {
                        components[property.index()] = value;
                    } else {
                        property.field().set(object, value);
                    }
                } else if (property != null || type.unknown() == null) {
                    json.skipChildren();
                } else {
                    unknown = unknown == null ? new LinkedHashMap<>() : unknown;
                    unknown.put(name, value(Object.class, json, others));
                }
            }
            if (components != null) {
                return type.constructor().newInstance(complete(components, type));
            }
            if (unknown != null) {
                type.unknown().set(object, unknown);
            }
            return object;
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What is not said is null, or a primitive's nothing. */
    private static Object[] complete(Object[] components, ModelClass type) {
        for (Property property : type.properties()) {
            if (components[property.index()] == null && property.field().getType().isPrimitive()) {
                components[property.index()] = Array.get(Array.newInstance(property.field().getType(), 1), 0);
            }
        }
        return components;
    }
}
