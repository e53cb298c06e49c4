package io.elasticjupyter.serialization;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.fabric8.kubernetes.api.model.KubernetesResource;
import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A class whose JSON representation follows from its fields: a record, or a Kubernetes resource that lists the names of its fields
 * in {@link JsonPropertyOrder}, as all classes do that fabric8 generates. {@link PlainJson} decides which classes are.
 */
final class ModelClass {

    private static final Map<Class<?>, Optional<ModelClass>> KNOWN = new ConcurrentHashMap<>();

    private final Constructor<?> constructor;
    private final Map<String, Property> properties = new LinkedHashMap<>();
    private final Object[] defaults;
    private final Method anyGetter;
    private final Method anySetter;

    /**
     * A property of an object. It is accessed by methods: for access to a field, the JVM generates code for each field.
     *
     * @param name its name in JSON
     * @param type type of its value
     * @param getter returns its value
     * @param setter sets its value; null for a component of a record, and for a property that cannot be changed
     * @param index position among the components of a record
     * @param omitsEmpty whether an empty list or map is not written
     */
    record Property(String name, Type type, Method getter, Method setter, int index, boolean omitsEmpty) {

        Object get(Object object) {
            return invoke(getter, object);
        }

        /** Sets the value in an object that {@link #newInstance} returned. */
        void set(Object instance, Object value) {
            if (instance instanceof Object[] components) {
                components[index] = value == null ? components[index] : value;
            } else if (setter != null) {
                invoke(setter, instance, value);
            }
        }
    }

    private ModelClass(Class<?> record, Map<String, Field> fields) throws NoSuchMethodException {
        List<Class<?>> types = new ArrayList<>();
        List<Object> values = new ArrayList<>();
        for (RecordComponent component : record.getRecordComponents()) {
            String name = component.getName();
            Class<?> type = component.getType();
            // The record need not be public.
            component.getAccessor().setAccessible(true);
            properties.put(name, new Property(name, component.getGenericType(), component.getAccessor(), null,
                    types.size(), PlainJson.omitsEmpty(fields.get(name))));
            types.add(type);
            values.add(type.isPrimitive() ? Array.get(Array.newInstance(type, 1), 0) : null);
        }
        constructor = record.getDeclaredConstructor(types.toArray(Class[]::new));
        constructor.setAccessible(true);
        defaults = values.toArray();
        anyGetter = null;
        anySetter = null;
    }

    private ModelClass(Class<?> resource, Class<?> declaring, Map<String, Field> fields) throws NoSuchMethodException {
        for (Map.Entry<String, Field> entry : fields.entrySet()) {
            String name = entry.getKey();
            Field field = entry.getValue();
            String suffix = Character.toUpperCase(name.charAt(0)) + name.substring(1);
            Method setter = Modifier.isFinal(field.getModifiers())
                    ? null
                    : declaring.getDeclaredMethod("set" + suffix, field.getType());
            properties.put(name, new Property(name, PlainJson.type(field, resource),
                    declaring.getDeclaredMethod("get" + suffix), setter, 0, PlainJson.omitsEmpty(field)));
        }
        boolean hasAny = properties.remove(PlainJson.ADDITIONAL) != null;
        anyGetter = hasAny ? declaring.getDeclaredMethod("getAdditionalProperties") : null;
        anySetter = hasAny
                ? declaring.getDeclaredMethod("setAdditionalProperty", String.class, Object.class)
                : null;
        constructor = resource.getConstructor();
        defaults = null;
    }

    /** Returns the model of a class; null if Jackson has to read and write its objects. */
    static ModelClass of(Class<?> type) {
        return KNOWN.computeIfAbsent(type, ModelClass::find).orElse(null);
    }

    private static Optional<ModelClass> find(Class<?> type) {
        try {
            if (type.isRecord()) {
                Map<String, Field> fields = PlainJson.fields(type);
                return fields.isEmpty() ? Optional.empty() : Optional.of(new ModelClass(type, fields));
            }
            if (!KubernetesResource.class.isAssignableFrom(type) || Modifier.isAbstract(type.getModifiers())) {
                return Optional.empty();
            }
            Class<?> declaring = PlainJson.declaring(type);
            Map<String, Field> fields = declaring == null ? Map.of() : PlainJson.fields(declaring, type);
            return fields.isEmpty() ? Optional.empty() : Optional.of(new ModelClass(type, declaring, fields));
        } catch (NoSuchMethodException e) {
            return Optional.empty();
        }
    }

    Iterable<Property> properties() {
        return properties.values();
    }

    /** Returns the property of that name; null if there is none. */
    Property property(String name) {
        return properties.get(name);
    }

    boolean hasAnySetter() {
        return anySetter != null;
    }

    void setAdditionalProperty(Object object, String name, Object value) {
        invoke(anySetter, object, name, value);
    }

    /** Returns the properties that an object has beyond those of its class. */
    Map<?, ?> additionalProperties(Object object) {
        Map<?, ?> additional = anyGetter == null ? null : (Map<?, ?>) invoke(anyGetter, object);
        return additional == null ? Map.of() : additional;
    }

    /** Returns an object whose properties can be set, until {@link #build} completes it. */
    Object newInstance() {
        return defaults == null ? construct() : defaults.clone();
    }

    Object build(Object instance) {
        return defaults == null ? instance : construct((Object[]) instance);
    }

    private Object construct(Object... arguments) {
        try {
            return constructor.newInstance(arguments);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Object invoke(Method method, Object object, Object... arguments) {
        try {
            return method.invoke(object, arguments);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }
}
