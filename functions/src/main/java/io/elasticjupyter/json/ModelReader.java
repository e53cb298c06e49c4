package io.elasticjupyter.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import io.elasticjupyter.json.ModelClass.Property;
import io.fabric8.kubernetes.api.model.IntOrString;
import java.io.IOException;
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
        return json.currentToken() == JsonToken.START_OBJECT
                ? object(root, json)
                : others.handleUnexpectedToken(root, json);
    }

    /** The value that begins at the parser's token. What this knows no form of, the parser's codec reads. */
    static Object read(Type type, JsonParser json) throws IOException {
        JsonToken token = json.currentToken();
        Type raw = type instanceof ParameterizedType container ? container.getRawType() : type;
        boolean any = raw == Object.class;
        if (token == JsonToken.VALUE_NULL) {
            return null;
        }
        if (token == JsonToken.START_OBJECT && raw instanceof Class<?> model && ModelClass.is(model)) {
            return object(model, json);
        }
        if (token == JsonToken.START_OBJECT && (any || raw == Map.class)) {
            return entries(last(type), json);
        }
        if (token == JsonToken.START_ARRAY && (any || raw == List.class)) {
            return elements(last(type), json);
        }
        if (token == JsonToken.VALUE_STRING && (any || raw == String.class)) {
            return json.getText();
        }
        if (token == JsonToken.VALUE_NUMBER_INT && (raw == Integer.class || raw == int.class)) {
            return json.getIntValue();
        }
        if (token == JsonToken.VALUE_NUMBER_INT && (raw == Long.class || raw == long.class)) {
            return json.getLongValue();
        }
        if ((token == JsonToken.VALUE_TRUE || token == JsonToken.VALUE_FALSE)
                && (any || raw == Boolean.class || raw == boolean.class)) {
            return json.getBooleanValue();
        }
        if (any && (token == JsonToken.VALUE_NUMBER_INT || token == JsonToken.VALUE_NUMBER_FLOAT)) {
            return json.getNumberValue();
        }
        if (raw == IntOrString.class && (token == JsonToken.VALUE_STRING || token == JsonToken.VALUE_NUMBER_INT)) {
            return new IntOrString(read(token == JsonToken.VALUE_STRING ? String.class : Integer.class, json));
        }
        return json.readValueAs(new TypeReference<Object>() {
            @Override
            public Type getType() {
                return type;
            }
        });
    }

    /** Of what type the elements of a container are. */
    private static Type last(Type type) {
        return type instanceof ParameterizedType container
                ? container.getActualTypeArguments()[container.getActualTypeArguments().length - 1]
                : Object.class;
    }

    private static List<Object> elements(Type of, JsonParser json) throws IOException {
        List<Object> elements = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            elements.add(read(of, json));
        }
        return elements;
    }

    private static Map<String, Object> entries(Type of, JsonParser json) throws IOException {
        Map<String, Object> entries = new LinkedHashMap<>();
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String key = json.currentName();
            json.nextToken();
            entries.put(key, read(of, json));
        }
        return entries;
    }

    private static Object object(Class<?> model, JsonParser json) throws IOException {
        ModelClass type = ModelClass.of(model);
        Object object = type.begin();
        Map<String, Object> unknown = new LinkedHashMap<>();
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String name = json.currentName();
            json.nextToken();
            Property property = type.property(name);
            if (property != null && property.isRead()) {
                property.set(object, read(property.type(), json));
            } else if (property != null || type.unknown() == null) {
                json.skipChildren();
            } else {
                unknown.put(name, read(Object.class, json));
            }
        }
        if (!unknown.isEmpty()) {
            type.unknown().set(object, unknown);
        }
        return type.end(object);
    }
}
