package io.elasticjupyter.benchmark;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * What a day costs with kernels there. Ours: a pod that starts, looks once and stays for Knative's window, as often as an hour of
 * {@link CulledHour} wakes it, times 24. The peer: a pod that is always on and has nothing to do. What Knative itself runs is in
 * neither: a cluster has it once for all that is on it.
 */
final class RestBenchmark implements Benchmark {

    private static final List<Integer> KERNELS = List.of(10, 100, 1000);

    /** As deploy/services says. */
    private static final double WINDOW_SECONDS = 10;
    private static final double SECONDS_A_DAY = 86_400;
    private static final Duration SETTLES = Duration.ofSeconds(20);
    private static final Duration RESTS = Duration.ofSeconds(60);

    @Override
    public String name() {
        return "rest";
    }

    private record Wake(double seconds, double cpuSeconds, double residentMiB) {}

    @Override
    public void run(Bench bench, Consumer<Figure> figures) throws Exception {
        for (int kernels : KERNELS) {
            Clock clock = Clock.offset(Clock.systemUTC(), FunctionsAtAnotherTime.LATER);
            try (KernelFleet fleet = new KernelFleet(bench.cluster(), kernels);
                    GatewayStandIns gateways = new GatewayStandIns(clock)) {
                fleet.create();
                List<Wake> wakes = new ArrayList<>();
                for (int round = 0; round < bench.rounds(); round++) {
                    wakes.add(wake(bench, fleet, gateways, clock.instant()));
                }
                bench.say("  the peer at rest with " + kernels + " kernels");
                Wake peer = peerAtRest(bench, kernels);
                bench.say("  an hour of " + kernels + " kernels");
                double wakesADay = CulledHour.simulate(bench.cluster(), fleet).wakings() * 24.0;
                report(kernels, wakes, wakesADay, peer, figures);
            }
        }
    }

    private static Wake wake(Bench bench, KernelFleet fleet, GatewayStandIns gateways, Instant now) throws Exception {
        for (int kernel = 0; kernel < fleet.kernels(); kernel++) {
            gateways.set(fleet.gatewayOf(kernel), KernelFleet.id(kernel),
                    new GatewayStandIns.Use("idle", now.minusSeconds(kernel % 1800)));
        }
        String[] gateway = fleet.gatewayOf(0).split("/");
        long start = System.nanoTime();
        try (FunctionsProcess functions = FunctionsProcess.start(bench, "rest", gateways.setting())) {
            functions.functions()
                    .cull("{\"gateway\":\"%s\",\"namespace\":\"%s\"}".formatted(gateway[1], gateway[0]));
            return new Wake((System.nanoTime() - start) / 1e9, functions.process().cpu().toMillis() / 1e3,
                    functions.process().residentMiB());
        }
    }

    private static Wake peerAtRest(Bench bench, int kernels) throws Exception {
        try (PeerProcess peer = PeerProcess.start(bench, "rest-peer-" + kernels, "")) {
            Thread.sleep(SETTLES);
            double before = peer.process().cpu().toMillis() / 1e3;
            Thread.sleep(RESTS);
            return new Wake(RESTS.toSeconds(), peer.process().cpu().toMillis() / 1e3 - before,
                    peer.process().residentMiB());
        }
    }

    private void report(int kernels, List<Wake> wakes, double wakesADay, Wake peer, Consumer<Figure> figures) {
        String subject = "%,d kernels, a day".formatted(kernels);
        Figure seconds = Figure.of(name(), subject, "time of a start and a look", "s",
                wakes.stream().map(Wake::seconds).toList());
        Figure cpu = Figure.of(name(), subject, "processor time of a start and a look", "s",
                wakes.stream().map(Wake::cpuSeconds).toList());
        Figure resident = Figure.of(name(), subject, "resident memory after it", "MiB",
                wakes.stream().map(Wake::residentMiB).toList());
        double podSeconds = Math.min(wakesADay * (seconds.median() + WINDOW_SECONDS), SECONDS_A_DAY);
        String always = "always on";
        figures.accept(seconds);
        figures.accept(cpu);
        figures.accept(resident.beside(always, Figure.of(name(), subject, "", "", peer.residentMiB())));
        figures.accept(Figure.of(name(), subject, "times that a pod starts, at most", "", wakesADay));
        figures.accept(Figure.of(name(), subject, "time with a pod", "h", podSeconds / 3600)
                .beside(always, Figure.of(name(), subject, "", "", 24)));
        figures.accept(Figure.of(name(), subject, "processor time", "s", wakesADay * cpu.median())
                .beside(always, Figure.of(name(), subject, "", "",
                        peer.cpuSeconds() / peer.seconds() * SECONDS_A_DAY)));
        figures.accept(Figure.of(name(), subject, "memory times time", "GiB h",
                resident.median() / 1024 * podSeconds / 3600)
                .beside(always, Figure.of(name(), subject, "", "", peer.residentMiB() / 1024 * 24)));
    }
}
