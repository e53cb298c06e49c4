package io.elasticjupyter.workload;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** A file that comes with a kind's package, to be put into the cluster as it is. */
public final class PackagedFile {

    private PackagedFile() {}

    /** The text of the file of that name in the package of that class. */
    public static String read(Class<?> inPackageOf, String name) {
        try (InputStream in = inPackageOf.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
