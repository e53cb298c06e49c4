package io.elasticjupyter;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import co.elastic.logging.JsonUtils;
import co.elastic.logging.logback.EcsEncoder;
import java.util.Set;
import org.slf4j.Logger;

/**
 * The log goes to standard output: for people, or, where {@code LOG_FORMAT} is {@code ecs}, one JSON object a line by the
 * <a href="https://www.elastic.co/docs/reference/ecs">Elastic Common Schema</a>. Done in code, as nothing then is searched for
 * and parsed at the start.
 */
public final class LogConfiguration extends ContextAwareBase implements Configurator {

    private static final String ECS = "ecs";

    private static final String FOR_PEOPLE = "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level %logger{0}: %msg%n";

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        String format = System.getenv().getOrDefault("LOG_FORMAT", "");
        Encoder<ILoggingEvent> encoder = format.equals(ECS) ? new WithKeyValues() : forPeople();
        encoder.setContext(context);
        encoder.start();
        ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
        console.setContext(context);
        console.setEncoder(encoder);
        console.start();
        context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(Level.INFO);
        context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(console);
        // It warns once that v1alpha1 may change; the project's own documents say so.
        context.getLogger("io.fabric8.kubernetes.client.dsl.internal.VersionUsageUtils").setLevel(Level.ERROR);
        // It warns, with the names of classes, of a failed start, of which one line tells.
        context.getLogger(FunctionsApplication.Context.class).setLevel(Level.ERROR);
        if (!Set.of(ECS, "").contains(format)) {
            context.getLogger(LogConfiguration.class)
                    .warn("LOG_FORMAT is '{}'. Set it to ecs, or to nothing for text.", format);
        }
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    private static Encoder<ILoggingEvent> forPeople() {
        PatternLayoutEncoder pattern = new PatternLayoutEncoder();
        pattern.setPattern(FOR_PEOPLE);
        return pattern;
    }

    /** The library leaves out what was said by {@code addKeyValue}. */
    private static final class WithKeyValues extends EcsEncoder {

        @Override
        protected void addCustomFields(ILoggingEvent event, StringBuilder line) {
            if (event.getKeyValuePairs() != null) {
                event.getKeyValuePairs().forEach(pair -> {
                    line.append('"').append(pair.key).append("\":");
                    if (pair.value instanceof Number) {
                        line.append(pair.value).append(',');
                    } else {
                        line.append('"');
                        JsonUtils.quoteAsString(String.valueOf(pair.value), line);
                        line.append("\",");
                    }
                });
            }
        }
    }
}
