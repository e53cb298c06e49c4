package io.elasticjupyter.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * The decision for 100 pods that wait, on 1,000 nodes with 10,000 kernels, and the {@linkplain WholeReclaim whole function}, in
 * processes with 256 MiB of heap. The first round includes the warm-up of the JVM, as in a pod that has just started.
 */
final class ReclaimBenchmark implements Benchmark {

    @Override
    public String name() {
        return "reclaim";
    }

    @Override
    public void run(Bench bench, Consumer<Figure> figures) throws Exception {
        for (ReclaimClusters cluster : ReclaimClusters.values()) {
            bench.say("deciding: " + cluster.subject());
            List<double[]> runs = runs(cluster, bench);
            figures.accept(figure(cluster, "time of a run", "s", runs, 0));
            figures.accept(figure(cluster, "processor time of a run", "s", runs, 1));
            figures.accept(figure(cluster, "peak heap", "MiB", runs, 2));
            figures.accept(figure(cluster, "pods that get resources", "", runs, 3));
            figures.accept(figure(cluster, "kernels culled", "", runs, 4));
            figures.accept(figure(cluster, "approximate decisions", "", runs, 5));
        }
        WholeReclaim.run(bench, figures);
    }

    private static List<double[]> runs(ReclaimClusters cluster, Bench bench) throws IOException, InterruptedException {
        Path log = bench.folder().resolve("reclaim-" + cluster.name().toLowerCase(Locale.ROOT) + ".log");
        Process process = new ProcessBuilder(JavaProcess.command(MeasuredFunctions.JVM, ReclaimRuns.class.getName(),
                cluster.name(), Integer.toString(bench.rounds()))).redirectErrorStream(true)
                .redirectOutput(log.toFile()).start();
        try {
            int status = process.waitFor();
            List<String> lines = Files.readAllLines(log);
            if (status != 0) {
                throw new IOException("ended with " + status + ": " + String.join("\n", lines));
            }
            List<double[]> runs = new ArrayList<>();
            lines.forEach(line -> runs.add(Arrays.stream(line.split(" ")).mapToDouble(Double::parseDouble).toArray()));
            return runs;
        } finally {
            process.destroyForcibly();
        }
    }

    private static Figure figure(ReclaimClusters cluster, String measure, String unit, List<double[]> runs,
            int column) {
        return Figure.of("reclaim", cluster.subject(), measure, unit, runs.stream().map(run -> run[column]).toList());
    }
}
