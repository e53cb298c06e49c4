package io.elasticjupyter.manifest;

import java.util.Locale;

/**
 * The plural that Knative's ApiServerSource derives from a kind. It does not query the API server, but uses apimachinery's
 * {@code meta.UnsafeGuessKindToResource}.
 */
final class KnativePlural {

    private KnativePlural() {}

    static String guess(String kind) {
        String singular = kind.toLowerCase(Locale.ROOT);
        if (singular.endsWith("endpoints")) {
            return singular;
        }
        return switch (singular.charAt(singular.length() - 1)) {
            case 's' -> singular + "es";
            case 'y' -> singular.substring(0, singular.length() - 1) + "ies";
            default -> singular + "s";
        };
    }
}
