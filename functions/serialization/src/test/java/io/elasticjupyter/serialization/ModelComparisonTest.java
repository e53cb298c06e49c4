package io.elasticjupyter.serialization;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.KubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.net.JarURLConnection;
import java.net.URL;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Compares every class of fabric8's model with what Jackson writes and reads, so that a new version of fabric8 cannot differ. */
class ModelComparisonTest {

    private static final String MODEL = "io/fabric8/kubernetes/api/model";
    private static final KubernetesSerialization DEFAULT = new KubernetesSerialization();
    private static final KubernetesSerialization FAST = new FastKubernetesSerialization();
    private static final ObjectMapper TREES = new ObjectMapper();

    static List<Class<?>> classes() throws Exception {
        TreeSet<String> names = new TreeSet<>();
        for (URL jar : Collections.list(ModelComparisonTest.class.getClassLoader().getResources(MODEL))) {
            if (jar.openConnection() instanceof JarURLConnection connection) {
                JarFile file = connection.getJarFile();
                file.stream().map(JarEntry::getName)
                        .filter(name -> name.endsWith(".class") && file.getEntry(builder(name)) != null)
                        .forEach(name -> names.add(name.replace(".class", "").replace('/', '.')));
            }
        }
        List<Class<?>> classes = new ArrayList<>();
        for (String name : names) {
            Class<?> type = Class.forName(name, false, ModelComparisonTest.class.getClassLoader());
            if (KubernetesResource.class.isAssignableFrom(type) && !Modifier.isAbstract(type.getModifiers())) {
                classes.add(type);
            }
        }
        return classes;
    }

    private static String builder(String classFile) {
        return classFile.replace(".class", "Builder.class");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("classes")
    void writesAndReadsTheSame(Class<?> type) throws Exception {
        for (Object sample : List.of(SampleValues.resource(type, 0), SampleValues.resource(type, 3))) {
            String json = write(DEFAULT, sample);

            assertThat(write(FAST, sample)).isEqualTo(json);
            // Some classes write nothing, or fail, without a value in each field.
            if (json.startsWith("{")) {
                assertThat(read(FAST, json, type)).isEqualTo(read(DEFAULT, json, type));
                String nulls = withNulls(json);
                assertThat(read(FAST, nulls, type)).isEqualTo(read(DEFAULT, nulls, type));
            }
        }
    }

    @Test
    void findsTheModel() throws Exception {
        assertThat(classes()).hasSizeGreaterThan(1000);
    }

    @Test
    void leavesFewClassesToJackson() throws Exception {
        assertThat(classes().stream().filter(FastKubernetesSerialization::introspects))
                .hasSizeLessThan(classes().size() / 20);
    }

    private static String write(KubernetesSerialization serialization, Object object) {
        try {
            return serialization.asJson(object);
        } catch (KubernetesClientException e) {
            return "fails";
        }
    }

    private static String read(KubernetesSerialization serialization, String json, Class<?> type) {
        try {
            return write(DEFAULT, serialization.unmarshal(json, type));
        } catch (KubernetesClientException e) {
            return "fails";
        }
    }

    private static String withNulls(String json) throws IOException {
        ObjectNode object = (ObjectNode) TREES.readTree(json);
        object.properties().forEach(property -> property.setValue(NullNode.getInstance()));
        return object.toString();
    }
}
