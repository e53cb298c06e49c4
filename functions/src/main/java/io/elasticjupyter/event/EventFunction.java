package io.elasticjupyter.event;

import io.cloudevents.CloudEvent;
import java.util.function.Function;
import org.springframework.cloud.function.context.FunctionRegistration;
import org.springframework.cloud.function.context.catalog.FunctionTypeUtils;

/**
 * A function from event to event, for Spring Cloud Function's catalog.
 *
 * @param name under which it is called
 * @param function what is called
 */
public record EventFunction(String name, Function<CloudEvent, CloudEvent> function) {

    /** As the catalog takes it. */
    public FunctionRegistration<Function<CloudEvent, CloudEvent>> registration() {
        return new FunctionRegistration<>(function, name)
                .type(FunctionTypeUtils.functionType(CloudEvent.class, CloudEvent.class));
    }
}
