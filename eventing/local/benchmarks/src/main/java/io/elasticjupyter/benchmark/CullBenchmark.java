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
 * One culling run for all gateways, in a process with 256 MiB of heap. Of each ten kernels, one is due and deleted, one is
 * busy, and all were used since the last run, so that each JupyterKernel's status is written. Also compares an hour of such
 * kernels with runs at the instants that the functions schedule, and with a run every minute.
 */
final class CullBenchmark implements Benchmark {

    private static final int OF_EACH = 10;
    private static final int RUNS_OF_A_POLL = 60;

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
                long readsOfARun;
                try (MeasuredFunctions functions = MeasuredFunctions.start(bench, name() + "-" + kernels,
                        gateways.setting())) {
                    readsOfARun = runs(bench, fleet, gateways, functions, clock, figures);
                }
                bench.say("an hour of " + kernels + " kernels");
                hour(bench, fleet, readsOfARun, figures);
            }
        }
    }

    private long runs(Bench bench, KernelFleet fleet, FleetGateways gateways, MeasuredFunctions functions,
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
        figures.accept(Figure.of(name(), subject, "time of a run for all gateways", "s", seconds));
        figures.accept(Figure.of(name(), subject, "kernels culled by a run", "", culled).beside("due", due));
        figures.accept(Figure.of(name(), subject, "API reads of a run", "", reads));
        figures.accept(Figure.of(name(), subject, "API writes of a run", "", writes));
        figures.accept(Figure.of(name(), subject, "gateway requests of a run", "", asked));
        figures.accept(Figure.of(name(), subject, "peak heap, at most", "MiB", heap));
        figures.accept(Figure.of(name(), subject, "live heap afterwards", "MiB", functions.process().liveHeapMiB()));
        figures.accept(Figure.of(name(), subject, "processor time of all runs", "s",
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

    private void hour(Bench bench, KernelFleet fleet, long readsOfARun, Consumer<Figure> figures) throws Exception {
        CulledHour.Cost ours = CulledHour.simulate(bench.cluster(), fleet);
        String subject = subject(fleet) + ", an hour";
        Figure pollChecks = Figure.of(name(), subject, "checks", "", (double) RUNS_OF_A_POLL * fleet.gateways());
        Figure pollReads = Figure.of(name(), subject, "reads", "", (double) RUNS_OF_A_POLL * readsOfARun);
        String poll = "a poll every minute";
        figures.accept(Figure.of(name(), subject, "checks of a gateway", "", ours.checks()).beside(poll, pollChecks));
        figures.accept(Figure.of(name(), subject, "runs of the function", "", ours.runs()));
        figures.accept(Figure.of(name(), subject, "instants at which it runs", "", ours.instants().size()).beside(poll,
                Figure.of(name(), subject, "runs", "", RUNS_OF_A_POLL)));
        figures.accept(Figure.of(name(), subject, "API reads", "", ours.api().reads()).beside(poll, pollReads));
        figures.accept(Figure.of(name(), subject, "API writes", "", ours.api().writes()));
        figures.accept(Figure.of(name(), subject, "checks per kernel", "", (double) ours.checks() / fleet.kernels()));
        figures.accept(Figure.of(name(), subject, "kernels culled", "", ours.late().size()));
        figures.accept(Figure.of(name(), subject, "delay between due and culled", "s", ours.late()));
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

    /** A kernel whose gateway does not respond in time is not counted: the next run deletes it. */
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
