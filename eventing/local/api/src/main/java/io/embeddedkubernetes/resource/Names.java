package io.embeddedkubernetes.resource;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;

/** Checks names, labels and annotations. */
public final class Names {

    private static final Pattern SUBDOMAIN = Pattern
            .compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");
    private static final Pattern LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?");
    private static final Pattern QUALIFIED = Pattern.compile("([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]");
    private static final Pattern LABEL_VALUE = Pattern.compile("(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?");
    private static final Pattern PORT = Pattern.compile("[-a-z0-9]+");
    private static final int LONGEST_LABEL = 63;
    private static final int LONGEST_SUBDOMAIN = 253;
    private static final int LONGEST_PORT = 15;
    private static final int LARGEST_ANNOTATIONS = 256 * 1024;
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

    public static String generate(String prefix) {
        var name = new StringBuilder(prefix.length() > 58 ? prefix.substring(0, 58) : prefix);
        for (var i = 0; i < 5; i++) {
            name.append(SUFFIX_LETTERS.charAt(ThreadLocalRandom.current().nextInt(SUFFIX_LETTERS.length())));
        }
        return name.toString();
    }

    public static void validateName(KindRules.NameForm form, String name, Violations violations) {
        var path = "metadata.name";
        if (name.isEmpty()) {
            violations.required(path, "name or generateName is required");
            return;
        }
        switch (form) {
            case PATH_SEGMENT -> {
                if (name.equals(".") || name.equals("..") || name.contains("/") || name.contains("%")) {
                    violations.invalid(path, name, "may not contain '/' or '%'");
                }
            }
            case LABEL -> checkLabelName(path, name, violations);
            case SUBDOMAIN -> checkSubdomain(path, name, violations);
        }
    }

    /** @return whether it is one */
    public static boolean checkLabelName(String path, String name, Violations violations) {
        if (name.length() > LONGEST_LABEL) {
            violations.invalid(path, name, "must be no more than " + LONGEST_LABEL + " bytes");
        }
        if (name.contains(".")) {
            violations.invalid(path, name, "must not contain dots");
            return false;
        }
        if (!LABEL.matcher(name).matches()) {
            violations.invalid(path, name, LABEL_MESSAGE);
            return false;
        }
        return true;
    }

    public static void checkSubdomain(String path, String name, Violations violations) {
        if (name.length() > LONGEST_SUBDOMAIN) {
            violations.invalid(path, name, "must be no more than " + LONGEST_SUBDOMAIN + " bytes");
        }
        if (!SUBDOMAIN.matcher(name).matches()) {
            violations.invalid(path, name, SUBDOMAIN_MESSAGE);
        }
    }

    public static void checkPortName(String path, String name, Violations violations) {
        if (name.length() > LONGEST_PORT) {
            violations.invalid(path, name, "must be no more than " + LONGEST_PORT + " characters");
        }
        if (!PORT.matcher(name).matches()) {
            violations.invalid(path, name, "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)");
        }
        if (name.chars().noneMatch(letter -> letter >= 'a' && letter <= 'z')) {
            violations.invalid(path, name, "must contain at least one letter (a-z)");
        }
    }

    public static void validateAnnotations(JsonNode annotations, String path, Violations violations) {
        var size = 0L;
        for (var entry : annotations.properties()) {
            validateKey(entry.getKey().toLowerCase(Locale.ROOT), entry.getKey(), path, violations);
            size += utf8(entry.getKey()) + utf8(entry.getValue().asText());
        }
        if (size > LARGEST_ANNOTATIONS) {
            violations.tooLong(path, LARGEST_ANNOTATIONS);
        }
    }

    private static int utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    public static void validateLabels(JsonNode labels, String path, Violations violations) {
        for (var entry : labels.properties()) {
            validateKey(entry.getKey(), entry.getKey(), path, violations);
            var value = entry.getValue().asText();
            if (value.length() > LONGEST_LABEL) {
                violations.invalid(path, value, "must be no more than 63 bytes");
            }
            if (!LABEL_VALUE.matcher(value).matches()) {
                violations.invalid(path, value, LABEL_VALUE_MESSAGE);
            }
        }
    }

    private static void validateKey(String key, String shown, String path, Violations violations) {
        var parts = key.split("/", -1);
        var name = parts[parts.length - 1];
        if (parts.length > 2) {
            violations.invalid(path, shown,
                    "a valid label key must consist of an optional DNS subdomain prefix and '/' and a name");
        } else if (parts.length == 2 && !SUBDOMAIN.matcher(parts[0]).matches()) {
            violations.invalid(path, shown, "prefix part " + SUBDOMAIN_MESSAGE);
        }
        if (name.isEmpty()) {
            violations.invalid(path, shown, "name part must be non-empty");
        } else if (name.length() > LONGEST_LABEL) {
            violations.invalid(path, shown, "name part must be no more than 63 bytes");
        } else if (!QUALIFIED.matcher(name).matches()) {
            violations.invalid(path, shown, QUALIFIED_MESSAGE);
        }
    }
}
