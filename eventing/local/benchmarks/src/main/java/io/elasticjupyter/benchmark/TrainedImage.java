package io.elasticjupyter.benchmark;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The functions with the layout and the AOT cache of the image, created by the scripts of {@code deploy/image}.
 *
 * @param jar the executable jar of the same build
 * @param app the directory of the image
 */
record TrainedImage(Path jar, Path app) {

    private static final Path SCRIPTS = Path.of("deploy/image");

    /** Creates the layout from the jars in {@code functions/target}. */
    static TrainedImage make(Bench bench) throws IOException, InterruptedException {
        bench.say("  training the image's cache");
        TrainedImage image = new TrainedImage(jar("*-exec.jar"), bench.folder().resolve("image").toAbsolutePath());
        Path log = bench.folder().resolve("image.log");
        Files.deleteIfExists(log);
        run(log, "layout.sh", jar("*-libraries.jar").toString(), image.app.toString());
        run(log, "train.sh", image.app.toString(), System.getProperty("java.class.path"));
        return image;
    }

    private static Path jar(String glob) throws IOException {
        try (DirectoryStream<Path> jars = Files.newDirectoryStream(Path.of("functions/target"), glob)) {
            for (Path jar : jars) {
                return jar.toAbsolutePath();
            }
        }
        throw new IOException("functions/target has no " + glob + "; run mvn package");
    }

    private static void run(Path log, String script, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(SCRIPTS.resolve(script).toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        int status = builder.start().waitFor();
        if (status != 0) {
            throw new IOException(script + " failed with exit code " + status + "; see " + log);
        }
    }

    /** Starts the functions as their container does. */
    List<String> command() {
        return List.of(app.resolve("run.sh").toString());
    }

    /** Starts the executable jar without the cache and the options. */
    List<String> plainCommand() {
        return List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-jar", jar.toString());
    }
}
