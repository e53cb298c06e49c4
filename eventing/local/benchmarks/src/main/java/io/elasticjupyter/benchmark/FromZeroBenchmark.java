package io.elasticjupyter.benchmark;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodList;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.FilterWatchListDeletable;
import io.fabric8.kubernetes.client.dsl.PodResource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The time from the creation of a notebook to its Deployment, and its parts, on a cluster with Knative where the product is
 * installed and scaled to zero. Each instant is the time at which a watch of this process received the change.
 */
final class FromZeroBenchmark implements Benchmark {

    private static final String NAMESPACE = "elastic-jupyter";
    private static final String BENCHMARK = "benchmark-from-zero";
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    /** Its pod cannot be scheduled, so that its Deployment does not change further. */
    private static final String NOTEBOOK = """
            apiVersion: kubeflow.tkestack.io/v1alpha1
            kind: JupyterNotebook
            metadata: {name: %s, namespace: %s}
            spec: {template: {spec: {nodeSelector: {no-such: node}, containers: [{name: notebook}]}}}
            """;

    /** The observed steps, in order. */
    private enum Step {
        POD("creation to the functions' pod"), STARTED("pod to its functions' process"), DEPLOYMENT(
                "process to the Deployment");

        private final String measure;

        Step(String measure) {
            this.measure = measure;
        }
    }

    @Override
    public String name() {
        return "zero";
    }

    @Override
    public void run(Bench bench, Consumer<Figure> figures) throws Exception {
        KubernetesClient client = bench.cluster().client();
        if (client.serviceAccounts().inNamespace(NAMESPACE).withName("reconciler").get() == null) {
            bench.say("  zero: not measured, as the product is not installed on this cluster (docs/install.md)");
            return;
        }
        bench.cluster().createNamespace(BENCHMARK);
        Map<Step, List<Double>> parts = new EnumMap<>(Step.class);
        List<Double> all = new ArrayList<>();
        for (int round = 0; round < bench.rounds(); round++) {
            awaitZero(client);
            Instant start = Instant.now();
            Map<Step, Instant> seen = measure(client, "round-" + round);
            Instant before = start;
            for (Step step : Step.values()) {
                parts.computeIfAbsent(step, first -> new ArrayList<>()).add(seconds(before, seen.get(step)));
                before = seen.get(step);
            }
            all.add(seconds(start, before));
            bench.say("  from zero: %.2f s".formatted(all.getLast()));
        }
        figures.accept(Figure.of(name(), "a notebook", "creation to the Deployment", "s", all));
        parts.forEach((step, values) -> figures.accept(Figure.of(name(), "a notebook", step.measure, "s", values)));
    }

    private static Map<Step, Instant> measure(KubernetesClient client, String name) throws Exception {
        Map<Step, Instant> seen = new ConcurrentHashMap<>();
        CountDownLatch all = new CountDownLatch(Step.values().length);
        try (Watch _ = functionsPods(client).watch(new Recorder<Pod>(seen, all, Map.of(
                Step.POD, pod -> true,
                Step.STARTED, FromZeroBenchmark::isRunning)));
                Watch _ = client.apps().deployments().inNamespace(BENCHMARK).withName(name)
                        .watch(new Recorder<Deployment>(seen, all, Map.of(Step.DEPLOYMENT,
                                deployment -> deployment.getMetadata().getName().equals(name))))) {
            client.resource(NOTEBOOK.formatted(name, BENCHMARK)).create();
            if (!all.await(PATIENCE.toMinutes(), TimeUnit.MINUTES)) {
                throw new TimeoutException("no Deployment of the notebook after " + PATIENCE.toMinutes() + " minutes");
            }
        }
        // A status that the kubelet writes late must not result in a negative part.
        Instant latest = Instant.MAX;
        for (Step step : List.of(Step.values()).reversed()) {
            latest = seen.get(step).isBefore(latest) ? seen.get(step) : latest;
            seen.put(step, latest);
        }
        return seen;
    }

    private static FilterWatchListDeletable<Pod, PodList, PodResource> functionsPods(KubernetesClient client) {
        return client.pods().inNamespace(NAMESPACE).withLabel("serving.knative.dev/service", "reconciler");
    }

    private static boolean isRunning(Pod pod) {
        return pod.getStatus().getContainerStatuses().stream()
                .anyMatch(status -> status.getName().equals("functions") && status.getState().getRunning() != null);
    }

    private static double seconds(Instant from, Instant to) {
        return Duration.between(from, to).toMillis() / 1000.0;
    }

    private static void awaitZero(KubernetesClient client) {
        for (List<Pod> pods = functions(client); !pods.isEmpty(); pods = functions(client)) {
            pods.forEach(pod -> client.resource(pod).waitUntilCondition(Objects::isNull, PATIENCE.toMinutes(),
                    TimeUnit.MINUTES));
        }
    }

    private static List<Pod> functions(KubernetesClient client) {
        return functionsPods(client).list().getItems();
    }

    /** Records the time at which each step was first observed. */
    private record Recorder<T extends HasMetadata>(Map<Step, Instant> seen, CountDownLatch all,
            Map<Step, Predicate<T>> steps)
            implements
                Watcher<T> {

        @Override
        public void eventReceived(Action action, T object) {
            Instant now = Instant.now();
            steps.forEach((step, is) -> {
                if ((action == Action.ADDED || action == Action.MODIFIED) && is.test(object)
                        && seen.putIfAbsent(step, now) == null) {
                    all.countDown();
                }
            });
        }

        @Override
        public void onClose(WatcherException cause) {
            // The wait for the next step reports the failure.
        }
    }
}
