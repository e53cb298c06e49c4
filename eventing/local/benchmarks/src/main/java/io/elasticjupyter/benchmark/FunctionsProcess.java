package io.elasticjupyter.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The functions in a process of their own, so that memory and time are theirs alone.
 *
 * @param process the process
 * @param functions what listens in it
 */
record FunctionsProcess(JavaProcess process, FunctionCaller functions) implements AutoCloseable {

    /** How a container of less than two processors and 2 GiB runs Java by itself; the heap is the limit that is promised. */
    static final List<String> JVM = List.of("-XX:+UseSerialGC", "-Xmx256m");

    private static final int MILLIS_BETWEEN_KNOCKS = 5;

    /** What is sent to the functions. */
    interface Call {
        JsonNode make(FunctionCaller functions) throws IOException, InterruptedException;
    }

    static FunctionsProcess start(Bench bench, String name, String... settings)
            throws IOException, InterruptedException {
        return start(bench.cluster().kubeconfig(), bench.folder(), name, settings);
    }

    /** The same with any kubeconfig, which is written to the folder, as the log is. */
    static FunctionsProcess start(String kubeconfig, Path folder, String name, String... settings)
            throws IOException, InterruptedException {
        FunctionsProcess started = exec(JavaProcess.command(JVM, FunctionsAtAnotherTime.class.getName(), settings),
                kubeconfig(kubeconfig, folder), folder, name);
        while (!started.functions().ready()) {
            started.process().requireAlive();
            Thread.sleep(MILLIS_BETWEEN_KNOCKS);
        }
        return started;
    }

    /** Executes a command that starts the functions, and does not wait for them. */
    static FunctionsProcess exec(List<String> command, Map<String, String> environment, Path folder, String name)
            throws IOException {
        int port = freePort();
        Map<String, String> all = new HashMap<>(environment);
        all.put("PORT", Integer.toString(port));
        all.put("SERVER_ADDRESS", "127.0.0.1");
        all.put("JAVA_HOME", System.getProperty("java.home"));
        return new FunctionsProcess(JavaProcess.start(command, all, folder.resolve(name + ".log")),
                new FunctionCaller(URI.create("http://127.0.0.1:" + port)));
    }

    /** An environment in which a kubeconfig, written to the folder, is the one that is used. */
    static Map<String, String> kubeconfig(String kubeconfig, Path folder) throws IOException {
        return Map.of("KUBECONFIG",
                Files.writeString(folder.resolve("kubeconfig"), kubeconfig).toAbsolutePath().toString());
    }

    /** Sends something, again and again until they listen. */
    JsonNode firstAnswer(Call call) throws IOException, InterruptedException {
        while (true) {
            try {
                return call.make(functions);
            } catch (ConnectException e) {
                process.requireAlive();
                Thread.sleep(MILLIS_BETWEEN_KNOCKS);
            }
        }
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() throws IOException {
        process.close();
    }
}
