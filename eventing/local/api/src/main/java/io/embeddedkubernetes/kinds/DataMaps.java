package io.embeddedkubernetes.kinds;

import com.fasterxml.jackson.databind.JsonNode;
import io.embeddedkubernetes.resource.ResourceType;
import io.embeddedkubernetes.resource.StatusError;
import io.embeddedkubernetes.resource.Violations;
import java.util.Base64;
import java.util.regex.Pattern;

/** The data of ConfigMaps and Secrets. */
final class DataMaps {

    private static final int LARGEST = 1024 * 1024;
    private static final Pattern KEY = Pattern.compile("[-._a-zA-Z0-9]+");
    private static final Pattern BASE64 = Pattern.compile("[A-Za-z0-9+/]*");

    private DataMaps() {}

    static void checkKeys(JsonNode data, String path, Violations violations) {
        for (var entry : data.properties()) {
            if (!KEY.matcher(entry.getKey()).matches()) {
                violations.invalid(path + "[" + entry.getKey() + "]", entry.getKey(),
                        "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  "
                                + "or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')");
            }
        }
    }

    static void checkSize(JsonNode object, String path, Violations violations) {
        var isSecret = path.equals("data");
        var size = 0L;
        for (var entry : object.path("data").properties()) {
            var length = entry.getValue().asText().length();
            size += isSecret ? length / 4 * 3 : length;
        }
        for (var entry : object.path("binaryData").properties()) {
            size += entry.getValue().asText().length() / 4 * 3;
        }
        if (size > LARGEST) {
            violations.tooLong(path, LARGEST);
        }
    }

    static void checkImmutable(JsonNode object, JsonNode old, Violations violations) {
        if (old != null && old.path("immutable").asBoolean() && !old.path("data").equals(object.path("data"))) {
            violations.forbidden("data", "field is immutable when `immutable` is set");
        }
    }

    /** @throws StatusError 400 */
    static void checkBase64(ResourceType type, JsonNode data) {
        for (var entry : data.properties()) {
            try {
                Base64.getDecoder().decode(entry.getValue().asText());
            } catch (IllegalArgumentException e) {
                var valid = BASE64.matcher(entry.getValue().asText());
                throw StatusError.unreadable(type,
                        "illegal base64 data at input byte " + (valid.lookingAt() ? valid.end() : 0));
            }
        }
    }
}
