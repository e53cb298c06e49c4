package io.elasticjupyter.json;

import io.elasticjupyter.api.v1alpha1.JupyterResource;
import io.fabric8.kubernetes.api.model.KubernetesResource;
import io.fabric8.kubernetes.client.CustomResource;
import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A class whose JSON has one property for each field, and nothing for what is null; of the cluster's objects, nothing for what is
 * empty. So are our own records and kinds, and all of Kubernetes' model but those that are named here. Their annotations tell
 * Jackson the same, but to look at the annotations of all fields and methods takes a fifth of a cold start's processor time. A
 * test compares each class with what Jackson finds.
 */
final class ModelClass {

    private static final Set<String> MODEL = Set.of("io.fabric8.kubernetes.api.model",
            "io.fabric8.kubernetes.api.model.apps", "io.fabric8.kubernetes.api.model.rbac");
    private static final String OURS = "io.elasticjupyter.";

    /** Their JSON has another form, and is Jackson's to write and read. */
    private static final Set<String> OTHERS = Set.of("AuthInfo", "Cluster", "Config", "DaemonEndpoint",
            "DefaultKubernetesResourceList", "Duration", "GenericKubernetesResourceList", "KubernetesList",
            "MicroTime");

    /** What came with an object and is no property of its class, as it came. */
    private static final String UNKNOWN = "additionalProperties";

    private static final List<String> OF_A_RESOURCE = List.of("apiVersion", "kind", "metadata", "spec", "status");

    private static final Map<Class<?>, ModelClass> KNOWN = new ConcurrentHashMap<>();

    private final Constructor<?> constructor;
    private final Map<String, Property> properties = new LinkedHashMap<>();
    private final Property unknown;
    private final Object[] nothing;

    /**
     * One property. The object's own methods tell and take its value: to have it from the field, the JVM makes code for each.
     *
     * @param name its name in JSON
     * @param type of its value
     * @param getter tells its value
     * @param setter takes its value; null: it is not set so
     * @param index its place among a record's components
     * @param isRead whether it is read
     */
    record Property(String name, Type type, Method getter, Method setter, int index, boolean isRead) {

        Object get(Object object) {
            try {
                return getter.invoke(object);
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
        }

        /** Sets it in what {@link #begin} began. */
        void set(Object begun, Object value) {
            try {
                if (begun instanceof Object[] components) {
                    components[index] = value;
                } else {
                    setter.invoke(begun, value);
                }
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private ModelClass(Class<?> type) throws ReflectiveOperationException {
        Property others = null;
        if (type.isRecord()) {
            RecordComponent[] components = type.getRecordComponents();
            Class<?>[] types = new Class<?>[components.length];
            nothing = new Object[components.length];
            for (int i = 0; i < components.length; i++) {
                types[i] = components[i].getType();
                nothing[i] = nothing(types[i]);
                // The record may be its package's own.
                components[i].getAccessor().setAccessible(true);
                properties.put(components[i].getName(), new Property(components[i].getName(),
                        components[i].getGenericType(), components[i].getAccessor(), null, i, true));
            }
            constructor = type.getDeclaredConstructor(types);
            constructor.setAccessible(true);
        } else {
            for (Field field : fields(type)) {
                // A name that Java keeps for itself begins with an underscore.
                String name = field.getName().startsWith("_") ? field.getName().substring(1) : field.getName();
                Property property = property(field, name, type);
                if (name.equals(UNKNOWN)) {
                    others = property;
                } else {
                    properties.put(name, property);
                }
            }
            nothing = null;
            constructor = type.getConstructor();
        }
        unknown = others;
    }

    private static Property property(Field field, String name, Class<?> type) throws NoSuchMethodException {
        Class<?> declaring = field.getDeclaringClass();
        String inMethods = Character.toUpperCase(name.charAt(0)) + name.substring(1);
        Method setter = Modifier.isFinal(field.getModifiers())
                ? null
                : declaring.getDeclaredMethod("set" + inMethods, field.getType());
        return new Property(name, type(field, type), declaring.getDeclaredMethod("get" + inMethods), setter, 0,
                setter != null);
    }

    /** Whether a class is one. */
    static boolean is(Class<?> type) {
        String name = type.getPackageName();
        return MODEL.contains(name)
                ? KubernetesResource.class.isAssignableFrom(type) && !Modifier.isAbstract(type.getModifiers())
                        && !OTHERS.contains(type.getSimpleName())
                : (type.isRecord() && name.startsWith(OURS)) || JupyterResource.class.isAssignableFrom(type);
    }

    static ModelClass of(Class<?> type) {
        ModelClass known = KNOWN.get(type);
        if (known == null) {
            try {
                known = new ModelClass(type);
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
            KNOWN.put(type, known);
        }
        return known;
    }

    private static List<Field> fields(Class<?> type) throws NoSuchFieldException {
        List<Field> fields = new ArrayList<>();
        if (CustomResource.class.isAssignableFrom(type)) {
            for (String name : OF_A_RESOURCE) {
                fields.add(CustomResource.class.getDeclaredField(name));
            }
            return fields;
        }
        for (Field field : type.getDeclaredFields()) {
            if (!Modifier.isStatic(field.getModifiers())) {
                fields.add(field);
            }
        }
        return fields;
    }

    /** A custom resource says in its {@code extends} of what types its spec and its status are. */
    private static Type type(Field field, Class<?> type) {
        if (!CustomResource.class.isAssignableFrom(type)) {
            return field.getGenericType();
        }
        Type[] ofResource = ((ParameterizedType) type.getGenericSuperclass()).getActualTypeArguments();
        return switch (field.getName()) {
            case "spec" -> ofResource[0];
            case "status" -> ofResource[1];
            default -> field.getType();
        };
    }

    /** What is not said is null, or a primitive's nothing. */
    private static Object nothing(Class<?> type) {
        return type.isPrimitive() ? Array.get(Array.newInstance(type, 1), 0) : null;
    }

    boolean isRecord() {
        return nothing != null;
    }

    Iterable<Property> properties() {
        return properties.values();
    }

    /** The property of that name in JSON; null: there is none. */
    Property property(String name) {
        return properties.get(name);
    }

    /** What came with an object and is no property of its class; null: that is not kept. */
    Property unknown() {
        return unknown;
    }

    /** Begins an object, whose properties can then be set. */
    Object begin() {
        return isRecord() ? nothing.clone() : make();
    }

    /** The object that was begun. */
    Object end(Object begun) {
        return isRecord() ? make((Object[]) begun) : begun;
    }

    private Object make(Object... components) {
        try {
            return constructor.newInstance(components);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }
}
