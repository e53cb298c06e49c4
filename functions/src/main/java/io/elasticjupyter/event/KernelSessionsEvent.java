package io.elasticjupyter.event;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.cloudevents.CloudEvent;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * An event of a gateway about the sessions of its kernels. The gateway is another tenant's program, so every part is limited and
 * validated.
 *
 * @param action what the gateway asks for
 * @param namespace the namespace of the JupyterGateway
 * @param gateway the name of the JupyterGateway
 * @param key the gateway's session key, in the attribute {@value EventKey#ATTRIBUTE}
 * @param pod the name of the gateway's pod
 * @param sessions the sessions to store, as JSON, by the kernel's id; only for {@link Action#STORE}
 * @param reattached the ids of the kernels that the gateway has connected to again; only for {@link Action#REATTACHED}
 * @param lost the ids of the kernels that it could not connect to, because they no longer run; only for {@link Action#REATTACHED}
 * @param known the ids of all kernels that the gateway knows of; only for {@link Action#REATTACHED}
 */
public record KernelSessionsEvent(Action action, String namespace, String gateway, String key, String pod,
        Map<String, String> sessions, Set<String> reattached, Set<String> lost, Set<String> known) {

    /** The type of the events, before the name of the action. */
    public static final String TYPE_PREFIX = "io.elasticjupyter.kernelsessions.";

    /** The greatest number of kernels in an event. */
    public static final int MAX_KERNELS = 10_000;

    /** The greatest size of a session, in characters. A session has about 2,000, and the variables that a request may set. */
    public static final int MAX_SESSION = 65_536;

    private static final String EXAMPLE = "{\"namespace\": \"default\", \"gateway\": \"g\", \"pod\": \"g-1\"}";

    private static final Pattern KERNEL_ID = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?");

    /** What a gateway asks for. */
    public enum Action {
        /** Store sessions. */
        STORE,
        /** Return all sessions of the gateway. */
        LOAD,
        /** Record which kernels the gateway has connected to again. */
        REATTACHED
    }

    /** Leaves out the key and the sessions, which contain keys. */
    @Override
    public String toString() {
        return action + " of JupyterGateway " + namespace + "/" + gateway;
    }

    /**
     * Reads an event.
     *
     * @throws BadEventException if it is not a valid one
     * @throws UnauthenticatedException if it has no key
     */
    public static KernelSessionsEvent of(CloudEvent event) {
        Action action = action(event.getType());
        if (!(event.getExtension(EventKey.ATTRIBUTE) instanceof String key)) {
            throw UnauthenticatedException.wrongSessionKey();
        }
        ObjectNode data = EventData.of(event, "Send data such as " + EXAMPLE + ".");
        return new KernelSessionsEvent(action, text(data, "namespace", ObjectNames.NAMESPACE),
                text(data, "gateway", ObjectNames.NAME), key, text(data, "pod", ObjectNames.NAME),
                action == Action.STORE ? sessions(data.path("sessions")) : Map.of(),
                action == Action.REATTACHED ? ids(data, "reattached") : Set.of(),
                action == Action.REATTACHED ? ids(data, "lost") : Set.of(),
                action == Action.REATTACHED ? ids(data, "known") : Set.of());
    }

    private static Action action(String type) {
        Optional<Action> action = Arrays.stream(Action.values()).filter(each -> type.equals(type(each))).findFirst();
        return action.orElseThrow(() -> new BadEventException("The event's type is not one of this function. Send "
                + Arrays.stream(Action.values()).map(KernelSessionsEvent::type).collect(Collectors.joining(", "))
                + "."));
    }

    private static String type(Action action) {
        return TYPE_PREFIX + action.name().toLowerCase(Locale.ROOT);
    }

    private static String text(JsonNode data, String field, Pattern pattern) {
        String value = data.path(field).asText();
        if (!pattern.matcher(value).matches()) {
            throw new BadEventException("The event's data." + field + " is not a valid name. Send data such as "
                    + EXAMPLE + ".");
        }
        return value;
    }

    private static Map<String, String> sessions(JsonNode byId) {
        if (!byId.isObject() || byId.isEmpty() || byId.size() > MAX_KERNELS) {
            throw new BadEventException("The event's data.sessions is not an object with 1 to " + MAX_KERNELS
                    + " sessions by the ids of their kernels.");
        }
        Map<String, String> sessions = new LinkedHashMap<>();
        byId.properties().forEach(each -> sessions.put(id("sessions", each.getKey()), session(each.getValue())));
        return sessions;
    }

    private static String session(JsonNode session) {
        String json = session.toString();
        if (!session.isObject() || json.length() > MAX_SESSION) {
            throw new BadEventException("A session in the event's data.sessions is not an object of at most "
                    + MAX_SESSION + " characters. Start the kernel with fewer or shorter environment variables.");
        }
        return json;
    }

    private static Set<String> ids(JsonNode data, String field) {
        JsonNode list = data.path(field);
        if (!list.isMissingNode() && !list.isArray() || list.size() > MAX_KERNELS) {
            throw new BadEventException("The event's data." + field + " is not a list of at most " + MAX_KERNELS
                    + " ids of kernels.");
        }
        Set<String> ids = new LinkedHashSet<>();
        list.forEach(each -> ids.add(id(field, each.asText())));
        return ids;
    }

    private static String id(String field, String id) {
        if (!KERNEL_ID.matcher(id).matches()) {
            throw new BadEventException("The event's data." + field + " contains an id that is not one of a kernel.");
        }
        return id;
    }
}
