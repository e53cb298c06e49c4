package io.elasticjupyter.event;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.cloudevents.CloudEvent;
import java.io.IOException;
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
 */
public record ResourceEvent(ResourceId subject, Optional<ResourceId> owner, boolean whole) {

    /** The first part of the type of every event that an ApiServerSource sends. */
    public static final String TYPE_PREFIX = "dev.knative.apiserver.";

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final Pattern TYPE = Pattern
            .compile("dev\\.knative\\.apiserver\\.(resource|ref)\\.(add|update|delete)");

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
        JsonNode data = data(event);
        JsonNode metadata = whole ? data.path("metadata") : data;
        ResourceId subject = new ResourceId(
                said("apiVersion", extension(event, "apiversion"), data.path("apiVersion")),
                said("kind", extension(event, "kind"), data.path("kind")),
                name("namespace", said("namespace", extension(event, "namespace"), metadata.path("namespace"))),
                name("name", said("name", extension(event, "name"), metadata.path("name"))));
        return new ResourceEvent(subject, whole ? owner(metadata, subject.namespace()) : Optional.empty(), whole);
    }

    private static JsonNode data(CloudEvent event) {
        if (event.getData() == null) {
            return MissingNode.getInstance();
        }
        try {
            JsonNode data = JSON.readTree(event.getData().toBytes());
            if (data.isObject()) {
                return data;
            }
            throw new BadEventException(
                    "The event's data is not a JSON object. Send the Kubernetes object, or a reference to it.");
        } catch (JacksonException e) {
            throw new BadEventException("The event's data is not JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new BadEventException("The event's data cannot be read: " + e.getMessage());
        }
    }

    /** The source's extensions say it right; only its {@code subject} guesses plurals and is never parsed. */
    private static Object extension(CloudEvent event, String name) {
        return event.getExtension(name);
    }

    private static String said(String field, Object extension, JsonNode inData) {
        if (extension != null && !extension.toString().isBlank()) {
            return extension.toString();
        }
        if (inData.isTextual() && !inData.textValue().isBlank()) {
            return inData.textValue();
        }
        throw new BadEventException("The event does not say the resource's " + field + ". Send it as the attribute 'ce-"
                + field.toLowerCase() + "' or in the data.");
    }

    private static String name(String field, String value) {
        if (NAME.matcher(value).matches()) {
            return value;
        }
        throw new BadEventException(
                "The event's " + field + " is not a Kubernetes name: use lower-case letters, digits, '-' and '.'.");
    }

    private static Optional<ResourceId> owner(JsonNode metadata, String namespace) {
        for (JsonNode owner : metadata.path("ownerReferences")) {
            if (owner.path("controller").asBoolean()) {
                return Optional
                        .of(new ResourceId(owner.path("apiVersion").asText(), owner.path("kind").asText(), namespace,
                                name("owner's name", owner.path("name").asText())));
            }
        }
        return Optional.empty();
    }
}
