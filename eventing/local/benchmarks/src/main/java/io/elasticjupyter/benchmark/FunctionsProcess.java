package io.elasticjupyter.benchmark;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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

    static FunctionsProcess start(Bench bench, String name, String... settings)
            throws IOException, InterruptedException {
        return start(bench.cluster().kubeconfig(), bench.folder(), name, settings);
    }

    /** The same with any kubeconfig, which is written to the folder, as the log is. */
    static FunctionsProcess start(String kubeconfig, Path folder, String name, String... settings)
            throws IOException, InterruptedException {
        int port = freePort();
        List<String> arguments = new ArrayList<>(List.of("--server.address=127.0.0.1", "--server.port=" + port));
        arguments.addAll(List.of(settings));
        JavaProcess process = JavaProcess.start(FunctionsAtAnotherTime.class.getName(), JVM, arguments,
                Map.of("KUBECONFIG",
                        Files.writeString(folder.resolve("kubeconfig"), kubeconfig).toAbsolutePath().toString()),
                folder.resolve(name + ".log"));
        FunctionsProcess started = new FunctionsProcess(process,
                new FunctionCaller(URI.create("http://127.0.0.1:" + port)));
        while (!started.functions().ready()) {
            process.requireAlive();
            Thread.sleep(50);
        }
        return started;
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
