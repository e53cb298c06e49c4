package io.elasticjupyter.application;

import static io.elasticjupyter.application.FunctionCalls.assertProblem;

import io.cloudevents.CloudEvent;
import io.elasticjupyter.event.EventFunction;
import io.elasticjupyter.event.FunctionResult;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
@Import({ApiForTests.class, BrokenFunctionTest.BrokenFunctions.class})
class BrokenFunctionTest {

    @LocalServerPort
    private int port;

    @ParameterizedTest
    @ValueSource(strings = {"failing", "overflowing"})
    void anUnexpectedExceptionIsAnInternalError(String function) throws Exception {
        assertProblem(new FunctionCalls(port).post(function, "dev.knative.sources.ping", "{}"), 500);
    }

    @TestConfiguration(proxyBeanMethods = false)
    static class BrokenFunctions {

        @Bean
        EventFunction failing() {
            return new BrokenFunction("failing", () -> {
                throw new IllegalStateException();
            });
        }

        @Bean
        EventFunction overflowing() {
            return new BrokenFunction("overflowing", () -> {
                throw new StackOverflowError();
            });
        }
    }

    private record BrokenFunction(String name, Runnable bug) implements EventFunction {
        @Override
        public FunctionResult apply(CloudEvent event) {
            bug.run();
            throw new AssertionError("a bug throws");
        }
    }
}
