package io.elasticjupyter.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import io.elasticjupyter.api.v1alpha1.JupyterResource;
import io.fabric8.kubernetes.client.Config;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * A reconcile without changes, in a process that has warmed up, compared with the same requests to the API server without the
 * functions.
 */
final class WarmBenchmark implements Benchmark {

    private static final String NAMESPACE = "warm";
    private static final int WARM_UP = 1000;
    private static final int CALLS = 200;

    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private interface Call {
        void make() throws IOException, InterruptedException;
    }

    @Override
    public String name() {
        return "warm";
    }

    @Override
    public void run(Bench bench, Consumer<Figure> figures) throws Exception {
        bench.cluster().createNamespace(NAMESPACE);
        JupyterResource<?, ?> gateway = create(bench, Burst.gateway(NAMESPACE, "gateway"));
        JupyterResource<?, ?> notebook = create(bench, Burst.notebook(NAMESPACE, "notebook"));
        measure(bench, "reconcileNotebook", "an unchanged notebook", notebook, figures);
        measure(bench, "reconcileGateway", "an unchanged gateway", gateway, figures);
        bench.cluster().deleteNamespace(NAMESPACE);
    }

    private static JupyterResource<?, ?> create(Bench bench, JupyterResource<?, ?> resource) {
        return bench.cluster().client().resource(resource).create();
    }

    private void measure(Bench bench, String function, String subject, JupyterResource<?, ?> resource,
            Consumer<Figure> figures) throws Exception {
        List<RecordedCall> calls = calls(bench, function, resource);
        URI server = URI.create(Config.fromKubeconfig(bench.cluster().kubeconfig()).getMasterUrl());
        List<Double> ours = new ArrayList<>();
        List<Double> bare = new ArrayList<>();
        List<Double> processor = new ArrayList<>();
        try (MeasuredFunctions functions = MeasuredFunctions.start(bench, name() + "-" + function)) {
            Call reconcile = () -> functions.functions().reconcile(function, resource);
            Call again = () -> {
                for (RecordedCall call : calls) {
                    HttpResponse<byte[]> answer = http.send(call.to(server).build(),
                            HttpResponse.BodyHandlers.ofByteArray());
                    if (answer.statusCode() >= 300 && answer.statusCode() != 404) {
                        throw new IOException(call.pathAndQuery() + " answered " + answer.statusCode());
                    }
                }
            };
            medianMillis(reconcile, WARM_UP);
            medianMillis(again, WARM_UP);
            for (int round = 0; round < bench.rounds(); round++) {
                long before = functions.process().cpu().toMillis();
                ours.add(medianMillis(reconcile, CALLS));
                processor.add((functions.process().cpu().toMillis() - before) / (double) CALLS);
                bare.add(medianMillis(again, CALLS));
                bench.say("  %s: %.2f ms, its calls alone: %.2f ms".formatted(subject, ours.getLast(), bare.getLast()));
            }
        }
        figures.accept(Figure.of(name(), subject, "time", "ms", ours)
                .beside("its calls alone", Figure.of(name(), subject, "time", "ms", bare)));
        figures.accept(Figure.of(name(), subject, "processor time of the functions", "ms", processor));
        figures.accept(Figure.of(name(), subject, "API reads", "",
                (double) calls.stream().filter(call -> call.method().equals("GET")).count()));
        figures.accept(Figure.of(name(), subject, "API writes that change nothing", "",
                (double) calls.stream().filter(call -> !call.method().equals("GET")).count()));
    }

    /** Returns the requests of a reconcile without changes. */
    private List<RecordedCall> calls(Bench bench, String function, JupyterResource<?, ?> resource) throws Exception {
        Path folder = Files.createDirectories(bench.folder().resolve("recording"));
        try (Meter meter = Meter.start(Config.fromKubeconfig(bench.cluster().kubeconfig()), new RequestCount(), true);
                MeasuredFunctions functions = MeasuredFunctions.start(meter.kubeconfig(), folder, name())) {
            String outcome = "";
            for (int i = 0; i < 20 && !outcome.equals("unchanged"); i++) {
                meter.calls();
                JsonNode report = functions.functions().reconcile(function, resource);
                outcome = report.path("outcome").asText();
            }
            List<RecordedCall> calls = meter.calls();
            calls.forEach(call -> bench.say("  " + call.method() + " " + call.pathAndQuery()));
            if (!outcome.equals("unchanged")) {
                throw new IllegalStateException(function + " still makes changes: " + outcome);
            }
            return calls;
        }
    }

    private static double medianMillis(Call call, int times) throws IOException, InterruptedException {
        List<Double> millis = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            long start = System.nanoTime();
            call.make();
            millis.add((System.nanoTime() - start) / 1e6);
        }
        return Figure.of("", "", "", "", millis).median();
    }
}
