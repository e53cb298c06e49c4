package io.elasticjupyter.workload;

import io.fabric8.kubernetes.api.model.Secret;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * Hashes the data of Secrets, to notice that they change. The hash is written to objects that more people may read than the
 * Secret. So that nobody can find a short password by trial, it depends on the Secret's UID, which is random and part of the Secret.
 */
public final class SecretHash {

    /** The annotation of a pod template whose change results in a new pod, because Jupyter reads its configuration only at the start. */
    public static final String ANNOTATION = "elastic-jupyter.io/configuration-hash";

    private static final int BYTES = 16;

    private SecretHash() {}

    /** Returns the hash of the values of some keys of a Secret. */
    public static String of(Secret secret, Iterable<String> keys) {
        Map<String, String> hashed = new TreeMap<>();
        Map<String, String> data = Objects.requireNonNullElse(secret.getData(), Map.of());
        keys.forEach(key -> hashed.put(key, data.get(key)));
        return of(secret.getMetadata().getUid() + hashed);
    }

    /** Returns the hash of a text. */
    public static String of(String text) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)), 0, BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
