package io.elasticjupyter.cluster;

import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationConfig;
import com.fasterxml.jackson.databind.module.SimpleDeserializers;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.module.SimpleSerializers;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;

/**
 * How the cluster's objects are written and read: the same JSON as the Kubernetes client's own way, found without a look at
 * annotations. A process lives for seconds, so what counts is what the first object of each class takes.
 *
 * <p>Some of an object is never looked at and stays unread, so an object that was read is not written back: what is wanted is
 * applied.
 */
final class ClusterJson {

    private ClusterJson() {}

    static KubernetesSerialization create() {
        SimpleModule models = new SimpleModule();
        models.setSerializers(new Writers());
        models.setDeserializers(new Readers());
        // Every object is asked for by its class, so this need not look through all classes that it knows.
        return new KubernetesSerialization(new ObjectMapper().registerModule(models), false);
    }

    private static final class Writers extends SimpleSerializers {

        private static final long serialVersionUID = 1L;

        @Override
        public JsonSerializer<?> findSerializer(SerializationConfig config, JavaType type,
                BeanDescription description) {
            return ModelClass.is(type.getRawClass()) ? new ModelWriter() : null;
        }
    }

    private static final class Readers extends SimpleDeserializers {

        private static final long serialVersionUID = 1L;

        @Override
        public JsonDeserializer<?> findBeanDeserializer(JavaType type, DeserializationConfig config,
                BeanDescription description) {
            return ModelClass.is(type.getRawClass()) ? new ModelReader(type.getRawClass()) : null;
        }
    }
}
