package io.elasticjupyter.application;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import io.cloudevents.CloudEvent;
import io.cloudevents.spring.messaging.CloudEventMessageConverter;
import io.elasticjupyter.event.BadEventException;
import java.util.Optional;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessageHeaders;
import org.springframework.messaging.support.MessageBuilder;

/** Reads CloudEvents from messages, in binary and structured mode. */
record EventReader(CloudEventMessageConverter converter) {

    /**
     * Returns the event in a message.
     *
     * @throws BadEventException if the message is not a CloudEvent
     */
    CloudEvent read(Message<Object> message) {
        try {
            return (CloudEvent) converter.fromMessage(MessageBuilder.fromMessage(message)
                    .setHeader(MessageHeaders.CONTENT_TYPE, message.getHeaders().get("content-type")).build(),
                    CloudEvent.class);
        } catch (RuntimeException e) {
            // The SDK throws many types of exceptions, and each of them is caused by what was sent.
            throw new BadEventException("The request is not a CloudEvent: " + reason(e)
                    + " Send the attributes as 'ce-' headers, or the whole event as 'application/cloudevents+json'.");
        }
    }

    /** Returns the reason without the names of classes and positions in a buffer. */
    private static String reason(RuntimeException e) {
        if (e.getCause() instanceof MismatchedInputException) {
            return "its JSON is not an object with the attributes of an event.";
        }
        if (e.getCause() instanceof JacksonException json) {
            return "its JSON is broken: " + firstLine(json.getOriginalMessage());
        }
        // The message of an exception that only wraps another one begins with the name of the other's class.
        Throwable source = e.getCause() != null && e.getCause().toString().equals(e.getMessage()) ? e.getCause() : e;
        return firstLine(source.getMessage());
    }

    private static String firstLine(String message) {
        return Optional.ofNullable(message).flatMap(text -> text.lines().findFirst()).orElse("it cannot be parsed")
                .replaceFirst("[.]?$", ".");
    }
}
