package io.elasticjupyter.workload;

import java.security.SecureRandom;
import java.util.HexFormat;

/** Generates tokens that cannot be guessed. */
public final class RandomToken {

    /** The length of Jupyter's own tokens. */
    private static final int BYTES = 24;

    private RandomToken() {}

    /** Returns 48 random hexadecimal digits. */
    public static String generate() {
        return generate(BYTES);
    }

    /** Returns two random hexadecimal digits for each byte. */
    public static String generate(int length) {
        byte[] bytes = new byte[length];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
