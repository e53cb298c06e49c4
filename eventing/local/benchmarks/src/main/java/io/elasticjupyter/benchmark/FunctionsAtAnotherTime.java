package io.elasticjupyter.benchmark;

import io.elasticjupyter.FunctionsApplication;
import java.time.Clock;
import java.time.Duration;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * The functions' own application with a clock of ours: what was created just now is an hour old to it, and an hour can pass in a
 * minute.
 */
final class FunctionsAtAnotherTime {

    /** Old enough for every rule about new kernels to be over. */
    static final Duration LATER = Duration.ofHours(1);

    private FunctionsAtAnotherTime() {}

    /** Runs them an hour later. */
    public static void main(String[] args) {
        start(Clock.offset(Clock.systemUTC(), LATER), args);
    }

    static ConfigurableApplicationContext start(Clock clock, String... args) {
        return FunctionsApplication.start((beans, environment) -> {
            beans.register(new FunctionsApplication());
            beans.registerBean("anotherTime", Clock.class, bean -> bean.primary().supplier(context -> clock));
        }, args);
    }
}
