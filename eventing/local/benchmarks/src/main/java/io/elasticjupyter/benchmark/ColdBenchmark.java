package io.elasticjupyter.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.image.SecureApi;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;

/**
 * A cold start: the time from {@code exec} to the response of the first reconcile, on an API server that is reached as from a
 * pod, over TLS and with a token. Starts as in the image alternate with starts by plain {@code java -jar}. The reconciled
 * gateway has no children yet.
 */
final class ColdBenchmark implements Benchmark {

    private static final String NAMESPACE = "cold";
    private static final String SUBJECT = "the first gateway";
    private static final int EVENTS = 100;

    @Override
    public String name() {
        return "cold";
    }

    /** The costs of one start: time and processor time until the first response, and memory after a hundred requests. */
    private record Start(double seconds, double cpuSeconds, double residentMiB) {}

    @Override
    public void run(Bench bench, Consumer<Figure> figures) throws Exception {
        TrainedImage image = TrainedImage.make(bench);
        Optional<Map<String, String>> real = bench.cluster().asFromAPod(bench.folder());
        if (real.isPresent()) {
            bench.cluster().createNamespace(NAMESPACE);
            measure(bench, image, bench.cluster().client(), real.get(), figures);
            bench.cluster().deleteNamespace(NAMESPACE);
            return;
        }
        try (SecureApi api = SecureApi.start(Path.of("deploy/crds"))) {
            api.client().resource(new NamespaceBuilder().withNewMetadata().withName(NAMESPACE).endMetadata().build())
                    .create();
            measure(bench, image, api.client(), api.environment(), figures);
        }
    }

    private void measure(Bench bench, TrainedImage image, KubernetesClient client, Map<String, String> environment,
            Consumer<Figure> figures) throws IOException, InterruptedException {
        Map<String, String> asInAPod = new HashMap<>(environment);
        asInAPod.put("LOG_FORMAT", "ecs");
        List<Start> images = new ArrayList<>();
        List<Start> plain = new ArrayList<>();
        for (int round = 0; round < bench.rounds(); round++) {
            plain.add(start(bench, client, image.plainCommand(), asInAPod));
            images.add(start(bench, client, image.command(), asInAPod));
            bench.say("  a cold start: %.2f s, by java -jar: %.2f s".formatted(images.getLast().seconds(),
                    plain.getLast().seconds()));
        }
        figures.accept(beside("time until the first answer", "s", images, plain, Start::seconds));
        figures.accept(beside("processor time", "s", images, plain, Start::cpuSeconds));
        figures.accept(beside("resident after " + EVENTS + " events", "MiB", images, plain, Start::residentMiB));
    }

    private static Start start(Bench bench, KubernetesClient client, List<String> command,
            Map<String, String> environment) throws IOException, InterruptedException {
        // A unique name, because the objects of an earlier run may still be terminating.
        JupyterGateway gateway = client
                .resource(Burst.gateway(NAMESPACE, "gateway-" + UUID.randomUUID().toString().substring(0, 8))).create();
        long begin = System.nanoTime();
        try (MeasuredFunctions functions = MeasuredFunctions.exec(command, environment, bench.folder(), "cold")) {
            JsonNode first = functions.firstAnswer(caller -> caller.reconcile("reconcileGateway", gateway));
            double seconds = (System.nanoTime() - begin) / 1e9;
            double cpu = functions.process().cpu().toMillis() / 1e3;
            if (!first.path("outcome").asText().equals("created")) {
                throw new IOException("the first reconcile returned " + first);
            }
            for (int event = 1; event < EVENTS; event++) {
                functions.functions().reconcile("reconcileGateway", gateway);
            }
            return new Start(seconds, cpu, functions.process().residentMiB());
        } finally {
            client.resource(gateway).delete();
        }
    }

    private Figure beside(String measure, String unit, List<Start> images, List<Start> plain,
            ToDoubleFunction<Start> part) {
        return figure(measure, unit, images, part).beside("java -jar", figure(measure, unit, plain, part));
    }

    private Figure figure(String measure, String unit, List<Start> starts, ToDoubleFunction<Start> part) {
        return Figure.of(name(), SUBJECT, measure, unit, starts.stream().mapToDouble(part).boxed().toList());
    }
}
