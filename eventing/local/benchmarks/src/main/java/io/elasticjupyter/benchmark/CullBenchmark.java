package io.elasticjupyter.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import io.elasticjupyter.benchmark.RequestCount.Count;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * One look at all gateways, in a process with 256 MiB of heap. Of each ten kernels one is due and goes, one is busy, and all were
 * used since the last look, so that each JupyterKernel's status is written. Beside it: what an hour of such kernels takes when a look
 * is made at the instants that the functions arm, and what a look each minute takes.
 */
final class CullBenchmark implements Benchmark {

    private static final int OF_EACH = 10;
    private static final int LOOKS_OF_A_POLL = 60;

    @Override
    public String name() {
        return "cull";
    }

    @Override
    public void run(Bench bench, Consumer<Figure> figures) throws Exception {
        for (int kernels : bench.kernels()) {
            Clock clock = Clock.offset(Clock.systemUTC(), FunctionsAtAnotherTime.LATER);
            try (KernelFleet fleet = new KernelFleet(bench.cluster(), kernels);
                    FleetGateways gateways = FleetGateways.start(clock)) {
                bench.say("creating " + kernels + " kernels");
                fleet.create();
                long readsOfALook;
                try (MeasuredFunctions functions = MeasuredFunctions.start(bench, name() + "-" + kernels,
                        gateways.setting())) {
                    readsOfALook = looks(bench, fleet, gateways, functions, clock, figures);
                }
                bench.say("an hour of " + kernels + " kernels");
                hour(bench, fleet, readsOfALook, figures);
            }
        }
    }

    private long looks(Bench bench, KernelFleet fleet, FleetGateways gateways, MeasuredFunctions functions,
            Clock clock, Consumer<Figure> figures) throws Exception {
        List<Double> seconds = new ArrayList<>();
        List<Double> reads = new ArrayList<>();
        List<Double> writes = new ArrayList<>();
        List<Double> asked = new ArrayList<>();
        List<Double> culled = new ArrayList<>();
        for (int round = 0; round < bench.rounds(); round++) {
            use(fleet, gateways, clock.instant());
            Count before = bench.cluster().requests().now();
            int askedBefore = gateways.requests();
            long start = System.nanoTime();
            JsonNode report = functions.functions().cull("{}");
            seconds.add((System.nanoTime() - start) / 1e9);
            Count during = bench.cluster().requests().now().since(before);
            reads.add((double) during.reads());
            writes.add((double) during.writes());
            asked.add((double) gateways.requests() - askedBefore);
            culled.add((double) culled(report));
            bench.say(
                    "  %,d kernels: %.2f s, %,d requests, %.0f culled".formatted(fleet.kernels(), seconds.getLast(),
                            during.all(), culled.getLast()));
            fleet.recreate(due(fleet));
        }
        String subject = subject(fleet);
        double heap = functions.process().mostHeapMiB();
        Figure due = Figure.of(name(), subject, "due", "", (double) due(fleet).size());
        figures.accept(Figure.of(name(), subject, "time of a look at all", "s", seconds));
        figures.accept(Figure.of(name(), subject, "kernels culled by a look", "", culled).beside("due", due));
        figures.accept(Figure.of(name(), subject, "API reads of a look", "", reads));
        figures.accept(Figure.of(name(), subject, "API writes of a look", "", writes));
        figures.accept(Figure.of(name(), subject, "gateway requests of a look", "", asked));
        figures.accept(Figure.of(name(), subject, "peak heap, at most", "MiB", heap));
        figures.accept(Figure.of(name(), subject, "live heap afterwards", "MiB", functions.process().liveHeapMiB()));
        figures.accept(Figure.of(name(), subject, "processor time of all looks", "s",
                functions.process().cpu().toMillis() / 1e3));
        figures.accept(Figure.of(name(), subject, "of which garbage collection", "s",
                functions.process().collectionSeconds()));
        figures.accept(Figure.of(name(), subject, "peak resident memory", "MiB",
                functions.process().mostResidentMiB()));

        use(fleet, gateways, clock.instant());
        due(fleet).forEach(kernel -> gateways.put(fleet.gatewayOf(kernel), KernelFleet.id(kernel),
                "idle", clock.instant()));
        Count before = bench.cluster().requests().now();
        functions.functions().cull("{\"dryRun\":true}");
        return bench.cluster().requests().now().since(before).all();
    }

    private void hour(Bench bench, KernelFleet fleet, long readsOfALook, Consumer<Figure> figures) throws Exception {
        CulledHour.Cost ours = CulledHour.simulate(bench.cluster(), fleet);
        String subject = subject(fleet) + ", an hour";
        Figure pollLooks = Figure.of(name(), subject, "looks", "", (double) LOOKS_OF_A_POLL * fleet.gateways());
        Figure pollReads = Figure.of(name(), subject, "reads", "", (double) LOOKS_OF_A_POLL * readsOfALook);
        String poll = "a poll each minute";
        figures.accept(Figure.of(name(), subject, "looks at a gateway", "", ours.looks()).beside(poll, pollLooks));
        figures.accept(Figure.of(name(), subject, "runs of the function", "", ours.runs()));
        figures.accept(Figure.of(name(), subject, "instants at which it runs", "", ours.wakings()).beside(poll,
                Figure.of(name(), subject, "runs", "", LOOKS_OF_A_POLL)));
        figures.accept(Figure.of(name(), subject, "API reads", "", ours.api().reads()).beside(poll, pollReads));
        figures.accept(Figure.of(name(), subject, "API writes", "", ours.api().writes()));
        figures.accept(Figure.of(name(), subject, "looks per kernel", "", (double) ours.looks() / fleet.kernels()));
        figures.accept(Figure.of(name(), subject, "kernels culled", "", ours.late().size()));
        figures.accept(Figure.of(name(), subject, "culled after it was due by", "s", ours.late()));
    }

    private static String subject(KernelFleet fleet) {
        return "%,d kernels, %d gateway%s".formatted(fleet.kernels(), fleet.gateways(),
                fleet.gateways() == 1 ? "" : "s");
    }

    private static List<Integer> due(KernelFleet fleet) {
        return IntStream.range(0, fleet.kernels()).filter(kernel -> kernel % OF_EACH == 0).boxed().toList();
    }

    private static void use(KernelFleet fleet, FleetGateways gateways, Instant now) {
        for (int kernel = 0; kernel < fleet.kernels(); kernel++) {
            gateways.put(fleet.gatewayOf(kernel), KernelFleet.id(kernel), kernel % OF_EACH == 1 ? "busy" : "idle",
                    switch (kernel % OF_EACH) {
                        case 0 -> now.minusSeconds(7200);
                        case 1 -> now.minusSeconds(10);
                        default -> now.minusSeconds(kernel % 1800);
                    });
        }
    }

    /** A kernel whose gateway does not answer in time is none of these: it goes with the next look. */
    private static int culled(JsonNode report) {
        int culled = 0;
        for (JsonNode gateway : report.path("gateways")) {
            if (gateway.hasNonNull("problem")) {
                throw new IllegalStateException(gateway.path("problem").asText());
            }
            culled += gateway.path("culled").size();
        }
        return culled;
    }
}
