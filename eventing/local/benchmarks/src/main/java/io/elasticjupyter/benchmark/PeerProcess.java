package io.elasticjupyter.benchmark;

import io.elasticjupyter.benchmark.peer.PeerOperator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * The peer, an operator that runs all the time, in a process of its own.
 *
 * @param process the process
 * @param log the file with its output
 */
record PeerProcess(JavaProcess process, Path log) implements AutoCloseable {

    /** Starts the peer for one namespace, or for all when that is empty, and waits until it watches. */
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

    /** Returns the number of failed reconciles. */
    long failures() throws IOException {
        return Files.readAllLines(log).stream().filter(line -> line.contains("Error during event processing")
                || line.contains("Uncaught error during event processing")).count();
    }

    @Override
    public void close() throws IOException {
        process.close();
    }
}
