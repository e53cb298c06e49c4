package io.elasticjupyter.serialization;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.type.TypeFactory;
import com.fasterxml.jackson.databind.util.Converter;
import io.fabric8.kubernetes.api.model.AnyType;
import io.fabric8.kubernetes.api.model.KubernetesResource;
import io.fabric8.kubernetes.api.model.Quantity;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Decides whether the JSON representation of a class follows from its fields. A class with anything that this does not know (an
 * annotation, a field without a name in JSON, a name without a field, a type of a field that is abstract) is left to Jackson.
 */
final class PlainJson {

    /** Name of the field that holds the properties that a class does not know. */
    static final String ADDITIONAL = "additionalProperties";

    private static final Set<Class<?>> VALUES = Set.of(String.class, Object.class, Boolean.class, boolean.class,
            Integer.class, int.class, Long.class, long.class, Double.class, double.class, Quantity.class);

    private PlainJson() {}

    /** Returns the fields of a record by the names of its components; none if the record is not plain. */
    static Map<String, Field> fields(Class<?> record) {
        Map<String, Field> fields = new LinkedHashMap<>();
        for (Field field : isPlain(record, null) ? record.getDeclaredFields() : new Field[0]) {
            // Most annotations of a component are those of its field: Jackson's cannot be applied to components.
            if (!Modifier.isStatic(field.getModifiers())) {
                fields.put(field.getName(), field);
                if (!isPlain(field, field.getName()) || !isPlain(field.getGenericType())) {
                    return Map.of();
                }
            }
        }
        return fields;
    }

    /** Returns the class that declares the fields of a resource, itself or a superclass; null if not exactly one does. */
    static Class<?> declaring(Class<?> resource) {
        Class<?> type = resource;
        while (isPlain(type, null) && !type.isAnnotationPresent(JsonPropertyOrder.class)) {
            if (type == Object.class || hasInstanceFields(type)) {
                return null;
            }
            type = type.getSuperclass();
        }
        return isPlain(type, null) && type.getSuperclass() == Object.class ? type : null;
    }

    private static boolean hasInstanceFields(Class<?> type) {
        for (Field field : type.getDeclaredFields()) {
            if (!Modifier.isStatic(field.getModifiers())) {
                return true;
            }
        }
        return false;
    }

    /** Returns the fields of a resource by their names in JSON, and {@link #ADDITIONAL}; none if the resource is not plain. */
    static Map<String, Field> fields(Class<?> declaring, Class<?> resource) {
        Map<String, Field> fields = new LinkedHashMap<>();
        for (String name : declaring.getAnnotation(JsonPropertyOrder.class).value()) {
            fields.put(name, null);
        }
        for (Field field : declaring.getDeclaredFields()) {
            if (Modifier.isStatic(field.getModifiers())) {
                continue;
            }
            // A Java keyword as a field's name has an underscore before it.
            String name = field.getName().startsWith("_") ? field.getName().substring(1) : field.getName();
            boolean isProperty = fields.containsKey(name) || name.equals(ADDITIONAL);
            if (isProperty && isPlain(field, name) && isPlain(type(field, resource))) {
                fields.put(name, field);
            } else if (isProperty || !Modifier.isFinal(field.getModifiers())) {
                return Map.of();
            }
        }
        return fields.containsValue(null) ? Map.of() : fields;
    }

    /** Returns the type of a resource's field, which a custom resource leaves to its subclass. */
    static Type type(Field field, Class<?> resource) {
        if (!(field.getGenericType() instanceof TypeVariable<?> variable)) {
            return field.getGenericType();
        }
        JavaType[] arguments = TypeFactory.defaultInstance().findTypeParameters(
                TypeFactory.defaultInstance().constructType(resource), field.getDeclaringClass());
        int index = List.of(field.getDeclaringClass().getTypeParameters()).indexOf(variable);
        return index < arguments.length && !arguments[index].hasGenericTypes()
                ? arguments[index].getRawClass()
                : variable;
    }

    static boolean omitsEmpty(AnnotatedElement element) {
        JsonInclude include = element.getAnnotation(JsonInclude.class);
        return include != null && include.value() == JsonInclude.Include.NON_EMPTY;
    }

    private static boolean isPlain(Type type) {
        if (type instanceof ParameterizedType container) {
            Type[] arguments = container.getActualTypeArguments();
            return container.getRawType() == List.class && isPlain(arguments[0])
                    || container.getRawType() == Map.class && arguments[0] == String.class && isPlain(arguments[1]);
        }
        return type instanceof Class<?> value && (VALUES.contains(value) || value.isEnum() || value.isRecord()
                || !Modifier.isAbstract(value.getModifiers()) && (KubernetesResource.class.isAssignableFrom(value)
                        || AnyType.class.isAssignableFrom(value)));
    }

    /** Returns whether all annotations of a class, or of the field with that name in JSON, are known to keep it plain. */
    private static boolean isPlain(AnnotatedElement element, String name) {
        for (Annotation annotation : element.getDeclaredAnnotations()) {
            if (isOfJackson(annotation.annotationType()) && !isPlain(annotation, name)) {
                return false;
            }
        }
        return true;
    }

    // Not a switch over patterns: the JVM generates code for each at the first use.
    private static boolean isPlain(Annotation annotation, String name) {
        if (annotation instanceof JsonInclude include) {
            return include.content() == JsonInclude.Include.ALWAYS && (include.value() == JsonInclude.Include.NON_NULL
                    || name != null && include.value() == JsonInclude.Include.NON_EMPTY);
        }
        if (annotation instanceof JsonProperty property) {
            return (property.value().isEmpty() || property.value().equals(name))
                    && property.access() == JsonProperty.Access.AUTO;
        }
        return annotation instanceof JsonPropertyOrder order && !order.alphabetic()
                || annotation instanceof JsonDeserialize deserialize && isDefault(deserialize) && name == null
                || annotation instanceof JsonIgnore && ADDITIONAL.equals(name)
                || annotation instanceof JsonClassDescription
                || annotation instanceof JsonPropertyDescription;
    }

    private static boolean isDefault(JsonDeserialize deserialize) {
        return deserialize.using() == JsonDeserializer.None.class && deserialize.builder() == Void.class
                && deserialize.as() == Void.class && deserialize.converter() == Converter.None.class;
    }

    private static boolean isOfJackson(Class<? extends Annotation> type) {
        String name = type.getPackageName();
        return name.equals(JsonProperty.class.getPackageName()) || name.equals(JsonDeserialize.class.getPackageName());
    }
}
