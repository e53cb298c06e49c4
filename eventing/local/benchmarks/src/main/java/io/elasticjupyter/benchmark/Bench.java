package io.elasticjupyter.benchmark;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;

/**
 * The common settings of all benchmarks.
 *
 * @param cluster the API server
 * @param rounds the number of rounds of each measurement
 * @param kernels the numbers of kernels
 * @param folder the directory for logs
 * @param out the output for progress messages
 */
record Bench(Cluster cluster, int rounds, List<Integer> kernels, Path folder, PrintWriter out) {

    void say(String line) {
        out.println(line);
    }
}
