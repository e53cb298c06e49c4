package io.elasticjupyter.application;

import io.cloudevents.CloudEvent;
import io.cloudevents.spring.messaging.CloudEventMessageConverter;
import io.cloudevents.spring.mvc.CloudEventHttpMessageConverter;
import io.elasticjupyter.event.EventFunction;
import io.elasticjupyter.event.EventKey;
import java.io.IOException;
import java.util.List;
import java.util.function.Function;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.cloud.function.context.FunctionRegistration;
import org.springframework.cloud.function.context.FunctionRegistry;
import org.springframework.cloud.function.json.JacksonMapper;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.http.HttpOutputMessage;
import org.springframework.messaging.Message;
import org.springframework.web.servlet.HandlerExceptionResolver;
import tools.jackson.databind.json.JsonMapper;

/** Serves the functions by Spring Cloud Function's web adapter, with CloudEvents for Spring as the format of requests and replies. */
@Configuration(proxyBeanMethods = false)
@Import({FunctionInvoker.class, ProblemHandler.class})
class FunctionWebConfiguration {

    private static final ParameterizedTypeReference<Function<Message<Object>, CloudEvent>> TYPE = new ParameterizedTypeReference<>() {
    };

    /**
     * Registers each function as one of messages, because Spring Cloud Function would otherwise hide why a message is not an
     * event, and take an event whose data is a list for a list of events.
     */
    @Bean
    SmartInitializingSingleton functionRegistrations(FunctionRegistry registry, OfferedFunctions functions,
            FunctionInvoker invoker, CloudEventMessageConverter converter) {
        EventReader reader = new EventReader(converter);
        return () -> functions.byName().values().forEach(function -> {
            Function<Message<Object>, CloudEvent> called = message -> invoker.invoke(function, reader.read(message));
            registry.register(new FunctionRegistration<>(called, function.name()).type(TYPE.getType()));
        });
    }

    /**
     * Writes replies without the headers of the request, which the web adapter copies: a Broker would take them for attributes
     * of the new event.
     */
    @Bean
    CloudEventHttpMessageConverter replyConverter() {
        return new CloudEventHttpMessageConverter() {
            @Override
            protected void writeInternal(CloudEvent event, HttpOutputMessage reply) throws IOException {
                reply.getHeaders().clear();
                super.writeInternal(event, reply);
            }
        };
    }

    /** Replaces Spring Cloud Function's own mapper, whose Joda-Time module is loaded at every start and used by nothing here. */
    @Bean
    org.springframework.cloud.function.json.JsonMapper functionJsonMapper(JsonMapper json) {
        return new JacksonMapper(json);
    }

    @Bean
    OfferedFunctions offeredFunctions(List<EventFunction> functions, ElasticJupyterProperties properties) {
        return OfferedFunctions.of(functions, properties.functions());
    }

    @Bean
    FunctionRequestFilter functionRequestFilter(OfferedFunctions functions, EventKey key,
            @Qualifier("handlerExceptionResolver") HandlerExceptionResolver problems) {
        return new FunctionRequestFilter(functions, key, problems);
    }
}
