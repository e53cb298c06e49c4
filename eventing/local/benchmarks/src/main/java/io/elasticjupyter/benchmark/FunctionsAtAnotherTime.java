package io.elasticjupyter.benchmark;

import io.elasticjupyter.application.FunctionsApplication;
import java.time.Clock;
import java.time.Duration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;

/**
 * The functions' application with a different clock: new objects are an hour old to it, and an hour can pass within a minute.
 */
final class FunctionsAtAnotherTime {

    /** Exceeds the limits of all rules about new kernels. */
    static final Duration LATER = Duration.ofHours(1);

    private FunctionsAtAnotherTime() {}

    /** Runs the functions with a clock that is an hour ahead. */
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
