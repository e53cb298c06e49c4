package io.elasticjupyter.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import io.elasticjupyter.benchmark.RequestCount.Count;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.Watch;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/**
 * Runs of the whole function, with its reads from the API server and the gateways, in a process with 256 MiB of heap. Of ten kernels on
 * a node, one is busy.
 *
 * @param bench the settings
 * @param fleet the kernels
 * @param nodes their nodes
 * @param gateways their gateways
 * @param clock the functions' clock
 */
record WholeReclaim(Bench bench, KernelFleet fleet, ReclaimFleet nodes, FleetGateways gateways, Clock clock) {

    private static final int ON_A_NODE = 10;

    /** Measures the function with the largest number of kernels of the options. */
    static void run(Bench bench, Consumer<Figure> figures) throws Exception {
        int kernels = bench.kernels().stream().max(Integer::compare).orElseThrow();
        Clock clock = Clock.offset(Clock.systemUTC(), FunctionsAtAnotherTime.LATER);
        try (KernelFleet fleet = new KernelFleet(bench.cluster(), kernels, ON_A_NODE);
                ReclaimFleet nodes = new ReclaimFleet(bench.cluster(), Math.ceilDiv(kernels, ON_A_NODE), ON_A_NODE);
                FleetGateways gateways = FleetGateways.start(clock)) {
            bench.say("creating %,d kernels on %,d nodes".formatted(kernels, nodes.nodes()));
            nodes.create();
            fleet.create();
            WholeReclaim whole = new WholeReclaim(bench, fleet, nodes, gateways, clock);
            whole.use();
            whole.measure("too few idle kernels", pod -> ON_A_NODE, figures);
            whole.measure("pods for one to eight GPUs", pod -> 1 + pod % 8, figures);
        }
    }

    private void measure(String what, IntUnaryOperator gpus, Consumer<Figure> figures) throws Exception {
        String subject = "%,d nodes, %,d kernels, %d waiting pods: %s".formatted(nodes.nodes(), fleet.kernels(),
                ReclaimClusters.WAITING, what);
        try (MeasuredFunctions functions = MeasuredFunctions.start(bench, "reclaim", gateways.setting())) {
            List<Double> seconds = new ArrayList<>();
            List<Double> processor = new ArrayList<>();
            List<Double> reads = new ArrayList<>();
            List<Double> culled = new ArrayList<>();
            List<Double> storm = new ArrayList<>();
            for (int round = 0; round < bench.rounds(); round++) {
                Duration before = functions.process().cpu();
                Round one = round(functions, gpus, pods -> List.of(pods.getFirst()));
                seconds.add(one.seconds());
                processor.add(functions.process().cpu().minus(before).toMillis() / 1e3);
                reads.add((double) one.requests().reads());
                culled.add((double) one.culled());
                Round all = round(functions, gpus, pods -> pods);
                storm.add((double) all.requests().reads());
                bench.say(
                        "  %s: %.2f s, of which %.2f s of processor time, %d reads, %d writes, %d culled; a storm of events: %.2f s, %d reads, %d writes"
                                .formatted(what, one.seconds(), processor.getLast(), one.requests().reads(),
                                        one.requests().writes(), one.culled(),
                                        all.seconds(), all.requests().reads(), all.requests().writes()));
            }
            figures.accept(Figure.of("reclaim", subject, "time of the whole function", "s", seconds));
            figures.accept(Figure.of("reclaim", subject, "its processor time", "s", processor));
            figures.accept(Figure.of("reclaim", subject, "kernels culled by a run", "", culled));
            figures.accept(Figure.of("reclaim", subject, "API reads of one event", "", reads));
            figures.accept(Figure.of("reclaim", subject, "API reads of an event about each pod", "", storm));
            figures.accept(Figure.of("reclaim", subject, "peak heap, at most", "MiB",
                    functions.process().mostHeapMiB()));
            figures.accept(Figure.of("reclaim", subject, "live heap afterwards", "MiB",
                    functions.process().liveHeapMiB()));
        }
    }

    /** What was measured while events were answered. */
    private record Round(double seconds, Count requests, int culled) {}

    private interface Choice {
        List<Pod> of(List<Pod> pods);
    }

    private Round round(MeasuredFunctions functions, IntUnaryOperator gpus, Choice choice) throws Exception {
        List<Pod> events = choice.of(nodes.wait(ReclaimClusters.WAITING, gpus));
        fleet.recreate(missing());
        use();
        Count before = bench.cluster().requests().now();
        long start = System.nanoTime();
        int culled = 0;
        Watch served = nodes.deleteServed();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<JsonNode>> calls = events.stream().<Callable<JsonNode>>map(
                    pod -> () -> functions.functions().reconcile("reclaimKernels", "update", Pod.class,
                            pod.getMetadata().getNamespace(), pod.getMetadata().getName()))
                    .toList();
            for (Future<JsonNode> each : threads.invokeAll(calls)) {
                for (JsonNode pod : each.get().path("pods")) {
                    culled += pod.path("culled").size();
                }
            }
        } finally {
            served.close();
        }
        return new Round((System.nanoTime() - start) / 1e9, bench.cluster().requests().now().since(before), culled);
    }

    private List<Integer> missing() {
        return IntStream.range(0, fleet.kernels()).filter(
                kernel -> !gateways.has(fleet.gatewayOf(kernel), KernelFleet.id(kernel))).boxed().toList();
    }

    private void use() {
        Instant now = clock.instant();
        for (int kernel = 0; kernel < fleet.kernels(); kernel++) {
            boolean busy = kernel % ON_A_NODE == 1;
            gateways.put(fleet.gatewayOf(kernel), KernelFleet.id(kernel), busy ? "busy" : "idle",
                    now.minusSeconds(busy ? 1 : 60 + kernel % 3540));
        }
    }
}
