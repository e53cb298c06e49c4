package io.elasticjupyter.benchmark;

import io.elasticjupyter.benchmark.CulledHour.Cost;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The cost of a day with idle kernels. The functions: pods that start as in the image, run once and stay for Knative's window.
 * The culler runs 24 times as often as in a {@link CulledHour}; the reconciler runs for each resync and after each cull, which
 * changes the gateway's status. A pod that still runs takes the next event, too.
 * The peer: a pod that runs all the time without work. Knative's own pods are not counted, because a cluster shares them among
 * all applications.
 */
final class RestBenchmark implements Benchmark {

    private static final List<Integer> KERNELS = List.of(10, 100, 1000);

    /** The time from the last response of a pod to its end: Knative's window, and 30 s in which queue-proxy drains. */
    private static final double WINDOW_SECONDS = 45;
    /** The schedule of the resync in {@code eventing/knative}. */
    private static final double RESYNCS_A_DAY = 24;
    private static final double SECONDS_A_DAY = 86_400;
    private static final Duration SETTLES = Duration.ofSeconds(20);
    private static final Duration RESTS = Duration.ofSeconds(60);

    @Override
    public String name() {
        return "rest";
    }

    /**
     * The cost of an event.
     *
     * @param seconds from the start of a process until its first response
     * @param cpuSeconds the processor time until then
     * @param warmCpuSeconds the processor time of the same event in a process that runs
     * @param residentMiB the resident memory
     */
    private record Wake(double seconds, double cpuSeconds, double warmCpuSeconds, double residentMiB) {

        double cpuSeconds(double coldShare) {
            return coldShare * cpuSeconds + (1 - coldShare) * warmCpuSeconds;
        }
    }

    @Override
    public void run(Bench bench, Consumer<Figure> figures) throws Exception {
        TrainedImage image = TrainedImage.make(bench);
        for (int kernels : KERNELS) {
            Clock clock = Clock.systemUTC();
            try (KernelFleet fleet = new KernelFleet(bench.cluster(), kernels);
                    FleetGateways gateways = FleetGateways.start(clock)) {
                fleet.create();
                for (int kernel = 0; kernel < kernels; kernel++) {
                    gateways.put(fleet.gatewayOf(kernel), KernelFleet.id(kernel),
                            "idle", clock.instant().minusSeconds(kernel % 1800));
                }
                String[] gateway = fleet.gatewayOf(0).split("/");
                String one = "{\"gateway\":\"%s\",\"namespace\":\"%s\"}".formatted(gateway[1], gateway[0]);
                List<Wake> culls = new ArrayList<>();
                List<Wake> resyncs = new ArrayList<>();
                List<Wake> reconciles = new ArrayList<>();
                String reconcile = "{\"kind\":\"JupyterGateway\",\"namespace\":\"%s\",\"name\":\"%s\"}"
                        .formatted(gateway[0], gateway[1]);
                // The first run creates the missing children of the kernels' owners.
                wake(bench, image, gateways, "resync", "{}");
                for (int round = 0; round < bench.rounds(); round++) {
                    culls.add(wake(bench, image, gateways, "cullKernels", one));
                    resyncs.add(wake(bench, image, gateways, "resync", "{}"));
                    reconciles.add(wake(bench, image, gateways, "resync", reconcile));
                }
                bench.say("  the peer at rest with " + kernels + " kernels");
                Wake peer = peerAtRest(bench, kernels);
                bench.say("  an hour of " + kernels + " kernels");
                Cost hour = CulledHour.simulate(bench.cluster(), fleet);
                report("%,d kernels, a day".formatted(kernels), culls, hour, resyncs, reconciles, peer, figures);
            }
        }
    }

