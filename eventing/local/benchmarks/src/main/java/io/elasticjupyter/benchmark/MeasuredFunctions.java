package io.elasticjupyter.benchmark;

import io.elasticjupyter.image.FunctionsProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The functions in their own process, so that its memory and time are those of the functions alone.
 *
 * @param server the functions' process
 * @param process the same process, to be measured
 * @param functions calls the functions
 */
record MeasuredFunctions(FunctionsProcess server, JavaProcess process, FunctionCaller functions)
        implements
            AutoCloseable {

    /** The JVM's choice in a container with less than two processors and 2 GiB, and the documented limit of the heap. */
    static final List<String> JVM = List.of("-XX:+UseSerialGC", "-Xmx256m");

    /** A call of a function. */
    interface Call<T> {
        T make(FunctionCaller functions) throws IOException, InterruptedException;
    }

    /** Starts the functions of this class path and waits until they are ready. */
    static MeasuredFunctions start(Bench bench, String name, String... settings)
            throws IOException, InterruptedException {
        return start(bench.cluster().kubeconfig(), bench.folder(), name, settings);
    }

    /** Starts the functions of this class path with a kubeconfig and waits until they are ready. */
    static MeasuredFunctions start(String kubeconfig, Path folder, String name, String... settings)
            throws IOException, InterruptedException {
        MeasuredFunctions started = exec(JavaProcess.command(JVM, FunctionsAtAnotherTime.class.getName(), settings),
                kubeconfig(kubeconfig, folder), folder, name);
        started.firstAnswer(FunctionCaller::requireReady);
        return started;
    }

    /** Starts the functions as their container does, and waits until they are ready. */
    static MeasuredFunctions startImage(Bench bench, TrainedImage image, String name)
            throws IOException, InterruptedException {
        MeasuredFunctions started = exec(image.command(), kubeconfig(bench.cluster().kubeconfig(), bench.folder()),
                bench.folder(), name);
        started.firstAnswer(FunctionCaller::requireReady);
        return started;
    }

    /** Executes a command that starts the functions, and does not wait for them. */
    static MeasuredFunctions exec(List<String> command, Map<String, String> environment, Path folder, String name)
            throws IOException {
        Map<String, String> all = new HashMap<>(environment);
        all.put("SERVER_ADDRESS", "127.0.0.1");
        all.put("JAVA_HOME", System.getProperty("java.home"));
        Path log = folder.resolve(name + ".log");
        Files.createDirectories(log.toAbsolutePath().getParent());
        FunctionsProcess server = FunctionsProcess.start(command, all, ProcessBuilder.Redirect.to(log.toFile()));
        return new MeasuredFunctions(server, new JavaProcess(server.process(), log),
                new FunctionCaller(server.at("")));
    }

    /** Writes a kubeconfig to a directory and returns the environment variable that names it. */
    static Map<String, String> kubeconfig(String kubeconfig, Path folder) throws IOException {
        return Map.of("KUBECONFIG",
                Files.writeString(folder.resolve("kubeconfig"), kubeconfig).toAbsolutePath().toString());
    }

    /** Repeats a call until the functions listen. */
    <T> T firstAnswer(Call<T> call) throws IOException, InterruptedException {
        try {
            return server.firstAnswer(() -> call.make(functions));
        } catch (IOException e) {
            process.requireAlive();
            throw e;
        }
    }

    @Override
    public void close() throws IOException {
        process.close();
        server.close();
    }
}
