package io.elasticjupyter.workload;

import io.fabric8.kubernetes.api.model.Secret;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The token that a gateway requires in each request, and the Secret that holds it. Enterprise Gateway compares it with the header
 * {@code Authorization: token ...} (its option {@code EnterpriseGatewayApp.auth_token}).
 */
public final class GatewayToken {

    /** The key of the token in the Secret's data. */
    public static final String KEY = "token";

    /**
     * The key in the Secret's data of what the gateway sends to the function that stores sessions. It is not the token, which the users of
     * notebooks have: a session decides what a gateway runs in its own pod.
     */
    public static final String SESSION_KEY = "session-key";

    /** Characters that a header can carry as they are. A shorter token could be guessed. */
    private static final Pattern VALID = Pattern.compile("[A-Za-z0-9._~+/=-]{16,1024}");

    private GatewayToken() {}

    /** Returns the name of the Secret of a gateway's token. */
    public static String secretName(String gateway) {
        return gateway + "-token";
    }

    /**
     * Returns the token in a Secret: at least 16 letters, digits and {@code . _ ~ + / = -}. Empty if the Secret has none, so that
     * no other value reaches a header.
     */
    public static Optional<String> valid(Secret secret) {
        return valid(secret, KEY);
    }

    /** Returns the session key in a Secret, in the same way. */
    public static Optional<String> validSessionKey(Secret secret) {
        return valid(secret, SESSION_KEY);
    }

    private static Optional<String> valid(Secret secret, String key) {
        return Optional.ofNullable(secret.getData()).map(data -> data.get(key))
                .map(token -> new String(Base64.getDecoder().decode(token), StandardCharsets.UTF_8))
                .filter(token -> VALID.matcher(token).matches());
    }

    /** Returns the hash of the token in a Secret, by which notebooks notice that it changes. */
    public static String hash(Secret secret) {
        return SecretHash.of(secret, List.of(KEY));
    }
}
