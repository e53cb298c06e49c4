package io.elasticjupyter.event;

import com.fasterxml.jackson.databind.JsonNode;
import io.cloudevents.CloudEvent;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An event of a <a href="https://knative.dev/docs/eventing/sources/ping-source/">PingSource</a>. Users write its data by hand,
 * so unknown fields are rejected: a misspelt {@code dryRun} would delete kernels.
 */
public final class PingEvent {

    /** The type of the events. */
    public static final String TYPE = "dev.knative.sources.ping";

    private static final Pattern SOURCE = Pattern
            .compile("/apis/v1/namespaces/(" + ObjectNames.NAMESPACE + ")/pingsources/" + ObjectNames.NAME);

    private final JsonNode data;
    private final Optional<String> sourceNamespace;
    private final String example;

    private PingEvent(JsonNode data, Optional<String> sourceNamespace, String example) {
        this.data = data;
        this.sourceNamespace = sourceNamespace;
        this.example = example;
    }

    /**
     * Reads an event.
     *
     * @param fields the fields that its data may have
     * @param example an example of valid data, for error messages
     * @throws BadEventException if its type is another one, or its data is not a JSON object or has another field
     */
    public static PingEvent of(CloudEvent event, List<String> fields, String example) {
        if (!event.getType().equals(TYPE)) {
            throw new BadEventException("The event's type is '" + event.getType() + "'. Send " + TYPE
                    + " with data such as " + example + ".");
        }
        JsonNode data = EventData.of(event, "Send data such as " + example + ", or {}.");
        data.fieldNames().forEachRemaining(field -> {
            if (!fields.contains(field)) {
                throw new BadEventException(
                        "The event's data." + field + " is unknown. Known fields: " + String.join(", ", fields) + ".");
            }
        });
        Matcher source = SOURCE.matcher(event.getSource().toString());
        return new PingEvent(data, source.matches() ? Optional.of(source.group(1)) : Optional.empty(), example);
    }

    /** Returns the namespace of the PingSource that sent the event; empty for another sender. */
    public Optional<String> sourceNamespace() {
        return sourceNamespace;
    }

    /** Returns the example of valid data. */
    public String example() {
        return example;
    }

    /**
     * Returns the value of a field that is the name of a namespace.
     *
     * @throws BadEventException if the value is not such a name
     */
    public Optional<String> namespace(String field) {
        return text(field, ObjectNames.NAMESPACE, "is not the name of a namespace");
    }

    /**
     * Returns the value of a field that is the name of an object.
     *
     * @throws BadEventException if the value is not such a name
     */
    public Optional<String> name(String field) {
        return text(field, ObjectNames.NAME, "is not a Kubernetes name");
    }

    /**
     * Returns the value of a field that is one of these words.
     *
     * @throws BadEventException if the value is another one
     */
    public Optional<String> oneOf(String field, List<String> words) {
        return text(field, Pattern.compile(String.join("|", words)), "must be one of " + String.join(", ", words));
    }

    private Optional<String> text(String field, Pattern pattern, String wrong) {
        JsonNode value = data.path(field);
        if (value.isMissingNode()) {
            return Optional.empty();
        }
        if (value.isTextual() && pattern.matcher(value.textValue()).matches()) {
            return Optional.of(value.textValue());
        }
        throw new BadEventException("The event's data." + field + " " + wrong + ".");
    }

    /**
     * Returns the value of a boolean field; false if it is missing.
     *
     * @throws BadEventException if the value is not a boolean
     */
    public boolean flag(String field) {
        JsonNode value = data.path(field);
        if (!value.isMissingNode() && !value.isBoolean()) {
            throw new BadEventException("The event's data." + field + " is " + value + ". Send true or false.");
        }
        return value.asBoolean();
    }
}
