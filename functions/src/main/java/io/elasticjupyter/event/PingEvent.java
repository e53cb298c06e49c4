package io.elasticjupyter.event;

import com.fasterxml.jackson.databind.JsonNode;
import io.cloudevents.CloudEvent;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a <a href="https://knative.dev/docs/eventing/sources/ping-source/">PingSource</a>'s event says. Its data is what
 * somebody wrote by hand, so what is not understood is refused: a misspelt {@code dryRun} would delete.
 */
public final class PingEvent {

    /** The type of every such event. */
    public static final String TYPE = "dev.knative.sources.ping";

    private static final Pattern SOURCE = Pattern.compile("/apis/v1/namespaces/([^/]+)/pingsources/.*");

    /** A DNS subdomain (RFC 1123), which every name and namespace of an object is. */
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?");

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
     * @param fields that its data may have
     * @param example of such data, for those who send something else
     * @throws BadEventException when it is of another type, or its data is no JSON object or has another field
     */
    public static PingEvent of(CloudEvent event, List<String> fields, String example) {
        if (!event.getType().equals(TYPE)) {
            throw new BadEventException("The event's type is '" + event.getType() + "'. Send " + TYPE
                    + " with data such as " + example + ".");
        }
        JsonNode data = EventData.of(event, "Send one such as " + example + ", or {}.");
        data.fieldNames().forEachRemaining(field -> {
            if (!fields.contains(field)) {
                throw new BadEventException(
                        "The event's data." + field + " is unknown. There are: " + String.join(", ", fields) + ".");
            }
        });
        Matcher source = SOURCE.matcher(event.getSource().toString());
        return new PingEvent(data, source.matches() ? Optional.of(source.group(1)) : Optional.empty(), example);
    }

    /** The namespace of the PingSource that sent it; empty when somebody else did. */
    public Optional<String> sourceNamespace() {
        return sourceNamespace;
    }

    /** What to send, for those who sent something else. */
    public String example() {
        return example;
    }

    /**
     * A field with the name of an object or of a namespace.
     *
     * @throws BadEventException when it has something else
     */
    public Optional<String> name(String field) {
        return text(field, NAME, "is not a Kubernetes name");
    }

    /**
     * A field with one of these words.
     *
     * @throws BadEventException when it has something else
     */
    public Optional<String> oneOf(String field, List<String> words) {
        return text(field, Pattern.compile(String.join("|", words)), "should be one of " + String.join(", ", words));
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
     * A field that is true or false; false when it is missing.
     *
     * @throws BadEventException when it has something else
     */
    public boolean flag(String field) {
        JsonNode value = data.path(field);
        if (!value.isMissingNode() && !value.isBoolean()) {
            throw new BadEventException("The event's data." + field + " is " + value + ". Send true or false.");
        }
        return value.asBoolean();
    }
}
