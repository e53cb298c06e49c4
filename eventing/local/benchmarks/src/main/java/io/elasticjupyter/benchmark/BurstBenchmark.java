package io.elasticjupyter.benchmark;

import io.elasticjupyter.benchmark.RequestCount.Count;
import io.fabric8.kubernetes.client.Config;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A thousand notebooks and fifty gateways that are created at once: measures the time until each has its children and status,
 * with the functions and with the peer, each in a new process on the same API server.
 */
final class BurstBenchmark implements Benchmark {

    private static final int NOTEBOOKS = 1000;
    private static final int GATEWAYS = 50;
    private static final int MOST_MINUTES = 10;
    private static final String SUBJECT = "%,d notebooks, %d gateways".formatted(NOTEBOOKS, GATEWAYS);

    /** The values of each measure, one for each round. */
    private static final class Rounds {
        private final Map<String, List<Double>> values = new LinkedHashMap<>();

        void add(String measure, double value) {
            values.computeIfAbsent(measure, m -> new ArrayList<>()).add(value);
        }
    }

    private interface Failures {
        long count() throws IOException;
    }

    @Override
    public String name() {
        return "burst";
    }

    @Override
    public void run(Bench bench, Consumer<Figure> figures) throws Exception {
        TrainedImage image = TrainedImage.make(bench);
        Rounds ours = new Rounds();
        Rounds peers = new Rounds();
        for (int round = 0; round < bench.rounds(); round++) {
            functions(bench, image, "burst-ours-" + round, ours);
            peer(bench, "burst-peer-" + round, peers);
        }
        ours.values.forEach((measure, values) -> {
            Figure figure = figure(measure, values);
            figures.accept(peers.values.containsKey(measure)
                    ? figure.beside("Java Operator SDK", figure(measure, peers.values.get(measure)))
                    : figure);
        });
    }

    private Figure figure(String measure, List<Double> values) {
        String unit = measure.contains("time")
                ? "s"
                : measure.contains("memory")
                        ? "MiB"
                        : "";
        return Figure.of(name(), SUBJECT, measure, unit, values);
    }

    private static void functions(Bench bench, TrainedImage image, String namespace, Rounds rounds) throws Exception {
        bench.cluster().createNamespace(namespace);
        try (MeasuredFunctions functions = MeasuredFunctions.startImage(bench, image, namespace);
                EventSource source = new EventSource(
                        URI.create(Config.fromKubeconfig(bench.cluster().kubeconfig()).getMasterUrl()), namespace,
                        functions.functions())) {
            measure(bench, namespace, functions.process(), rounds, source::failures);
            rounds.add("events", source.events());
            rounds.add("events lost", source.lost());
        }
        bench.cluster().deleteNamespace(namespace);
    }

    private static void peer(Bench bench, String namespace, Rounds rounds) throws Exception {
        bench.cluster().createNamespace(namespace);
        try (PeerProcess peer = PeerProcess.start(bench, namespace, namespace)) {
            measure(bench, namespace, peer.process(), rounds, peer::failures);
        }
        bench.cluster().deleteNamespace(namespace);
    }

    private static void measure(Bench bench, String namespace, JavaProcess process, Rounds rounds, Failures failures)
            throws Exception {
        try (Burst burst = new Burst(bench.cluster().client(), namespace, NOTEBOOKS, GATEWAYS)) {
            Count before = bench.cluster().requests().now();
            double cpuBefore = process.cpu().toMillis() / 1e3;
            long start = System.nanoTime();
            burst.apply();
            boolean converged = burst.converged(MOST_MINUTES);
            double seconds = (System.nanoTime() - start) / 1e9;
            Count during = bench.cluster().requests().now().since(before);
            if (!converged) {
                throw new IllegalStateException(namespace + ": " + burst.missing() + " objects are missing after "
                        + MOST_MINUTES + " minutes");
            }
            rounds.add("time until all exist", seconds);
            rounds.add("processor time", process.cpu().toMillis() / 1e3 - cpuBefore);
            rounds.add("API reads", during.reads());
            // The requests that create the notebooks and gateways are not counted.
            rounds.add("API writes", during.writes() - NOTEBOOKS - GATEWAYS);
            rounds.add("reconciles that failed", failures.count());
            rounds.add("peak resident memory", process.mostResidentMiB());
            bench.say("  %s: %.1f s, %,d requests, %d failed".formatted(namespace, seconds, during.all(),
                    failures.count()));
        }
    }
}
