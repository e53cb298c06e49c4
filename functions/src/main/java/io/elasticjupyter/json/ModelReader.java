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
        if (token == null) {
            return other(type, json);
        }
        Type raw = type instanceof ParameterizedType container ? container.getRawType() : type;
        return switch (token) {
            case VALUE_NULL -> null;
            case START_OBJECT -> raw instanceof Class<?> model && ModelClass.is(model)
                    ? object(model, json)
                    : takes(raw, Map.class) ? entries(last(type), json) : other(type, json);
            case START_ARRAY -> takes(raw, List.class) ? elements(last(type), json) : other(type, json);
            case VALUE_STRING -> takes(raw, String.class)
                    ? json.getText()
                    : raw == IntOrString.class ? new IntOrString(json.getText()) : other(type, json);
            case VALUE_TRUE, VALUE_FALSE -> takes(raw, Boolean.class) || raw == boolean.class
                    ? (Object) json.getBooleanValue()
                    : other(type, json);
            case VALUE_NUMBER_INT -> number(raw, json);
            default -> other(type, json);
        };
    }

    private static boolean takes(Type type, Class<?> value) {
        return type == value || type == Object.class;
    }

    private static Object number(Type type, JsonParser json) throws IOException {
        if (type == Integer.class || type == int.class) {
            return json.getIntValue();
        }
        if (type == Long.class || type == long.class) {
            return json.getLongValue();
        }
        return type == IntOrString.class ? new IntOrString(json.getIntValue()) : other(type, json);
    }

    private static Object other(Type type, JsonParser json) throws IOException {
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
