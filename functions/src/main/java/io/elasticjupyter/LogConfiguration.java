package io.elasticjupyter;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import org.slf4j.Logger;
import org.springframework.boot.logging.logback.StructuredLogEncoder;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.env.Environment;
import org.springframework.core.env.StandardEnvironment;

/**
 * The log goes to standard output: for people, or one JSON object a line where {@code LOG_FORMAT} says which of Spring Boot's
 * formats ({@code ecs}, {@code gelf}, {@code logstash}). Done in code, as nothing then is searched for and parsed at the start.
 */
public final class LogConfiguration extends ContextAwareBase implements Configurator {

    private static final String FOR_PEOPLE = "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level %logger{0}: %msg%n";

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        Encoder<ILoggingEvent> encoder = encoder(context, System.getenv().getOrDefault("LOG_FORMAT", ""));
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
        context.getLogger(GenericApplicationContext.class).setLevel(Level.ERROR);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    private static Encoder<ILoggingEvent> encoder(LoggerContext context, String format) {
        if (format.isEmpty()) {
            PatternLayoutEncoder pattern = new PatternLayoutEncoder();
            pattern.setPattern(FOR_PEOPLE);
            return pattern;
        }
        context.putObject(Environment.class.getName(), new StandardEnvironment());
        StructuredLogEncoder structured = new StructuredLogEncoder();
        structured.setFormat(format);
        return structured;
    }
}
