package io.elasticjupyter.event;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.cloudevents.CloudEvent;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An event of a Knative <a href="https://knative.dev/docs/eventing/sources/apiserversource/">ApiServerSource</a>: a resource was
 * added, updated or deleted. Events are late, duplicated and out of order, so the event only identifies the resource to read, whether
 * its data is a reference to the resource or the whole resource.
 *
 * @param subject the resource that changed
 * @param change what happened to it
 */
public record ResourceEvent(ResourceId subject, Change change) {

    /** What happened to a resource. */
    public enum Change {
        /** It was created, or existed when the source started. */
        ADD,
        /** It was updated. */
        UPDATE,
        /** It was deleted. */
        DELETE
    }

    /** The prefix of the type of every event that an ApiServerSource sends. */
    public static final String TYPE_PREFIX = "dev.knative.apiserver.";

    private static final Pattern TYPE = Pattern
            .compile("dev\\.knative\\.apiserver\\.(resource|ref)\\.(add|update|delete)");

    private static final Pattern API_VERSION = Pattern.compile("([a-z0-9][-a-z0-9.]{0,251}/)?[a-z0-9]{1,63}");

    private static final Pattern KIND = Pattern.compile("[A-Za-z][A-Za-z0-9]{0,62}");

    /**
     * Reads an event.
     *
     * @throws BadEventException if its type is another one, or its kind, namespace or name is missing
     */
    public static ResourceEvent of(CloudEvent event) {
        Matcher type = TYPE.matcher(event.getType());
        if (!type.matches()) {
            throw new BadEventException("The event's type is '" + event.getType() + "'. Send " + TYPE_PREFIX
                    + "resource.{add,update,delete} or " + TYPE_PREFIX + "ref.{add,update,delete}.");
        }
        boolean whole = type.group(1).equals("resource");
        JsonNode data = EventData.of(event, "Send the Kubernetes object, or a reference to it.");
        JsonNode metadata = whole ? data.path("metadata") : data;
        ResourceId subject = new ResourceId(
                required(event, "apiVersion", data, API_VERSION),
                required(event, "kind", data, KIND),
                required(event, "namespace", metadata, ObjectNames.NAMESPACE),
                required(event, "name", metadata, ObjectNames.NAME));
        return new ResourceEvent(subject, Change.valueOf(type.group(2).toUpperCase(Locale.ROOT)));
    }

    /**
     * Returns the resource that the result of a reconcile function is about.
     *
     * @throws BadEventException if its attributes {@code kind}, {@code namespace} and {@code name} do not name one
     */
    public static ResourceId ofResult(CloudEvent event, String apiVersion) {
        JsonNode none = MissingNode.getInstance();
        return new ResourceId(apiVersion, required(event, "kind", none, KIND),
                required(event, "namespace", none, ObjectNames.NAMESPACE),
                required(event, "name", none, ObjectNames.NAME));
    }

    /** Prefers the extension attributes of the source. The {@code subject} is never parsed, because its plural is guessed. */
    private static String required(CloudEvent event, String field, JsonNode inData, Pattern pattern) {
        Object extension = event.getExtension(field.toLowerCase(Locale.ROOT));
        String value = extension != null ? extension.toString() : inData.path(field).asText();
        if (value.isBlank()) {
            throw new BadEventException(
                    "The event does not contain the resource's " + field + ". Send it as the attribute 'ce-"
                            + field.toLowerCase(Locale.ROOT) + "' or in the data.");
        }
        return valid(field, value, pattern);
    }

    private static String valid(String field, String value, Pattern pattern) {
        if (pattern.matcher(value).matches()) {
            return value;
        }
        throw new BadEventException(
                "The event's " + field + " is not a valid one. It must match " + pattern + ".");
    }
}
