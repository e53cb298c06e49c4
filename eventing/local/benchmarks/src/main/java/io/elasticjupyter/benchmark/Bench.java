package io.elasticjupyter.benchmark;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;

/**
 * What a benchmark works with.
 *
 * @param cluster the API server
 * @param rounds how often a thing is measured
 * @param kernels numbers of kernels
 * @param folder for logs
 * @param out where a person sees what goes on
 */
record Bench(Cluster cluster, int rounds, List<Integer> kernels, Path folder, PrintWriter out) {

    void say(String line) {
        out.println(line);
    }
}