    private static Wake wake(Bench bench, TrainedImage image, FleetGateways gateways, String function, String data)
            throws Exception {
        List<String> command = Stream.concat(image.command().stream(), Stream.of(gateways.setting())).toList();
        Map<String, String> environment = MeasuredFunctions.kubeconfig(bench.cluster().kubeconfig(), bench.folder());
        long start = System.nanoTime();
        try (MeasuredFunctions functions = MeasuredFunctions.exec(command, environment, bench.folder(), "rest")) {
            functions.firstAnswer(caller -> caller.ping(function, data));
            double seconds = (System.nanoTime() - start) / 1e9;
            double cold = functions.process().cpu().toMillis() / 1e3;
            functions.functions().ping(function, data);
            return new Wake(seconds, cold, functions.process().cpu().toMillis() / 1e3 - cold,
                    functions.process().residentMiB());
        }
    }

    private static Wake peerAtRest(Bench bench, int kernels) throws Exception {
        try (PeerProcess peer = PeerProcess.start(bench, "rest-peer-" + kernels, "")) {
            Thread.sleep(SETTLES);
            double before = peer.process().cpu().toMillis() / 1e3;
            Thread.sleep(RESTS);
            return new Wake(RESTS.toSeconds(), peer.process().cpu().toMillis() / 1e3 - before, 0,
                    peer.process().residentMiB());
        }
    }

    private void report(String subject, List<Wake> culls, Cost hour, List<Wake> resyncs,
            List<Wake> reconciles, Wake peer, Consumer<Figure> figures) {
        Wake cull = median(culls);
        Wake resync = median(resyncs);
        Wake reconcile = median(reconciles);
        double cullsADay = 24.0 * hour.instants().size();
        // The hourly resync starts the culler too, which writes nothing then.
        double reconcilesADay = cullsADay - RESYNCS_A_DAY;
        Duration stay = Duration.ofMillis(Math.round(1000 * (WINDOW_SECONDS + cull.seconds())));
        double cold = (double) hour.pods(stay) / hour.instants().size();
        // A pod of each function starts at the same instants.
        double podSeconds = 24.0 * hour.withPod(stay).toMillis() / 1e3;
        figures.accept(figure(subject, "starts of a pod", "", 2 * 24.0 * hour.pods(stay)));
        figures.accept(figure(subject, "events", "", cullsADay + RESYNCS_A_DAY + reconcilesADay));
        figures.accept(figure(subject, "processor time of a start and a culling run", "s", cull.cpuSeconds()));
        figures.accept(figure(subject, "processor time of a start and a resync", "s", resync.cpuSeconds()));
        figures.accept(beside(subject, "resident memory while a pod runs", "MiB",
                Math.max(cull.residentMiB(), resync.residentMiB()), peer.residentMiB()));
        figures.accept(beside(subject, "time with a pod", "h", 2 * podSeconds / 3600, 24));
        figures.accept(beside(subject, "processor time", "s",
                cullsADay * cull.cpuSeconds(cold) + RESYNCS_A_DAY * resync.cpuSeconds(cold)
                        + reconcilesADay * reconcile.cpuSeconds(cold),
                peer.cpuSeconds() / peer.seconds() * SECONDS_A_DAY));
        figures.accept(beside(subject, "memory times time", "GiB h",
                podSeconds * (cull.residentMiB() + resync.residentMiB()) / 1024 / 3600,
                peer.residentMiB() / 1024 * 24));
    }

    private static Wake median(List<Wake> wakes) {
        return new Wake(median(wakes, Wake::seconds), median(wakes, Wake::cpuSeconds),
                median(wakes, Wake::warmCpuSeconds), median(wakes, Wake::residentMiB));
    }

    private static double median(List<Wake> wakes, Function<Wake, Double> part) {
        return Figure.of("", "", "", "", wakes.stream().map(part).toList()).median();
    }

    private Figure figure(String subject, String measure, String unit, double value) {
        return Figure.of(name(), subject, measure, unit, value);
    }

    private Figure beside(String subject, String measure, String unit, double ours, double peers) {
        return figure(subject, measure, unit, ours).beside("always on", figure(subject, measure, unit, peers));
    }
}
