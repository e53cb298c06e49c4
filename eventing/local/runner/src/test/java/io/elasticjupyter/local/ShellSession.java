package io.elasticjupyter.local;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** A bash in which commands run one after the other, and share variables, as in a user's terminal. */
final class ShellSession implements AutoCloseable {

    private static final int TIMEOUT_SECONDS = 120;

    private final Path folder;
    private final Process bash;
    private final Writer in;
    private final BufferedReader codes;
    private final ExecutorService reader = Executors.newSingleThreadExecutor();

    /**
     * What a command did.
     *
     * @param code its exit code
     * @param output what it wrote to its standard output and its standard error
     */
    record Ran(int code, String output) {}

    /** Starts bash in a directory, which is also the home directory. Programs are found on the given PATH. */
    ShellSession(Path folder, String path) throws IOException {
        this.folder = folder;
        ProcessBuilder builder = new ProcessBuilder("bash", "--noprofile", "--norc").directory(folder.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("HOME", folder.toString());
        builder.environment().put("PATH", path);
        builder.environment().remove("KUBECONFIG");
        bash = builder.start();
        in = bash.outputWriter(UTF_8);
        codes = bash.inputReader(UTF_8);
    }

    /** Runs a command. Fails when it takes longer than two minutes. */
    Ran run(String command) throws Exception {
        Path script = Files.writeString(folder.resolve("command.sh"), command + "\n");
        Path output = folder.resolve("output");
        in.write("source '%s' > '%s' 2>&1 < /dev/null; echo $?\n".formatted(script, output));
        in.flush();
        return new Ran(Integer.parseInt(reader.submit(codes::readLine).get(TIMEOUT_SECONDS, TimeUnit.SECONDS)),
                Files.readString(output));
    }

    /** Returns the PATH with the binaries of KUBEBUILDER_ASSETS before it. */
    static String path() {
        String assets = System.getenv("KUBEBUILDER_ASSETS");
        String path = System.getenv("PATH");
        return assets == null || assets.isBlank() ? path : assets + File.pathSeparator + path;
    }

    /** Returns a program on a PATH. */
    static Optional<Path> find(String program, String path) {
        return Arrays.stream(path.split(File.pathSeparator)).map(directory -> Path.of(directory, program))
                .filter(Files::isExecutable).findFirst();
    }

    @Override
    public void close() {
        bash.descendants().forEach(ProcessHandle::destroy);
        bash.destroyForcibly();
        reader.shutdownNow();
    }
}
