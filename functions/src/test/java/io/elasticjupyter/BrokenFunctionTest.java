package io.elasticjupyter;

import static io.elasticjupyter.FunctionCalls.assertProblem;

import io.cloudevents.CloudEvent;
import io.elasticjupyter.event.EventFunction;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class BrokenFunctionTest {

    @Test
    void anExceptionIsAnsweredAsABug() throws Exception {
        isAnsweredAsABug(event -> {
            throw new IllegalStateException();
        });
    }

    @Test
    void anErrorIsAnsweredAsABug() throws Exception {
        isAnsweredAsABug(event -> {
            throw new StackOverflowError();
        });
    }

    private static void isAnsweredAsABug(Function<CloudEvent, CloudEvent> broken) throws Exception {
        try (var application = FunctionsApplication.start((beans, environment) -> {
            beans.register(new FunctionsApplication());
            beans.registerBean("broken", EventFunction.class,
                    bean -> bean.supplier(context -> new EventFunction("broken", broken)));
        }, "--server.port=0")) {
            int port = application.getEnvironment().getRequiredProperty("local.server.port", Integer.class);

            assertProblem(new FunctionCalls(port).post("broken", "dev.knative.sources.ping", "{}"), 500);
        }
    }
}
