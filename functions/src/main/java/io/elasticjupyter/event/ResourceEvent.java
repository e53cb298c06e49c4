package io.elasticjupyter.event;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.cloudevents.CloudEvent;
import io.elasticjupyter.api.v1alpha1.JupyterStatus;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * An event of a Knative <a href="https://knative.dev/docs/eventing/sources/apiserversource/">ApiServerSource</a>: a resource was
 * added, updated or deleted. Events are late, duplicated and out of order, so the event only identifies the resource to read.
 *
 * @param subject the resource that changed
 * @param owner the controller of the resource, if the event carries the whole object and the object has a controller
 * @param whole whether the event carries the whole object (source mode {@code Resource}) or a reference to it
 * @param statusOnly whether the event reports an update of the status of a resource that was reconciled in its current generation;
 *     false if the event carries a reference, which does not show it
 */
public record ResourceEvent(ResourceId subject, Optional<ResourceId> owner, boolean whole, boolean statusOnly) {

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
        if (!TYPE.matcher(event.getType()).matches()) {
            throw new BadEventException("The event's type is '" + event.getType() + "'. Send " + TYPE_PREFIX
                    + "resource.{add,update,delete} or " + TYPE_PREFIX + "ref.{add,update,delete}.");
        }
        boolean whole = event.getType().startsWith(TYPE_PREFIX + "resource.");
        JsonNode data = EventData.of(event, "Send the Kubernetes object, or a reference to it.");
        JsonNode metadata = whole ? data.path("metadata") : data;
        ResourceId subject = new ResourceId(
                required(event, "apiVersion", data, API_VERSION),
                required(event, "kind", data, KIND),
                required(event, "namespace", metadata, ObjectNames.NAMESPACE),
                required(event, "name", metadata, ObjectNames.NAME));
        return new ResourceEvent(subject, whole ? owner(metadata, subject.namespace()) : Optional.empty(), whole,
                event.getType().equals(TYPE_PREFIX + "resource.update") && isStatusOnly(data));
    }

    /**
     * The times of managed fields have a resolution of a second: a change of labels or annotations in the second of a status
     * update is not noticed. A condition that reports a failed delivery is removed by a run, so it needs one.
     */
    private static boolean isStatusOnly(JsonNode object) {
        JsonNode generation = object.path("metadata").path("generation");
        return generation.isNumber()
                && generation.asLong() == object.path("status").path("observedGeneration").asLong(-1)
                && lastWrite(object, true).compareTo(lastWrite(object, false)) >= 0
                && elements(object.path("status").path("conditions")).noneMatch(
                        condition -> condition.path("type").asText().equals(JupyterStatus.DELIVERED)
                                && condition.path("status").asText().equals("False"));
    }

    /** Returns the time of the last write to the status, or to the rest of an object, in RFC 3339; empty without one. */
    private static String lastWrite(JsonNode object, boolean toStatus) {
        return elements(object.path("metadata").path("managedFields"))
                .filter(entry -> entry.path("subresource").asText().equals("status") == toStatus)
                .map(entry -> entry.path("time").asText()).max(Comparator.naturalOrder()).orElse("");
    }

    private static Stream<JsonNode> elements(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
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

    private static Optional<ResourceId> owner(JsonNode metadata, String namespace) {
        for (JsonNode owner : metadata.path("ownerReferences")) {
            if (owner.path("controller").asBoolean()) {
                return Optional.of(new ResourceId(
                        valid("owner's apiVersion", owner.path("apiVersion").asText(), API_VERSION),
                        valid("owner's kind", owner.path("kind").asText(), KIND),
                        namespace,
                        valid("owner's name", owner.path("name").asText(), ObjectNames.NAME)));
            }
        }
        return Optional.empty();
    }
}
