package io.elasticjupyter.serialization;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationConfig;
import com.fasterxml.jackson.databind.module.SimpleDeserializers;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.module.SimpleSerializers;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.InputStream;

/**
 * A {@link KubernetesSerialization} with a short warm-up: it produces the same JSON, but Jackson introspects only the classes that
 * need it. Introspection of a class takes much longer than reading or writing one object, which is what a short-lived process
 * does.
 *
 * <p>Two differences to the default: an unknown property of a class that has no place for it is ignored, because a resource may
 * be newer than its class; and an empty document is an error, where the default returns null. An object is read by the requested
 * class only, so that the classes of all known resources need not be found and loaded. {@code JsonUnwrapped} has no effect on a
 * property whose class is read and written without introspection.
 */
public final class FastKubernetesSerialization extends KubernetesSerialization {

    /** Creates a serialization. Classes are discovered when an object of them is first read or written. */
    public FastKubernetesSerialization() {
        super(mapper(), false);
    }

    /** Returns whether objects of a class are left to Jackson, which introspects the class. */
    public static boolean introspects(Class<?> type) {
        return ModelClass.of(type) == null;
    }

    private static ObjectMapper mapper() {
        SimpleModule models = new SimpleModule("models");
        models.setSerializers(new ModelSerializers());
        models.setDeserializers(new ModelDeserializers());
        return new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).registerModule(models);
    }

    @Override
    public <T> T unmarshal(InputStream document, TypeReference<T> type) {
        T object = super.unmarshal(document, type);
        if (object == null) {
            throw new KubernetesClientException(
                    "Expected " + type.getType().getTypeName() + ", found an empty document");
        }
        return object;
    }

    private static final class ModelSerializers extends SimpleSerializers {

        private static final long serialVersionUID = 1L;

        @Override
        public JsonSerializer<?> findSerializer(SerializationConfig config, JavaType type, BeanDescription bean) {
            ModelClass model = ModelClass.of(type.getRawClass());
            return model == null ? null : new ModelSerializer();
        }
    }

    private static final class ModelDeserializers extends SimpleDeserializers {

        private static final long serialVersionUID = 1L;

        @Override
        public JsonDeserializer<?> findBeanDeserializer(JavaType type, DeserializationConfig config,
                BeanDescription bean) {
            ModelClass model = ModelClass.of(type.getRawClass());
            return model == null ? null : new ModelDeserializer(type.getRawClass(), model);
        }
    }
}
