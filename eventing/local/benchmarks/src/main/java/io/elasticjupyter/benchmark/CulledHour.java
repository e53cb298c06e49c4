package io.elasticjupyter.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import io.elasticjupyter.benchmark.RequestCount.Count;
import io.elasticjupyter.image.FunctionsProcess;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * An hour of kernels in less time: the real functions, called at the instants that they schedule and at the hourly resync, with
 * a clock that is advanced from one to the next. One kernel of ten was last used at a random time within the hour before; the
 * others are used about every five minutes.
 */
final class CulledHour {

    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration RESYNC = Duration.ofHours(1);
    private static final int LEFT_OF_EACH = 10;
    private static final double SECONDS_BETWEEN_USES = 300;
    private static final long SEED = 20260101;

    /**
     * The cost of the hour.
     *
     * @param runs the number of runs of the function
     * @param instants the instants with runs; one instant can have runs for several gateways
     * @param checks the number of checks of a single gateway; a run for all gateways counts as many
     * @param api the requests to the API server
     * @param late for each culled kernel, the seconds between its due time and its deletion
     */
    record Cost(int runs, List<Instant> instants, int checks, Count api, List<Double> late) {

        /** Returns how many pods start, if a pod stays for some time after each instant. */
        long pods(Duration stay) {
            return IntStream.range(0, instants.size()).filter(i -> i == 0
                    || gap(i).compareTo(stay) > 0).count();
        }

        /** Returns how long a pod runs, if it stays for some time after each instant. */
        Duration withPod(Duration stay) {
            return IntStream.range(0, instants.size()).mapToObj(i -> i == instants.size() - 1 || gap(i + 1)
                    .compareTo(stay) > 0 ? stay : gap(i + 1)).reduce(Duration.ZERO, Duration::plus);
        }

        private Duration gap(int i) {
            return Duration.between(instants.get(i - 1), instants.get(i));
        }
    }

    private static final class SetClock extends Clock {
        private volatile Instant now;

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    private final KernelFleet fleet;
    private final SetClock clock = new SetClock();
    private final List<NavigableSet<Instant>> uses;
    private final TreeMap<String, Instant> armed = new TreeMap<>();
    private int runs;
    private final List<Instant> instants = new ArrayList<>();
    private int checks;
    private final List<Double> late = new ArrayList<>();

    private CulledHour(KernelFleet fleet, Instant start) {
        this.fleet = fleet;
        clock.now = start;
        Random random = new Random(SEED);
        uses = IntStream.range(0, fleet.kernels()).mapToObj(kernel -> uses(kernel, start, random)).toList();
    }

    private static NavigableSet<Instant> uses(int kernel, Instant start, Random random) {
        NavigableSet<Instant> uses = new TreeSet<>();
        if (kernel % LEFT_OF_EACH == 0) {
            uses.add(start.minusMillis(random.nextLong(HOUR.toMillis())));
            return uses;
        }
        Instant use = start.minus(HOUR);
        while (use.isBefore(start.plus(HOUR))) {
            uses.add(use);
            use = use.plusMillis((long) (-Math.log(1 - random.nextDouble()) * SECONDS_BETWEEN_USES * 1000) + 1);
        }
        return uses;
    }

    static Cost simulate(Cluster cluster, KernelFleet fleet) throws Exception {
        Instant start = Instant.now().plus(FunctionsAtAnotherTime.LATER).truncatedTo(ChronoUnit.MINUTES);
        CulledHour hour = new CulledHour(fleet, start);
        Path folder = Files.createTempDirectory("benchmark");
        int port = FunctionsProcess.freePort();
        System.setProperty("kubeconfig", cluster.kubeconfig(folder).toString());
        try (FleetGateways gateways = FleetGateways.start(hour.clock)) {
            var functions = FunctionsAtAnotherTime.start(hour.clock, "--server.address=127.0.0.1",
                    "--server.port=" + port, gateways.setting());
            for (int kernel = 0; kernel < fleet.kernels(); kernel++) {
                gateways.put(fleet.gatewayOf(kernel), KernelFleet.id(kernel), "idle", start);
            }
            try {
                return hour.pass(cluster, gateways, new FunctionCaller(URI.create("http://127.0.0.1:" + port)), start);
            } finally {
                functions.close();
            }
        } finally {
            System.clearProperty("kubeconfig");
        }
    }

    private Cost pass(Cluster cluster, FleetGateways gateways, FunctionCaller functions, Instant start)
            throws IOException, InterruptedException {
        // Schedules from before the hour are not counted.
        run(gateways, functions, "{}");
        runs = 0;
        checks = 0;
        late.clear();
        Count before = cluster.requests().now();
        Instant end = start.plus(HOUR);
        Instant tick = start.plus(RESYNC.dividedBy(2));
        while (true) {
            Instant next = armed.values().stream().min(Instant::compareTo).filter(tick::isAfter).orElse(tick);
            if (next.isAfter(end)) {
                return new Cost(runs, List.copyOf(instants), checks, cluster.requests().now().since(before),
                        List.copyOf(late));
            }
            clock.now = next;
            instants.add(next);
            List<String> due = armed.entrySet().stream().filter(each -> each.getValue().equals(next))
                    .map(Map.Entry::getKey).collect(Collectors.toList());
            for (String gateway : due) {
                String[] names = gateway.split("/");
                run(gateways, functions, "{\"gateway\":\"%s\",\"namespace\":\"%s\"}".formatted(names[1], names[0]));
            }
            if (next.equals(tick)) {
                run(gateways, functions, "{}");
                tick = tick.plus(RESYNC);
            }
        }
    }

    private double late(String kernelId) {
        Instant lastUse = uses.get(KernelFleet.kernel(kernelId)).floor(clock.now);
        return Duration.between(lastUse, clock.now).toMillis() / 1000.0 - KernelFleet.CULL_IDLE_TIMEOUT_SECONDS;
    }

    private void run(FleetGateways gateways, FunctionCaller functions, String data)
            throws IOException, InterruptedException {
        for (int kernel = 0; kernel < fleet.kernels(); kernel++) {
            if (gateways.has(fleet.gatewayOf(kernel), KernelFleet.id(kernel))) {
                gateways.put(fleet.gatewayOf(kernel), KernelFleet.id(kernel),
                        "idle", uses.get(kernel).floor(clock.now));
            }
        }
        JsonNode reports = functions.cull(data).path("gateways");
        runs++;
        for (JsonNode report : reports) {
            checks++;
            report.path("culled").forEach(kernel -> late.add(late(kernel.path("kernelId").asText())));
            String gateway = report.path("namespace").asText() + "/" + report.path("gateway").asText();
            armed.remove(gateway);
            if (report.hasNonNull("nextCull")) {
                armed.put(gateway, Instant.parse(report.path("nextCull").asText()));
            }
        }
    }
}
