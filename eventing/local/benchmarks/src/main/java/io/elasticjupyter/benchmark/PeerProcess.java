package io.elasticjupyter.benchmark;

import io.elasticjupyter.benchmark.peer.PeerOperator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * The peer, an operator that is always on, in a process of its own.
 *
 * @param process the process
 * @param log what it wrote
 */
record PeerProcess(JavaProcess process, Path log) implements AutoCloseable {

    /** Starts it for one namespace, or for all when that is empty, and waits until it watches. */
    static PeerProcess start(Bench bench, String name, String namespace) throws IOException, InterruptedException {
        Path log = bench.folder().resolve(name + ".log");
        JavaProcess process = JavaProcess.start(
                JavaProcess.command(MeasuredFunctions.JVM, PeerOperator.class.getName(), namespace),
                Map.of("KUBECONFIG", bench.cluster().kubeconfig(bench.folder()).toAbsolutePath().toString()), log);
        PeerProcess peer = new PeerProcess(process, log);
        while (!Files.readString(log).contains(PeerOperator.READY)) {
            process.requireAlive();
            Thread.sleep(50);
        }
        return peer;
    }

    /** How many of its reconciles failed. */
    long failures() throws IOException {
        return Files.readAllLines(log).stream().filter(line -> line.contains("Error during event processing")
                || line.contains("Uncaught error during event processing")).count();
    }

    @Override
    public void close() throws IOException {
        process.close();
    }
}
