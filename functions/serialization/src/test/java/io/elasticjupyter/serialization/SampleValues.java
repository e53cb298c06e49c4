package io.elasticjupyter.serialization;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.KubernetesResource;
import io.fabric8.kubernetes.api.model.MicroTime;
import io.fabric8.kubernetes.api.model.Quantity;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Objects with a value in each field, to a depth. */
final class SampleValues {

    private SampleValues() {}

    static Object resource(Class<?> type, int depth) throws ReflectiveOperationException {
        Object object = type.getDeclaredConstructor().newInstance();
        for (Field field : type.getDeclaredFields()) {
            if (depth > 0 && !Modifier.isStatic(field.getModifiers()) && !Modifier.isFinal(field.getModifiers())
                    && !field.getName().equals("additionalProperties")) {
                Object value = value(field.getGenericType(), depth - 1);
                if (value != null) {
                    field.setAccessible(true);
                    field.set(object, value);
                }
            }
        }
        return object;
    }

    /** Returns a value of a type; null if the type is abstract or unknown. */
    private static Object value(Type type, int depth) throws ReflectiveOperationException {
        return switch (type) {
            case ParameterizedType list when list.getRawType() == List.class ->
                list(value(list.getActualTypeArguments()[0], depth - 1));
            case ParameterizedType map when map.getRawType() == Map.class ->
                map(value(map.getActualTypeArguments()[1], depth - 1));
            case Class<?> value when value == String.class || value == Object.class -> "text";
            case Class<?> value when value == Integer.class || value == int.class -> 7;
            case Class<?> value when value == Long.class || value == long.class -> 7_000_000_000L;
            case Class<?> value when value == Double.class || value == double.class -> 1.5;
            case Class<?> value when value == Boolean.class || value == boolean.class -> true;
            case Class<?> value when value == IntOrString.class -> new IntOrString("http");
            case Class<?> value when value == Quantity.class -> new Quantity("100", "m");
            case Class<?> value when value == MicroTime.class -> new MicroTime("2026-01-01T00:00:00.000000Z");
            case Class<?> value when value.isEnum() -> value.getEnumConstants()[0];
            case Class<?> value when KubernetesResource.class.isAssignableFrom(value)
                    && !Modifier.isAbstract(value.getModifiers()) ->
                resource(value, depth);
            default -> null;
        };
    }

    private static List<Object> list(Object element) {
        return element == null ? new ArrayList<>() : new ArrayList<>(List.of(element));
    }

    private static Map<String, Object> map(Object value) {
        return value == null ? new LinkedHashMap<>() : new LinkedHashMap<>(Map.of("key", value));
    }
}
