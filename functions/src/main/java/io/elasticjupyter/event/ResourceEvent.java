package io.elasticjupyter.event;

import com.fasterxml.jackson.databind.JsonNode;
import io.cloudevents.CloudEvent;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What an event of a Knative
 * <a href="https://knative.dev/docs/eventing/sources/apiserversource/">ApiServerSource</a> says: some resource was added,
 * updated or deleted. It is a hint of who to look at and no more: events come late, twice and out of order.
 *
 * @param subject the resource that changed
 * @param owner the resource that controls it, where the event carries the whole object and that object has a controller
 * @param whole whether the event carries the whole object (source mode {@code Resource}) or a reference to it
 * @param lastState the object as it was when it was deleted, as JSON; empty for other events. The one thing that cannot be
 *     read afresh
 */
public record ResourceEvent(ResourceId subject, Optional<ResourceId> owner, boolean whole, Optional<String> lastState) {

    /** The first part of the type of every event that an ApiServerSource sends. */
    public static final String TYPE_PREFIX = "dev.knative.apiserver.";

    private static final Pattern TYPE = Pattern
            .compile("dev\\.knative\\.apiserver\\.(resource|ref)\\.(add|update|delete)");

    private static final Pattern API_VERSION = Pattern.compile("([a-z0-9][-a-z0-9.]{0,251}/)?[a-z0-9]{1,63}");

    private static final Pattern KIND = Pattern.compile("[A-Za-z][A-Za-z0-9]{0,62}");

    /** A DNS subdomain (RFC 1123), which every name and namespace of an object is. */
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?");

    /**
     * Reads an event.
     *
     * @throws BadEventException when it is not an ApiServerSource's, or does not say kind, namespace and name
     */
    public static ResourceEvent of(CloudEvent event) {
        if (!TYPE.matcher(event.getType()).matches()) {
            throw new BadEventException("The event's type is '" + event.getType() + "'. Send " + TYPE_PREFIX
                    + "resource.{add,update,delete} or " + TYPE_PREFIX + "ref.{add,update,delete}.");
        }
        boolean whole = event.getType().startsWith(TYPE_PREFIX + "resource.");
        JsonNode data = EventData.of(event, "Send the Kubernetes object, or a reference to it.");
        JsonNode metadata = whole ? data.path("metadata") : data;
        ResourceId subject = new ResourceId(
                said(event, "apiVersion", data, API_VERSION),
                said(event, "kind", data, KIND),
                said(event, "namespace", metadata, NAME),
                said(event, "name", metadata, NAME));
        boolean deleted = event.getType().endsWith(".delete");
        return new ResourceEvent(subject, whole ? owner(metadata, subject.namespace()) : Optional.empty(), whole,
                whole && deleted ? Optional.of(data.toString()) : Optional.empty());
    }

    /** The source's extensions say it right; only its {@code subject} guesses plurals and is never parsed. */
    private static String said(CloudEvent event, String field, JsonNode inData, Pattern pattern) {
        Object extension = event.getExtension(field.toLowerCase(Locale.ROOT));
        String value = extension != null ? extension.toString() : inData.path(field).asText();
        if (value.isBlank()) {
            throw new BadEventException(
                    "The event does not say the resource's " + field + ". Send it as the attribute 'ce-"
                            + field.toLowerCase(Locale.ROOT) + "' or in the data.");
        }
        return valid(field, value, pattern);
    }

    private static String valid(String field, String value, Pattern pattern) {
        if (pattern.matcher(value).matches()) {
            return value;
        }
        throw new BadEventException(
                "The event's " + field + " is not one that Kubernetes has. It should match " + pattern + ".");
    }

    private static Optional<ResourceId> owner(JsonNode metadata, String namespace) {
        for (JsonNode owner : metadata.path("ownerReferences")) {
            if (owner.path("controller").asBoolean()) {
                return Optional.of(new ResourceId(
                        valid("owner's apiVersion", owner.path("apiVersion").asText(), API_VERSION),
                        valid("owner's kind", owner.path("kind").asText(), KIND),
                        namespace,
                        valid("owner's name", owner.path("name").asText(), NAME)));
            }
        }
        return Optional.empty();
    }
}
