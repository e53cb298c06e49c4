package io.elasticjupyter.api.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticjupyter.serialization.FastKubernetesSerialization;
import io.fabric8.kubernetes.api.model.KubernetesResource;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** The functions' serialization writes and reads the five kinds as Jackson does, and without introspection of their classes. */
class ResourceSerializationTest {

    @SuppressWarnings("unused")
    private static final List<Class<? extends JupyterResource<?, ?>>> KINDS = CustomResourceDefinitions.kinds();

    private final KubernetesSerialization jackson = new KubernetesSerialization();
    private final KubernetesSerialization serialization = new FastKubernetesSerialization();

    @ParameterizedTest
    @FieldSource("KINDS")
    void writesAndReadsAsJacksonDoes(Class<? extends JupyterResource<?, ?>> kind) throws Exception {
        for (boolean isFull : List.of(true, false)) {
            JupyterResource<?, ?> resource = resource(kind, isFull);
            String json = jackson.asJson(resource);

            assertThat(serialization.asJson(resource)).isEqualTo(json);
            assertThat(serialization.unmarshal(json, kind)).isEqualTo(jackson.unmarshal(json, kind));
        }
    }

    @ParameterizedTest
    @FieldSource("KINDS")
    void needsNoIntrospection(Class<? extends JupyterResource<?, ?>> kind) {
        Set<Class<?>> reachable = new LinkedHashSet<>(Set.of(kind));
        addReachable(kind.getGenericSuperclass(), reachable);

        assertThat(reachable).hasSizeGreaterThan(3);
        assertThat(reachable.stream().filter(FastKubernetesSerialization::introspects)).isEmpty();
    }

    private static void addReachable(Type type, Set<Class<?>> reachable) {
        if (type instanceof ParameterizedType container) {
            List.of(container.getActualTypeArguments()).forEach(argument -> addReachable(argument, reachable));
        } else if (type instanceof Class<?> model && isModel(model) && reachable.add(model)) {
            for (Field field : model.getDeclaredFields()) {
                addReachable(field.getGenericType(), reachable);
            }
        }
    }

    private static boolean isModel(Class<?> type) {
        return type.isRecord() || KubernetesResource.class.isAssignableFrom(type);
    }

    /** Returns a resource with a value in each component of its spec and its status, or in none. */
    @SuppressWarnings("unchecked")
    private static <S, T extends JupyterStatus> JupyterResource<S, T> resource(Class<?> kind, boolean isFull)
            throws ReflectiveOperationException {
        Type[] types = ((ParameterizedType) kind.getGenericSuperclass()).getActualTypeArguments();
        JupyterResource<S, T> resource = (JupyterResource<S, T>) kind.getConstructor().newInstance();
        resource.getMetadata().setName("name");
        resource.setSpec((S) record((Class<?>) types[0], isFull));
        resource.setStatus((T) record((Class<?>) types[1], isFull));
        return resource;
    }

    private static Object record(Class<?> type, boolean isFull) throws ReflectiveOperationException {
        List<Class<?>> types = new ArrayList<>();
        List<Object> values = new ArrayList<>();
        for (RecordComponent component : type.getRecordComponents()) {
            types.add(component.getType());
            values.add(isFull || component.getType().isPrimitive() ? value(component.getGenericType()) : null);
        }
        return type.getDeclaredConstructor(types.toArray(Class[]::new)).newInstance(values.toArray());
    }

    private static Object value(Type type) throws ReflectiveOperationException {
        if (type instanceof ParameterizedType container) {
            Type[] arguments = container.getActualTypeArguments();
            return container.getRawType() == List.class
                    ? List.of(value(arguments[0]))
                    : Map.of("key", value(arguments[1]));
        }
        Class<?> raw = (Class<?>) type;
        if (raw.isRecord()) {
            return record(raw, true);
        }
        if (raw.isEnum()) {
            return raw.getEnumConstants()[0];
        }
        if (KubernetesResource.class.isAssignableFrom(raw) && !Modifier.isAbstract(raw.getModifiers())) {
            return raw.getConstructor().newInstance();
        }
        Map<Class<?>, Object> values = Map.of(String.class, "text", Integer.class, 7, int.class, 7, Long.class, 7L,
                long.class, 7L, Boolean.class, true, boolean.class, true, Quantity.class, new Quantity("100", "m"));
        return values.get(raw);
    }
}
