package io.elasticjupyter.serialization;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.BeanProperty;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.PropertyMetadata;
import com.fasterxml.jackson.databind.PropertyName;
import io.elasticjupyter.serialization.ModelClass.Property;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Quantity;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads objects by their {@link ModelClass}, and every other value by Jackson's deserializer. */
final class ModelDeserializer extends JsonDeserializer<Object> {

    private final Class<?> type;
    private final ModelClass model;

    ModelDeserializer(Class<?> type, ModelClass model) {
        this.type = type;
        this.model = model;
    }

    @Override
    public Object deserialize(JsonParser json, DeserializationContext jackson) throws IOException {
        return json.currentToken() == JsonToken.START_OBJECT
                ? readObject(json, jackson)
                : jackson.handleUnexpectedToken(type, json);
    }

    private Object readObject(JsonParser json, DeserializationContext jackson) throws IOException {
        Object object = model.newInstance();
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String name = json.currentName();
            json.nextToken();
            Property property = model.property(name);
            if (property != null) {
                property.set(object, readProperty(property, json, jackson));
            } else if (model.hasAnySetter()) {
                model.setAdditionalProperty(object, name, read(Object.class, name, json, jackson));
            } else {
                jackson.handleUnknownProperty(json, this, type, name);
            }
        }
        return model.build(object);
    }

    private Object readProperty(Property property, JsonParser json, DeserializationContext jackson)
            throws IOException {
        try {
            return read(property.type(), property.name(), json, jackson);
        } catch (JsonMappingException e) {
            e.prependPath(type, property.name());
            throw e;
        }
    }

    /**
     * Reads the value that begins at the current token.
     *
     * @param property the name of the property that gets the value; null for an element of a list or an entry of a map
     */
    private static Object read(Type type, String property, JsonParser json, DeserializationContext jackson)
            throws IOException {
        Type raw = type instanceof ParameterizedType container ? container.getRawType() : type;
        return switch (json.currentToken()) {
            case VALUE_NULL -> null;
            case START_OBJECT -> {
                ModelClass model = raw instanceof Class<?> object ? ModelClass.of(object) : null;
                yield model != null
                        ? new ModelDeserializer((Class<?>) raw, model).readObject(json, jackson)
                        : accepts(raw, Map.class)
                                ? readEntries(contentType(type), json, jackson)
                                : readByJackson(type, property, json, jackson);
            }
            case START_ARRAY -> accepts(raw, List.class)
                    ? readElements(contentType(type), json, jackson)
                    : readByJackson(type, property, json, jackson);
            case VALUE_STRING -> accepts(raw, String.class)
                    ? json.getText()
                    : raw == IntOrString.class
                            ? new IntOrString(json.getText())
                            : raw == Quantity.class
                                    ? new Quantity(json.getText())
                                    : readByJackson(type, property, json, jackson);
            case VALUE_TRUE, VALUE_FALSE -> accepts(raw, Boolean.class) || raw == boolean.class
                    ? (Object) json.getBooleanValue()
                    : readByJackson(type, property, json, jackson);
            case VALUE_NUMBER_INT -> raw == Integer.class || raw == int.class
                    ? (Object) json.getIntValue()
                    : raw == Long.class || raw == long.class
                            ? (Object) json.getLongValue()
                            : raw == IntOrString.class
                                    ? new IntOrString(json.getIntValue())
                                    : readByJackson(type, property, json, jackson);
            default -> readByJackson(type, property, json, jackson);
        };
    }

    private static boolean accepts(Type type, Class<?> value) {
        return type == value || type == Object.class;
    }

    private static Object readByJackson(Type type, String property, JsonParser json, DeserializationContext jackson)
            throws IOException {
        JavaType javaType = jackson.getTypeFactory().constructType(type);
        // fabric8 reads the text of an integer as octal if the property is a file's mode.
        return property == null
                ? jackson.readValue(json, javaType)
                : jackson.readPropertyValue(json, new BeanProperty.Std(PropertyName.construct(property), javaType,
                        null, null, PropertyMetadata.STD_OPTIONAL), javaType);
    }

    /** Returns the type of a container's elements or of its entries' values. */
    private static Type contentType(Type container) {
        return container instanceof ParameterizedType type
                ? type.getActualTypeArguments()[type.getActualTypeArguments().length - 1]
                : Object.class;
    }

    private static List<Object> readElements(Type type, JsonParser json, DeserializationContext jackson)
            throws IOException {
        List<Object> elements = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            elements.add(read(type, null, json, jackson));
        }
        return elements;
    }

    private static Map<String, Object> readEntries(Type type, JsonParser json, DeserializationContext jackson)
            throws IOException {
        Map<String, Object> entries = new LinkedHashMap<>();
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String key = json.currentName();
            json.nextToken();
            entries.put(key, read(type, null, json, jackson));
        }
        return entries;
    }
}
