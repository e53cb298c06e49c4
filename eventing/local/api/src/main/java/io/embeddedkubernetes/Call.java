package io.embeddedkubernetes;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.embeddedkubernetes.json.JsonTrees;
import io.embeddedkubernetes.resource.StatusError;
import io.embeddedkubernetes.resource.WriteOptions;
import io.embeddedkubernetes.schema.ProtobufBody;
import io.embeddedkubernetes.transport.HttpExchange;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A request with its query, options and body. */
public final class Call {

    private final HttpExchange exchange;
    private final Map<String, String> query = new HashMap<>();
    private final List<String> warnings = new ArrayList<>();

    Call(HttpExchange exchange) {
        this.exchange = exchange;
        for (var pair : exchange.query().split("&")) {
            var parts = pair.split("=", 2);
            query.put(decode(parts[0]), parts.length > 1 ? decode(parts[1]) : "");
        }
    }

    private static String decode(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    String method() {
        return exchange.method();
    }

    String path() {
        return exchange.path();
    }

    String query(String name) {
        return query.getOrDefault(name, "");
    }

    /**
     * Returns the value of an option, 0 when it is not given.
     *
     * @throws StatusError 400 when it is no number
     */
    long number(String name) {
        try {
            return query(name).isEmpty() ? 0 : Long.parseLong(query(name));
        } catch (NumberFormatException e) {
            throw StatusError.badRequest("strconv.ParseInt: parsing %s: invalid syntax".formatted(
                    JsonTrees.quote(query(name))));
        }
    }

    /** @throws StatusError 500, as a real server answers here */
    long resourceVersion() {
        var given = query("resourceVersion");
        try {
            return given.isEmpty() ? 0 : Long.parseUnsignedLong(given);
        } catch (NumberFormatException e) {
            throw StatusError.of(500, null,
                    "resourceVersion: Invalid value: %s: strconv.ParseUint: parsing %s: invalid syntax"
                            .formatted(JsonTrees.quote(given), JsonTrees.quote(given)));
        }
    }

    boolean is(String name) {
        return query.containsKey(name) && !query.get(name).equals("false") && !query.get(name).equals("0");
    }

    boolean has(String name) {
        return query.containsKey(name);
    }

    String header(String name) {
        return exchange.header(name);
    }

    /** Returns the content type without parameters such as charset. */
    String contentType() {
        return header("Content-Type").split(";")[0].strip();
    }

    List<String> warnings() {
        return warnings;
    }

    Request record() {
        return new Request(method(), path(), exchange.query(), contentType(),
                header("Authorization").replaceFirst("^Bearer ", ""), 0, false);
    }

    WriteOptions writeOptions() {
        var manager = query("fieldManager");
        if (manager.isEmpty()) {
            manager = header("User-Agent").split("/")[0];
        }
        var validation = query("fieldValidation");
        return new WriteOptions(isDryRun(), manager, validation.isEmpty() ? "Warn" : validation, is("force"), warnings);
    }

    private boolean isDryRun() {
        var dryRun = query("dryRun");
        if (!dryRun.isEmpty() && !dryRun.equals("All")) {
            throw StatusError.invalidOptions("CreateOptions", new StatusError.Cause("FieldValueNotSupported",
                    "Unsupported value: [%s]: supported values: \"All\"".formatted(JsonTrees.quote(dryRun)), "dryRun"));
        }
        return !dryRun.isEmpty();
    }

    /** @throws StatusError 413 */
    byte[] body() {
        if (exchange.body().length > HttpExchange.LARGEST_BODY) {
            throw StatusError.of(413, "RequestEntityTooLarge",
                    "Request entity too large: limit is " + HttpExchange.LARGEST_BODY);
        }
        return exchange.body();
    }

    /** @throws StatusError 400 when the body is no JSON (or YAML) object */
    ObjectNode object() throws IOException {
        if (json() instanceof ObjectNode object) {
            return object;
        }
        throw StatusError.badRequest("the object provided is unrecognized: the body must be a JSON or YAML object");
    }

    /** @throws StatusError 400 */
    JsonNode json() throws IOException {
        if (contentType().equals(ProtobufBody.CONTENT_TYPE)) {
            return ProtobufBody.read(body());
        }
        try {
            return contentType().contains("yaml") ? JsonTrees.readYaml(body()) : JsonTrees.readJson(body());
        } catch (JacksonException e) {
            throw StatusError.badRequest("the object provided is unrecognized: " + e.getOriginalMessage());
        }
    }

    /** Returns DeleteOptions, or an empty object when the request has no body. */
    JsonNode deleteOptions() throws IOException {
        return body().length == 0 ? JsonTrees.object() : json();
    }
}
