package io.embeddedkubernetes.resource;

import com.fasterxml.jackson.databind.JsonNode;
import io.embeddedkubernetes.json.JsonTrees;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/** Collects what is wrong with an object, in the words of Kubernetes' field errors. */
public final class Violations {

    private final List<StatusError.Cause> causes = new ArrayList<>();

    public List<StatusError.Cause> causes() {
        return causes;
    }

    public void addAll(Collection<StatusError.Cause> more) {
        causes.addAll(more);
    }

    public void required(String path) {
        add("FieldValueRequired", path, "Required value");
    }

    public void required(String path, String message) {
        add("FieldValueRequired", path, "Required value: " + message);
    }

    public void invalid(String path, String value, String message) {
        invalidJson(path, JsonTrees.quote(value), message);
    }

    public void invalid(String path, JsonNode value, String message) {
        invalidJson(path, value.isMissingNode() ? "null" : JsonTrees.compact(value), message);
    }

    /** @param value as it stands in the message */
    public void invalidJson(String path, String value, String message) {
        add("FieldValueInvalid", path, "Invalid value: %s: %s".formatted(value, message));
    }

    public void duplicate(String path, String value) {
        add("FieldValueDuplicate", path, "Duplicate value: " + JsonTrees.quote(value));
    }

    public void notFound(String path, String value) {
        add("FieldValueNotFound", path, "Not found: " + JsonTrees.quote(value));
    }

    public void forbidden(String path, String message) {
        add("FieldValueForbidden", path, "Forbidden: " + message);
    }

    public void tooLong(String path, int most) {
        add("FieldValueTooLong", path, "Too long: may not be more than %d bytes".formatted(most));
    }

    void unsupported(String path, String value, String... supported) {
        add("FieldValueNotSupported", path,
                "Unsupported value: %s: supported values: %s".formatted(JsonTrees.quote(value),
                        Arrays.stream(supported).map(JsonTrees::quote).collect(Collectors.joining(", "))));
    }

    /** Checks a field that has one of a few values. */
    public void oneOf(String path, JsonNode value, String... supported) {
        if (!Arrays.asList(supported).contains(value.asText())) {
            unsupported(path, value.asText(), supported);
        }
    }

    /** Checks a port number. */
    public void port(String path, long port) {
        if (port < 1 || port > 65535) {
            invalidJson(path, Long.toString(port), "must be between 1 and 65535, inclusive");
        }
    }

    private void add(String reason, String path, String message) {
        causes.add(new StatusError.Cause(reason, message, path));
    }
}
