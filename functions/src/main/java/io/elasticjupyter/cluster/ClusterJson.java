package io.elasticjupyter.cluster;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationConfig;
import com.fasterxml.jackson.databind.cfg.CacheProvider;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.type.TypeFactory;
import com.fasterxml.jackson.databind.util.LookupCache;
import com.fasterxml.jackson.databind.util.TypeKey;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.apps.DeploymentSpec;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.lang.annotation.Annotation;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;

/**
 * How the cluster's objects are written and read. A process lives for seconds, so what counts is what the first object of each
 * class takes, and most of that is Jackson's look at the class.
 *
 * <p>Some of an object is never looked at and stays unread, so an object that was read is not written back: what is wanted is
 * applied.
 */
final class ClusterJson {

    private ClusterJson() {}

    static KubernetesSerialization create() {
        ObjectMapper mapper = new ObjectMapper();
        mapper.setCacheProvider(new Caches());
        mapper.setTypeFactory(TypeFactory.defaultInstance().withCache(new Cache<Object, JavaType>()));
        mapper.setAnnotationIntrospector(new Annotations());
        mapper.registerModule(new SimpleModule().setDeserializerModifier(new LazyDeserializers()));
        // Who set which field is the API server's concern; it is half of each object that it sends.
        leaveUnread(mapper, ObjectMeta.class, "managedFields");
        // It is applied, and never compared: the API server knows best whether that changed something.
        leaveUnread(mapper, DeploymentSpec.class, "template");
        // Every object is asked for by its class, so this need not look through all classes that it knows.
        return new KubernetesSerialization(mapper, false);
    }

    private static void leaveUnread(ObjectMapper mapper, Class<?> type, String property) {
        mapper.configOverride(type)
                .setIgnorals(JsonIgnoreProperties.Value.forIgnoredProperties(property).withAllowGetters());
    }

    /**
     * Caches that forget nothing: there are no more classes than those of the cluster's objects. Jackson's own keep count of
     * who was asked for last, and that takes a third of the time of its looks.
     */
    private static final class Caches implements CacheProvider {

        private static final long serialVersionUID = 1L;

        @Override
        public LookupCache<JavaType, JsonDeserializer<Object>> forDeserializerCache(DeserializationConfig config) {
            return new Cache<>();
        }

        @Override
        public LookupCache<TypeKey, JsonSerializer<Object>> forSerializerCache(SerializationConfig config) {
            return new Cache<>();
        }

        @Override
        public LookupCache<Object, JavaType> forTypeFactory() {
            return new Cache<>();
        }
    }

    /** Jackson's own, which looks through each annotation for others inside it. The cluster's objects have no such bundles. */
    private static final class Annotations extends JacksonAnnotationIntrospector {

        private static final long serialVersionUID = 1L;

        @Override
        public boolean isAnnotationBundle(Annotation annotation) {
            return false;
        }
    }

    private static final class Cache<K, V> implements LookupCache<K, V> {

        private final ConcurrentHashMap<K, V> entries = new ConcurrentHashMap<>();

        @Override
        public int size() {
            return entries.size();
        }

        @Override
        public V get(Object key) {
            return entries.get(key);
        }

        @Override
        public V put(K key, V value) {
            return entries.put(key, value);
        }

        @Override
        public V putIfAbsent(K key, V value) {
            return entries.putIfAbsent(key, value);
        }

        @Override
        public void clear() {
            entries.clear();
        }

        @Override
        public void contents(BiConsumer<K, V> consumer) {
            entries.forEach(consumer);
        }

        @Override
        public LookupCache<K, V> emptyCopy() {
            return new Cache<>();
        }
    }
}
