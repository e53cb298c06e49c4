package io.elasticjupyter.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.api.v1alpha1.JupyterResource;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

/** Each class is compared with what its annotations tell Jackson: with a value in each field, and with none. */
class ModelClassTest {

    private static final KubernetesSerialization ANNOTATED = new KubernetesSerialization();
    private static final KubernetesSerialization OURS = new ClusterJson();
    private static final ObjectMapper TREES = new ObjectMapper();

    /** What is no property, and what is not read. */
    private static final Set<String> NOT_FILLED = Set.of("additionalProperties", "managedFields", "template");

    static List<Class<?>> classes() throws Exception {
        List<Class<?>> classes = new ArrayList<>();
        for (Class<?> neighbour : List.of(Pod.class, Deployment.class, RoleBinding.class, JupyterResource.class)) {
            String inPackage = "classpath*:" + neighbour.getPackageName().replace('.', '/') + "/*.class";
            for (Resource found : new PathMatchingResourcePatternResolver().getResources(inPackage)) {
                String name = found.getFilename().replace(".class", "");
                Class<?> type = Class.forName(neighbour.getPackageName() + "." + name);
                if (ModelClass.is(type) && !Modifier.isAbstract(type.getModifiers())) {
                    classes.add(type);
                }
            }
        }
        assertThat(classes).hasSizeGreaterThan(300);
        return classes;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("classes")
    void whatIsWrittenAndReadIsTheSame(Class<?> type) throws Exception {
        for (Object sample : List.of(value(type, 0), value(type, 3))) {
            String json = ANNOTATED.asJson(sample);

            assertThat(tree(OURS.asJson(sample))).isEqualTo(tree(json));
            assertThat(tree(ANNOTATED.asJson(OURS.unmarshal(json, type))))
                    .isEqualTo(tree(ANNOTATED.asJson(ANNOTATED.unmarshal(json, type))));
        }
    }

    @Test
    void whatIsNoPropertyOfTheModelIsKept() throws Exception {
        String json = """
                {"name": "c", "fromTheFuture": {"list": [1, 2.5, true, null, "x"]}}""";

        assertThat(tree(OURS.asJson(OURS.unmarshal(json, Container.class)))).isEqualTo(tree(json));
    }

    @Test
    void whatIsNoPropertyOfOursIsLeftOut() {
        assertThat(OURS.unmarshal("""
                {"spec": {"fromTheFuture": {"a": [1]}, "image": "i"}, "more": 1}""", JupyterGateway.class).getSpec()
                .image())
                .isEqualTo("i");
    }

    @Test
    void aValueOfAnotherTypeIsRefused() {
        assertThatThrownBy(() -> OURS.unmarshal("{\"spec\": {\"replicas\": \"many\"}}", Deployment.class))
                .rootCause().hasMessageContaining("many");
        assertThatThrownBy(() -> OURS.unmarshal("{\"spec\": [1]}", Deployment.class)).rootCause()
                .hasMessageContaining("Array");
    }

    @Test
    void anAnswerThatIsEmptyOrEndsTooEarlyIsTheClustersFault() {
        assertThatThrownBy(() -> OURS.unmarshal("", Deployment.class)).isInstanceOf(KubernetesClientException.class);
        assertThatThrownBy(() -> OURS.unmarshal("{\"spec\": {", Deployment.class))
                .isInstanceOf(KubernetesClientException.class);
    }

    @Test
    void whatIsSaidToBeNullIsNull() {
        Deployment deployment = OURS.unmarshal("{\"metadata\": {\"labels\": null}, \"spec\": null}", Deployment.class);

        assertThat(deployment.getSpec()).isNull();
        assertThat(deployment.getMetadata().getLabels()).isNull();
    }

    private static JsonNode tree(String json) throws Exception {
        return TREES.readTree(json);
    }

    /** A value with all fields, so deep. */
    private static Object value(Type type, int depth) throws Exception {
        if (type instanceof ParameterizedType container) {
            Type[] of = container.getActualTypeArguments();
            if (container.getRawType() == List.class) {
                Object element = value(of[0], depth - 1);
                return element == null ? List.of() : List.of(element);
            }
            Object entry = container.getRawType() == Map.class ? value(of[1], depth - 1) : null;
            return entry == null ? Map.of() : Map.of("key", entry);
        }
        if (!(type instanceof Class<?>)) {
            return null;
        }
        Class<?> raw = (Class<?>) type;
        if (raw == String.class || raw == Object.class) {
            return "text";
        }
        if (raw == Integer.class || raw == int.class) {
            return 7;
        }
        if (raw == Long.class || raw == long.class) {
            return 7_000_000_000L;
        }
        if (raw == Double.class || raw == Float.class) {
            return 1.5;
        }
        if (raw == Boolean.class || raw == boolean.class) {
            return true;
        }
        if (raw == IntOrString.class) {
            return new IntOrString("http");
        }
        if (raw == Quantity.class) {
            return new Quantity("100", "m");
        }
        if (raw.isEnum()) {
            return raw.getEnumConstants()[0];
        }
        if (!ModelClass.is(raw)) {
            return null;
        }
        return raw.isRecord() ? ofRecord(raw, depth) : ofFields(raw, depth);
    }

    private static Object ofRecord(Class<?> type, int depth) throws Exception {
        List<Class<?>> types = new ArrayList<>();
        List<Object> values = new ArrayList<>();
        for (RecordComponent component : type.getRecordComponents()) {
            types.add(component.getType());
            values.add(depth > 0 || component.getType().isPrimitive()
                    ? value(component.getGenericType(), depth - 1)
                    : null);
        }
        Constructor<?> canonical = type.getDeclaredConstructor(types.toArray(Class[]::new));
        return canonical.newInstance(values.toArray());
    }

    private static Object ofFields(Class<?> type, int depth) throws Exception {
        Object object = type.getDeclaredConstructor().newInstance();
        for (Field field : type.getDeclaredFields()) {
            if (depth > 0 && !Modifier.isStatic(field.getModifiers())
                    && !NOT_FILLED.contains(field.getName())) {
                field.setAccessible(true);
                Object value = value(field.getGenericType(), depth - 1);
                if (value != null) {
                    field.set(object, value);
                }
            }
        }
        if (depth > 0 && object instanceof CustomResource<?, ?> resource) {
            fill(resource, ((ParameterizedType) type.getGenericSuperclass()).getActualTypeArguments(), depth);
        }
        return object;
    }

    @SuppressWarnings("unchecked")
    private static <S, T> void fill(CustomResource<S, T> resource, Type[] of, int depth) throws Exception {
        resource.getMetadata().setName("name");
        resource.setSpec((S) value(of[0], depth));
        resource.setStatus((T) value(of[1], depth));
    }
}
