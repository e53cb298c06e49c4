package io.elasticjupyter.workload;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Reads files that are packaged with the classes of a kind. */
public final class PackagedFile {

    private PackagedFile() {}

    /** Returns the text of a file in the package of a class. */
    public static String read(Class<?> inPackageOf, String name) {
        try (InputStream in = inPackageOf.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
