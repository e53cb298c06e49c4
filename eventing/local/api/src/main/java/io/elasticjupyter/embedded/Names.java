package io.elasticjupyter.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;

/** Which names, labels and annotations an object may have. */
final class Names {

    private static final Pattern SUBDOMAIN = Pattern
            .compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");
    private static final Pattern LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?");
    private static final Pattern QUALIFIED = Pattern.compile("([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]");
    private static final Pattern LABEL_VALUE = Pattern.compile("(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?");
    private static final Set<String> PATH_NAMES = Set.of("roles", "rolebindings", "clusterroles",
            "clusterrolebindings");
    private static final String SUFFIX_LETTERS = "bcdfghjklmnpqrstvwxz2456789";

    private static final String SUBDOMAIN_MESSAGE = "a lowercase RFC 1123 subdomain must consist of lower case "
            + "alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. "
            + "'example.com', regex used for validation is "
            + "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
    private static final String LABEL_MESSAGE = "a lowercase RFC 1123 label must consist of lower case alphanumeric "
            + "characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or "
            + "'123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
    private static final String QUALIFIED_MESSAGE = "name part must consist of alphanumeric characters, '-', '_' or '.', "
            + "and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', "
            + "regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
    private static final String LABEL_VALUE_MESSAGE = "a valid label must be an empty string or consist of alphanumeric "
            + "characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or "
            + "'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

    private Names() {}

    static String generate(String prefix) {
        var name = new StringBuilder(prefix.length() > 58 ? prefix.substring(0, 58) : prefix);
        for (var i = 0; i < 5; i++) {
            name.append(SUFFIX_LETTERS.charAt(ThreadLocalRandom.current().nextInt(SUFFIX_LETTERS.length())));
        }
        return name.toString();
    }

    static void validate(ResourceType type, JsonNode object, List<StatusError.Cause> causes) {
        var name = Json.name(object);
        if (name.isEmpty()) {
            causes.add(new StatusError.Cause("FieldValueRequired", "Required value: name or generateName is required",
                    "metadata.name"));
        } else {
            validateName(type, name, causes);
        }
        validateLabels(Json.at(object, "metadata", "labels"), "metadata.labels", causes);
        for (var entry : Json.at(object, "metadata", "annotations").properties()) {
            validateKey(entry.getKey().toLowerCase(java.util.Locale.ROOT), entry.getKey(), "metadata.annotations",
                    causes);
        }
    }

    private static void validateName(ResourceType type, String name, List<StatusError.Cause> causes) {
        if (PATH_NAMES.contains(type.plural()) && type.group().equals("rbac.authorization.k8s.io")) {
            if (name.equals(".") || name.equals("..") || name.contains("/") || name.contains("%")) {
                causes.add(invalid("metadata.name", name, "may not contain '/' or '%'"));
            }
            return;
        }
        var isLabel = type.is("", "namespaces") || type.is("", "services");
        var most = isLabel ? 63 : 253;
        if (name.length() > most) {
            causes.add(invalid("metadata.name", name, "must be no more than " + most + " bytes"));
        }
        if (isLabel && name.contains(".")) {
            causes.add(invalid("metadata.name", name, "must not contain dots"));
        } else if (isLabel && !LABEL.matcher(name).matches()) {
            causes.add(invalid("metadata.name", name, LABEL_MESSAGE));
        } else if (!SUBDOMAIN.matcher(name).matches()) {
            causes.add(invalid("metadata.name", name, SUBDOMAIN_MESSAGE));
        }
    }

    static void validateLabels(JsonNode labels, String path, List<StatusError.Cause> causes) {
        for (var entry : labels.properties()) {
            validateKey(entry.getKey(), entry.getKey(), path, causes);
            var value = entry.getValue().asText();
            if (value.length() > 63) {
                causes.add(invalid(path, value, "must be no more than 63 bytes"));
            }
            if (!LABEL_VALUE.matcher(value).matches()) {
                causes.add(invalid(path, value, LABEL_VALUE_MESSAGE));
            }
        }
    }

    private static void validateKey(String key, String shown, String path, List<StatusError.Cause> causes) {
        var parts = key.split("/", -1);
        var name = parts[parts.length - 1];
        if (parts.length > 2) {
            causes.add(invalid(path, shown,
                    "a valid label key must consist of an optional DNS subdomain prefix and '/' and a name"));
        } else if (parts.length == 2 && !SUBDOMAIN.matcher(parts[0]).matches()) {
            causes.add(invalid(path, shown, "prefix part " + SUBDOMAIN_MESSAGE));
        }
        if (name.isEmpty()) {
            causes.add(invalid(path, shown, "name part must be non-empty"));
        } else if (name.length() > 63) {
            causes.add(invalid(path, shown, "name part must be no more than 63 bytes"));
        } else if (!QUALIFIED.matcher(name).matches()) {
            causes.add(invalid(path, shown, QUALIFIED_MESSAGE));
        }
    }

    static StatusError.Cause invalid(String field, String value, String message) {
        return new StatusError.Cause("FieldValueInvalid", "Invalid value: %s: %s".formatted(Json.quote(value), message),
                field);
    }
}
