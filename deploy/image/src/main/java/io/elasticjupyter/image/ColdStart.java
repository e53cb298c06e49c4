package io.elasticjupyter.image;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Measures a cold start: from {@code exec} to the first reconcile answered, on an API server over TLS, by turns with plain
 * {@code java -jar} and as the image starts. Prints one line for each.
 */
public final class ColdStart {

    private static final int EVENTS = 100;

    private ColdStart() {}

    /** The arguments are the root of the repository, the executable jar, the laid out and trained folder, and the rounds. */
    public static void main(String... arguments) throws IOException, InterruptedException {
        Path root = Path.of(arguments[0]);
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        List<String> plainly = List.of(java, "-jar", arguments[1]);
        List<String> asImage = List.of(Path.of(arguments[2], "run.sh").toAbsolutePath().toString());
        List<Start> plain = new ArrayList<>();
        List<Start> image = new ArrayList<>();
        try (SecureApi api = SecureApi.start(root.resolve("deploy/crds"))) {
            RecordedEvent event = RecordedEvent
                    .read(root.resolve("functions/src/test/resources/events/resource/02-jupytergateway-add.http"));
            for (int round = 0; round < Integer.parseInt(arguments[3]); round++) {
                plain.add(start(api, plainly, event));
                image.add(start(api, asImage, event));
            }
        }
        print("java -jar", plain);
        print("image", image);
        System.out.printf("ratio of the medians: %.3f of the time, %.3f of the processor time%n",
                median(image, 0) / median(plain, 0), median(image, 1) / median(plain, 1));
    }

    /** What one start took: milliseconds and the processor's milliseconds to the first answer, and MiB after 100 events. */
    private record Start(double millis, double processorMillis, double residentMiB) {
        double figure(int which) {
            return which == 0 ? millis : which == 1 ? processorMillis : residentMiB;
        }
    }

    private static Start start(SecureApi api, List<String> command, RecordedEvent event)
            throws IOException, InterruptedException {
        GenericKubernetesResource gateway = new GenericKubernetesResourceBuilder()
                .withApiVersion("kubeflow.tkestack.io/v1alpha1").withKind("JupyterGateway").withNewMetadata()
                .withName("jupytergateway-elastic").withNamespace("default").endMetadata().build();
        api.client().resource(gateway).create();
        long begin = System.nanoTime();
        try (FunctionsProcess functions = FunctionsProcess.start(command, environment(api))) {
            HttpResponse<String> answer = functions.firstAnswer(event.to(functions.at("/reconcileGateway")));
            double millis = (System.nanoTime() - begin) / 1e6;
            if (!answer.headers().firstValue("ce-outcome").equals(Optional.of("created"))) {
                throw new IllegalStateException(answer.statusCode() + ": " + answer.body());
            }
            double processor = functions.handle().info().totalCpuDuration().orElseThrow().toMillis();
            for (int i = 1; i < EVENTS; i++) {
                functions.call("/reconcileGateway", event);
            }
            return new Start(millis, processor, residentMiB(functions.handle().pid()));
        } finally {
            api.client().resource(gateway).delete();
        }
    }

    private static Map<String, String> environment(SecureApi api) {
        Map<String, String> environment = new HashMap<>(api.environment());
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        environment.put("LOG_FORMAT", "ecs");
        return environment;
    }

    private static double residentMiB(long process) throws IOException {
        return Files.readAllLines(Path.of("/proc", Long.toString(process), "status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToDouble(line -> Double.parseDouble(line.replaceAll("[^0-9]", "")) / 1024).findFirst()
                .orElseThrow();
    }

    private static double median(List<Start> starts, int which) {
        double[] sorted = starts.stream().mapToDouble(each -> each.figure(which)).sorted().toArray();
        return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }

    private static void print(String name, List<Start> starts) {
        System.out.printf("%-10s %.0f ms, %.0f ms of the processor, %.0f MiB after %d events (medians of %d)%n", name,
                median(starts, 0), median(starts, 1), median(starts, 2), EVENTS, starts.size());
    }
}
