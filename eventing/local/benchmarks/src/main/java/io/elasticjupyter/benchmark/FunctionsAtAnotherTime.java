package io.elasticjupyter.benchmark;

import io.elasticjupyter.application.FunctionsApplication;
import java.time.Clock;
import java.time.Duration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;

/**
 * The functions' own application with another clock: what was created just now is an hour old to it, and an hour can pass in a
 * minute.
 */
final class FunctionsAtAnotherTime {

    /** Old enough for every rule about new kernels to be over. */
    static final Duration LATER = Duration.ofHours(1);

    private FunctionsAtAnotherTime() {}

    /** Runs the functions an hour later. */
    public static void main(String[] args) {
        start(Clock.offset(Clock.systemUTC(), LATER), args);
    }

    static ConfigurableApplicationContext start(Clock clock, String... args) {
        return new SpringApplicationBuilder(FunctionsApplication.class)
                .initializers(context -> ((GenericApplicationContext) context).registerBean("anotherTime", Clock.class,
                        () -> clock, bean -> bean.setPrimary(true)))
                .run(args);
    }
}
