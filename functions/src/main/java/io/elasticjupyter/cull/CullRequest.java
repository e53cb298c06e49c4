package io.elasticjupyter.cull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cloudevents.CloudEvent;
import io.elasticjupyter.event.BadEventException;
import io.elasticjupyter.event.ResourceEvent;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an event asks the cull function to look at.
 *
 * @param namespace where; empty: everywhere
 * @param gateway which gateway; empty: all of them
 * @param dryRun report what would be deleted, and change nothing
 */
record CullRequest(Optional<String> namespace, Optional<String> gateway, boolean dryRun) {

    /** The type of a <a href="https://knative.dev/docs/eventing/sources/ping-source/">PingSource</a>'s events. */
    static final String PING = "dev.knative.sources.ping";

    private static final Pattern SOURCE = Pattern.compile("/apis/v1/namespaces/([^/]+)/pingsources/.*");

    private static final List<String> FIELDS = List.of("gateway", "namespace", "dryRun");

    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * Reads a PingSource's event, whose data may name a gateway and its namespace, or an ApiServerSource's event about a
     * kernel's pod, which asks for a look at the gateways of its namespace.
     *
     * @throws BadEventException when it is neither
     */
    static CullRequest of(CloudEvent event) {
        if (event.getType().startsWith(ResourceEvent.TYPE_PREFIX)) {
            ResourceEvent resource = ResourceEvent.of(event);
            if (!resource.subject().isA(Pod.class)) {
                throw new BadEventException("The event is about a " + resource.subject().kind()
                        + ". Send events about a kernel's Pod, or of type " + PING + ".");
            }
            return new CullRequest(Optional.of(resource.subject().namespace()), Optional.empty(), false);
        }
        if (!event.getType().equals(PING)) {
            throw new BadEventException("The event's type is '" + event.getType() + "'. Send " + PING
                    + " with data such as {\"gateway\": \"g\", \"namespace\": \"default\"}.");
        }
        JsonNode data = data(event);
        Matcher source = SOURCE.matcher(event.getSource().toString());
        Optional<String> gateway = text(data, "gateway");
        Optional<String> namespace = text(data, "namespace")
                .or(() -> gateway.isPresent() && source.matches() ? Optional.of(source.group(1)) : Optional.empty());
        if (gateway.isPresent() && namespace.isEmpty()) {
            throw new BadEventException("The event names the gateway '" + gateway.get()
                    + "' and not its namespace. Send data such as {\"gateway\": \"g\", \"namespace\": \"default\"}.");
        }
        return new CullRequest(namespace, gateway, dryRun(data));
    }

    /** Misread, a dry run would delete. */
    private static boolean dryRun(JsonNode data) {
        data.fieldNames().forEachRemaining(field -> {
            if (!FIELDS.contains(field)) {
                throw new BadEventException("The event's data." + field + " is unknown. There are: "
                        + String.join(", ", FIELDS) + ".");
            }
        });
        JsonNode dryRun = data.path("dryRun");
        if (!dryRun.isMissingNode() && !dryRun.isBoolean()) {
            throw new BadEventException("The event's data.dryRun is " + dryRun + ". Send true or false.");
        }
        return dryRun.asBoolean();
    }

    private static JsonNode data(CloudEvent event) {
        try {
            JsonNode data = event.getData() == null
                    ? JSON.createObjectNode()
                    : JSON.readTree(event.getData().toBytes());
            if (data.isObject()) {
                return data;
            }
        } catch (IOException e) {
            // Said below.
        }
        throw new BadEventException(
                "The event's data is not a JSON object. Send one such as {\"gateway\": \"g\", \"namespace\": \"default\"}, or {}.");
    }

    private static Optional<String> text(JsonNode data, String field) {
        JsonNode value = data.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return Optional.empty();
        }
        if (value.isTextual() && value.textValue().matches("[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?")) {
            return Optional.of(value.textValue());
        }
        throw new BadEventException("The event's data." + field + " is not a Kubernetes name.");
    }
}
