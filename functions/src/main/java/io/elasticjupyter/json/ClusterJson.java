package io.elasticjupyter.json;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.module.SimpleDeserializers;
import com.fasterxml.jackson.databind.module.SimpleModule;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;

/**
 * How the cluster's objects are written and read: the same JSON as the Kubernetes client's own way, found without a look at
 * annotations. A process lives for seconds, so what counts is what the first object of each class takes.
 *
 * <p>Some of an object is never looked at and stays unread, so an object that was read is not written back: what is wanted is
 * applied.
 */
public final class ClusterJson extends KubernetesSerialization {

    private final ObjectMapper others;

    /** With the classes of Kubernetes that the functions use, and our own. */
    public ClusterJson() {
        this(new ObjectMapper());
    }

    private ClusterJson(ObjectMapper others) {
        // Every object is asked for by its class, so this need not look through all classes that it knows.
        super(others, false);
        this.others = others;
        SimpleModule models = new SimpleModule();
        models.setDeserializers(new Readers());
        others.registerModule(models);
    }

    @Override
    public <T> String asJson(T object) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = others.createGenerator(text)) {
            ModelWriter.write(object, json);
        } catch (IOException e) {
            throw KubernetesClientException.launderThrowable(e);
        }
        return text.toString();
    }

    @Override
    @SuppressWarnings("unchecked")
    public <T> T unmarshal(InputStream text, TypeReference<T> type) {
        if (!(type.getType() instanceof Class<?> model && ModelClass.is(model))) {
            return super.unmarshal(text, type);
        }
        try (JsonParser json = others.createParser(text)) {
            json.nextToken();
            return (T) ModelReader.read(model, json);
        } catch (IOException e) {
            throw KubernetesClientException.launderThrowable(e);
        }
    }

    @Override
    @SuppressWarnings("unchecked")
    public <T> T clone(T object) {
        return (T) unmarshal(asJson(object), object.getClass());
    }

    /** For what is within something else, a list of our own resources. */
    private static final class Readers extends SimpleDeserializers {

        private static final long serialVersionUID = 1L;

        @Override
        public JsonDeserializer<?> findBeanDeserializer(JavaType type, DeserializationConfig config,
                BeanDescription description) {
            return ModelClass.is(type.getRawClass()) ? new ModelReader(type.getRawClass()) : null;
        }
    }
}
