package io.elasticjupyter.embedded;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One HTTP request as the API sees it. */
final class Call {

    private static final int LARGEST_BODY = 3 * 1024 * 1024;

    private final HttpExchange exchange;
    private final Map<String, String> query = new HashMap<>();
    private final List<String> warnings = new ArrayList<>();
    private byte[] body;

    Call(HttpExchange exchange) {
        this.exchange = exchange;
        var raw = exchange.getRequestURI().getRawQuery();
        if (raw != null) {
            for (var pair : raw.split("&")) {
                var parts = pair.split("=", 2);
                query.put(decode(parts[0]), parts.length > 1 ? decode(parts[1]) : "");
            }
        }
    }

    private static String decode(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    String method() {
        return exchange.getRequestMethod();
    }

    String path() {
        return exchange.getRequestURI().getPath();
    }

    String query(String name) {
        return query.getOrDefault(name, "");
    }

    boolean is(String name) {
        return query.containsKey(name) && !query.get(name).equals("false") && !query.get(name).equals("0");
    }

    boolean has(String name) {
        return query.containsKey(name);
    }

    String header(String name) {
        var value = exchange.getRequestHeaders().getFirst(name);
        return value == null ? "" : value;
    }

    /** Without parameters such as charset. */
    String contentType() {
        return header("Content-Type").split(";")[0].strip();
    }

    List<String> warnings() {
        return warnings;
    }

    Request record() {
        var raw = exchange.getRequestURI().getRawQuery();
        return new Request(method(), path(), raw == null ? "" : raw, contentType(), 0, false);
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
                    "Unsupported value: [%s]: supported values: \"All\"".formatted(Json.quote(dryRun)), "dryRun"));
        }
        return !dryRun.isEmpty();
    }

    /** @throws StatusError 413 */
    byte[] body() throws IOException {
        if (body == null) {
            body = exchange.getRequestBody().readNBytes(LARGEST_BODY + 1);
            if (body.length > LARGEST_BODY) {
                throw StatusError.of(413, "RequestEntityTooLarge",
                        "Request entity too large: limit is " + LARGEST_BODY);
            }
        }
        return body;
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
            return contentType().contains("yaml") ? Json.readYaml(body()) : Json.readJson(body());
        } catch (JacksonException e) {
            throw StatusError.badRequest("the object provided is unrecognized: " + e.getOriginalMessage());
        }
    }

    /** DeleteOptions, or an empty object when the request has no body. */
    JsonNode deleteOptions() throws IOException {
        return body().length == 0 ? Json.object() : json();
    }
}
