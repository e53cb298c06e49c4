package io.elasticjupyter.application;

import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.SpringBootExceptionReporter;
import org.springframework.boot.web.server.PortInUseException;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.convert.ConversionFailedException;
import org.springframework.core.env.EnumerablePropertySource;

/** Logs in one line why the application did not start, in place of Spring Boot's report or a stack trace. */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class StartFailureReporter implements SpringBootExceptionReporter {

    private static final Logger log = LoggerFactory.getLogger(FunctionsApplication.class);

    private final ConfigurableApplicationContext context;

    StartFailureReporter(ConfigurableApplicationContext context) {
        this.context = context;
    }

    @Override
    public boolean reportException(Throwable failure) {
        log.error("not started: {}", String.valueOf(message(failure)).replaceAll("\\s*\\R\\s*", " "));
        log.debug("not started", failure);
        return true;
    }

    private String message(Throwable failure) {
        for (Throwable e = failure; e != null; e = e.getCause()) {
            if (e instanceof PortInUseException port) {
                return "port " + port.getPort() + " is in use. Set server.port, or PORT, to one that is free.";
            }
            if (e instanceof ConversionFailedException conversion) {
                return "%s is '%s'. Set it to a valid %s.".formatted(propertyWith(conversion.getValue()),
                        conversion.getValue(), conversion.getTargetType().getType().getSimpleName());
            }
        }
        return NestedExceptionUtils.getMostSpecificCause(failure).getMessage();
    }

    private String propertyWith(Object value) {
        return context.getEnvironment().getPropertySources().stream()
                .filter(EnumerablePropertySource.class::isInstance).map(EnumerablePropertySource.class::cast)
                .flatMap(source -> Stream.of(source.getPropertyNames())
                        .filter(name -> String.valueOf(source.getProperty(name)).equals(value)))
                .findFirst().orElse("a property");
    }
}
