package io.embeddedkubernetes.resource;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.embeddedkubernetes.json.JsonTrees;
import java.util.List;

/** An error that is sent as a Kubernetes Status, with the real API server's messages. */
public final class StatusError extends RuntimeException {

    /** One entry of {@code details.causes}. */
    public record Cause(String reason, String message, String field) {
        /** Returns the part of the Status message for this cause. */
        String line() {
            return field.isEmpty() ? message : field + ": " + message;
        }
    }

    private final transient ObjectNode status;

    private StatusError(int code, String reason, String message, ObjectNode details) {
        super(message, null, false, false);
        status = JsonTrees.object();
        status.put("kind", "Status").put("apiVersion", "v1").putObject("metadata");
        status.put("status", "Failure").put("message", message);
        if (reason != null) {
            status.put("reason", reason);
        }
        if (details != null) {
            status.set("details", details);
        }
        status.put("code", (long) code);
    }

    /** Returns whether the answer is the plain text of a server that serves nothing below the path. */
    public boolean isPlainText() {
        return code() == 404 && !status.has("reason");
    }

    public ObjectNode status() {
        return status;
    }

    public int code() {
        return status.path("code").asInt();
    }

    public static StatusError of(int code, String reason, String message) {
        return new StatusError(code, reason, message, null);
    }

    /** Returns an error with the reason that a real server gives with this code. */
    public static StatusError ofCode(int code, String message) {
        var reason = switch (code) {
            case 400 -> "BadRequest";
            case 401 -> "Unauthorized";
            case 403 -> "Forbidden";
            case 404 -> "NotFound";
            case 409 -> "Conflict";
            case 410 -> "Expired";
            case 422 -> "Invalid";
            case 429 -> "TooManyRequests";
            case 500 -> "InternalError";
            case 503 -> "ServiceUnavailable";
            case 504 -> "Timeout";
            default -> null;
        };
        return of(code, reason, message);
    }

    /** Reports a new object in a namespace that is being deleted. */
    public static StatusError terminating(ResourceType type, String name, String namespace) {
        var error = forbidden(type, name,
                "unable to create new content in namespace " + namespace + " because it is being terminated");
        ((ObjectNode) error.status.get("details")).set("causes", causes(List.of(new Cause("NamespaceTerminating",
                "namespace " + namespace + " is being terminated", "metadata.namespace"))));
        return error;
    }

    /** Reports a body that is well-formed but does not fit the type. */
    public static StatusError unreadable(ResourceType type, String message) {
        return badRequest(cannotHandle(type) + message);
    }

    public static String cannotHandle(ResourceType type) {
        return "%s in version \"%s\" cannot be handled as a %s: ".formatted(type.kind(), type.version(), type.kind());
    }

    public static StatusError badRequest(String message) {
        return of(400, "BadRequest", message);
    }

    public static StatusError noSuchPath() {
        var details = JsonTrees.object();
        return new StatusError(404, "NotFound", "the server could not find the requested resource", details);
    }

    /** Reports a path outside of the groups that are built in and those that definitions have brought. */
    public static StatusError pageNotFound() {
        return of(404, null, "404 page not found\n");
    }

    public static StatusError notFound(ResourceType type, String name) {
        return new StatusError(404, "NotFound", "%s \"%s\" not found".formatted(type.groupResource(), name),
                details(type, name));
    }

    public static StatusError ofNamespace(String name) {
        return new StatusError(404, "NotFound", "namespaces \"%s\" not found".formatted(name),
                JsonTrees.object().put("name", name).put("kind", "namespaces"));
    }

    public static StatusError alreadyExists(ResourceType type, String name) {
        return new StatusError(409, "AlreadyExists", "%s \"%s\" already exists".formatted(type.groupResource(), name),
                details(type, name));
    }

    public static StatusError conflict(ResourceType type, String name, String why) {
        return new StatusError(409, "Conflict",
                "Operation cannot be fulfilled on %s \"%s\": %s".formatted(type.groupResource(), name, why),
                details(type, name));
    }

    /** Reports a failed precondition. For built-in kinds the real server names the kind instead of the resource. */
    public static StatusError preconditionFailed(ResourceType type, String name, String why) {
        if (type.isCustom()) {
            return conflict(type, name, why);
        }
        var kind = type.group().isEmpty() ? type.kind() : type.kind() + "." + type.group();
        return new StatusError(409, "Conflict",
                "Operation cannot be fulfilled on %s \"%s\": %s".formatted(kind, name, why),
                details(type, name).put("kind", type.kind()));
    }

    public static StatusError forbidden(ResourceType type, String name, String why) {
        return new StatusError(403, "Forbidden",
                "%s \"%s\" is forbidden: %s".formatted(type.groupResource(), name, why),
                details(type, name));
    }

    public static StatusError methodNotAllowed() {
        return new StatusError(405, "MethodNotAllowed",
                "the server does not allow this method on the requested resource",
                JsonTrees.object());
    }

    public static StatusError invalid(ResourceType type, String name, List<Cause> causes) {
        var groupKind = type.group().isEmpty() ? type.kind() : type.kind() + "." + type.group();
        return invalid(groupKind, type.group(), type.kind(), name, causes);
    }

    /** Reports a JSON patch that does not fit the object. */
    public static StatusError rejectedPatch() {
        return new StatusError(422, "Invalid", "the server rejected our request due to an error in our request",
                JsonTrees.object());
    }

    /** Reports invalid options in a query or body. */
    public static StatusError invalidOptions(String kind, Cause cause) {
        return invalid(kind + ".meta.k8s.io", "meta.k8s.io", kind, "", List.of(cause));
    }

    /** Reports an update without the resourceVersion that it needs. */
    public static StatusError versionRequired(ResourceType type, String name) {
        return invalid(type.groupResource(), type.group(), type.plural(), name, List.of(new Cause("FieldValueInvalid",
                "Invalid value: 0: must be specified for an update", "metadata.resourceVersion")));
    }

    /** Reports a patch that cannot be applied. The real server names neither kind nor object here. */
    public static StatusError invalidPatch(List<Cause> causes) {
        return invalid("", "", "", "", causes);
    }

    private static StatusError invalid(String groupKind, String group, String kind, String name, List<Cause> causes) {
        var details = JsonTrees.object();
        put(details, "name", name);
        put(details, "group", group);
        put(details, "kind", kind);
        details.set("causes", causes(causes));
        var lines = causes.stream().map(Cause::line).distinct().toList();
        var all = lines.size() == 1 ? lines.getFirst() : "[" + String.join(", ", lines) + "]";
        return new StatusError(422, "Invalid", "%s \"%s\" is invalid: %s".formatted(groupKind, name, all), details);
    }

    public static StatusError applyConflict(String message, List<Cause> causes) {
        var details = JsonTrees.object();
        details.set("causes", causes(causes));
        return new StatusError(409, "Conflict", message, details);
    }

    private static ArrayNode causes(List<Cause> causes) {
        var list = JsonTrees.array();
        for (var cause : causes) {
            list.addObject().put("reason", cause.reason()).put("message", cause.message()).put("field", cause.field());
        }
        return list;
    }

    private static ObjectNode details(ResourceType type, String name) {
        var details = JsonTrees.object();
        put(details, "name", name);
        put(details, "group", type.group());
        put(details, "kind", type.plural());
        return details;
    }

    private static void put(ObjectNode node, String key, String value) {
        if (!value.isEmpty()) {
            node.put(key, value);
        }
    }
}
