package io.elasticjupyter.cluster;

import io.elasticjupyter.api.v1alpha1.JupyterResource;
import io.fabric8.kubernetes.api.model.KubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.apps.DeploymentSpec;
import io.fabric8.kubernetes.client.CustomResource;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
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
 * A class of the cluster's objects whose JSON has one property for each field, and nothing for what is null or empty. So are our
 * own and all of Kubernetes' model but those that are named here. Their annotations tell Jackson the same, but to look at the
 * annotations of all fields and methods takes a tenth of a cold start. A test compares each class with what Jackson finds.
 */
final class ModelClass {

    private static final Set<String> MODEL = Set.of("io.fabric8.kubernetes.api.model",
            "io.fabric8.kubernetes.api.model.apps", "io.fabric8.kubernetes.api.model.rbac");
    private static final String OURS = JupyterResource.class.getPackageName();

    /** Their JSON has another form, and is Jackson's to write and read. */
    private static final Set<String> OTHERS = Set.of("AuthInfo", "Cluster", "Config", "DaemonEndpoint",
            "DefaultKubernetesResourceList", "Duration", "GenericKubernetesResourceList", "KubernetesList",
            "MicroTime");

    /** What came with an object and is no property of its class, as it came. */
    private static final String UNKNOWN = "additionalProperties";

    /**
     * What stays unread, because nobody looks at it: who set which field is the API server's concern, and is half of each object
     * that it sends; a Deployment's template is applied, and the API server knows best whether that changed something.
     */
    private static final Map<Class<?>, String> UNREAD = Map.of(ObjectMeta.class, "managedFields", DeploymentSpec.class,
            "template");

    private static final List<String> OF_A_RESOURCE = List.of("apiVersion", "kind", "metadata", "spec", "status");

    private static final Map<Class<?>, ModelClass> KNOWN = new ConcurrentHashMap<>();

    private final Constructor<?> constructor;
    private final Map<String, Property> properties = new LinkedHashMap<>();
    private final Field unknown;
    private final boolean isRecord;

    /**
     * One property.
     *
     * @param name its name in JSON
     * @param field has its value
     * @param type of its value
     * @param index its place among a record's
     * @param isRead whether it is read
     */
    record Property(String name, Field field, Type type, int index, boolean isRead) {}

    private ModelClass(Class<?> type) throws ReflectiveOperationException {
        isRecord = type.isRecord();
        Field others = null;
        for (Field field : fields(type)) {
            field.setAccessible(true);
            if (field.getName().equals(UNKNOWN)) {
                others = field;
            } else {
                // A name that Java keeps for itself begins with an underscore.
                String name = field.getName().startsWith("_") ? field.getName().substring(1) : field.getName();
                boolean isRead = (isRecord || !Modifier.isFinal(field.getModifiers()))
                        && !name.equals(UNREAD.get(type));
                properties.put(name, new Property(name, field, type(field, type), properties.size(), isRead));
            }
        }
        unknown = others;
        constructor = isRecord ? canonical(type) : type.getDeclaredConstructor();
        constructor.setAccessible(true);
    }

    /** Whether a class is one. */
    static boolean is(Class<?> type) {
        String name = type.getPackageName();
        return MODEL.contains(name)
                ? KubernetesResource.class.isAssignableFrom(type) && !Modifier.isAbstract(type.getModifiers())
                        && !OTHERS.contains(type.getSimpleName())
                : name.equals(OURS) && (type.isRecord() || CustomResource.class.isAssignableFrom(type));
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

    private static Constructor<?> canonical(Class<?> type) throws NoSuchMethodException {
        RecordComponent[] components = type.getRecordComponents();
        Class<?>[] types = new Class<?>[components.length];
        for (int i = 0; i < types.length; i++) {
            types[i] = components[i].getType();
        }
        return type.getDeclaredConstructor(types);
    }

    boolean isRecord() {
        return isRecord;
    }

    Iterable<Property> properties() {
        return properties.values();
    }

    Property property(String name) {
        return properties.get(name);
    }

    int size() {
        return properties.size();
    }

    Field unknown() {
        return unknown;
    }

    Constructor<?> constructor() {
        return constructor;
    }
}
