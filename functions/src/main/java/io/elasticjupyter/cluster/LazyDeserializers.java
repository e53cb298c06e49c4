package io.elasticjupyter.cluster;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.deser.BeanDeserializerBase;
import com.fasterxml.jackson.databind.deser.BeanDeserializerModifier;
import com.fasterxml.jackson.databind.deser.std.DelegatingDeserializer;
import com.fasterxml.jackson.databind.jsontype.TypeDeserializer;
import java.io.IOException;

/**
 * Lets Jackson look at a class when the first JSON of that class is read. By itself it looks at all classes that a class can
 * refer to, which for a Deployment are the 200 of a pod's template, most of which no object here ever has.
 */
final class LazyDeserializers extends BeanDeserializerModifier {

    private static final long serialVersionUID = 1L;

    @Override
    public JsonDeserializer<?> modifyDeserializer(DeserializationConfig config, BeanDescription type,
            JsonDeserializer<?> deserializer) {
        return deserializer instanceof BeanDeserializerBase bean ? new Lazy(bean) : deserializer;
    }

    private static final class Lazy extends DelegatingDeserializer {

        private static final long serialVersionUID = 1L;

        private volatile boolean resolved;

        private Lazy(JsonDeserializer<?> delegatee) {
            super(delegatee);
        }

        @Override
        protected JsonDeserializer<?> newDelegatingInstance(JsonDeserializer<?> delegatee) {
            return new Lazy(delegatee);
        }

        @Override
        public void resolve(DeserializationContext context) {
            // When it is used.
        }

        private void resolveOnce(DeserializationContext context) throws JsonMappingException {
            if (!resolved) {
                synchronized (this) {
                    if (!resolved) {
                        super.resolve(context);
                        resolved = true;
                    }
                }
            }
        }

        @Override
        public Object deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            resolveOnce(context);
            return super.deserialize(parser, context);
        }

        @Override
        public Object deserialize(JsonParser parser, DeserializationContext context, Object into) throws IOException {
            resolveOnce(context);
            return super.deserialize(parser, context, into);
        }

        @Override
        public Object deserializeWithType(JsonParser parser, DeserializationContext context, TypeDeserializer type)
                throws IOException {
            resolveOnce(context);
            return super.deserializeWithType(parser, context, type);
        }
    }
}
