package io.elasticjupyter.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the scripts of the Dockerfile in the same order, and the entry point on their result. */
class ImageTest {

    private static final Path ROOT = Path.of(System.getProperty("repository.root"));
    private static final Path SCRIPTS = ROOT.resolve("deploy/image");
    private static final Path LIBRARIES_JAR = Path.of(System.getProperty("libraries.jar"));
    private static final Path APP = Path.of("target/app").toAbsolutePath();
    private static final Path EVENTS = ROOT.resolve("functions/src/test/resources/events/resource");

    @BeforeAll
    static void layOutAndTrain() throws Exception {
        assertThat(LIBRARIES_JAR).as("created by 'mvn verify' in the root").exists();
        script("layout.sh", LIBRARIES_JAR.toString(), APP.toString());
        script("train.sh", APP.toString(), System.getProperty("java.class.path"));
    }

    @Test
    void theEntryPointAnswersARecordedEventFromTheCache(@TempDir Path folder) throws Exception {
        RecordedEvent event = RecordedEvent.read(EVENTS.resolve("02-jupytergateway-add.http"));
        Path loaded = folder.resolve("loaded");
        try (SecureApi api = SecureApi.start(ROOT.resolve("deploy/crds"))) {
            api.client().resource("""
                    apiVersion: kubeflow.tkestack.io/v1alpha1
                    kind: JupyterGateway
                    metadata: {name: jupytergateway-elastic, namespace: default}
                    """).create();
            Map<String, String> environment = new HashMap<>(api.environment());
            // The entry point fails without the cache.
            environment.put("JDK_JAVA_OPTIONS",
                    "-XX:AOTMode=on -Xlog:class+load:file=" + loaded + ":none:filecount=0");
            try (FunctionsProcess functions = start(environment)) {
                HttpResponse<String> answer = functions
                        .firstAnswer(() -> functions.call("/reconcileGateway", event));

                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
                assertThat(answer.headers().firstValue("ce-outcome")).contains("created");
                // Kubernetes sends SIGTERM to the first process of the container, and a shell does not pass it on.
                assertThat(functions.process().info().command()).hasValueSatisfying(
                        command -> assertThat(command).endsWith("/runtime/bin/java"));
                assertThat(get(functions, "/actuator/health/readiness").statusCode()).isEqualTo(200);
                answersMoreEventsAtOnceThanThereAreProcessors(functions);
                assertThat(get(functions, "/actuator/prometheus").body())
                        .contains(
                                "elastic_jupyter_function_seconds_count{function=\"reconcileGateway\",outcome=\"created\"} 1");
                assertThat(get(functions, "/reconcileGateway").statusCode()).isEqualTo(405);
                assertThat(functions.call("/kubernetesClient", event).statusCode()).isEqualTo(404);
            }
        }
        Map<Boolean, Long> ours;
        try (Stream<String> lines = Files.lines(loaded)) {
            // The JVM generates the classes of proxies, lambdas and switches at run time.
            ours = lines.filter(line -> line.startsWith("io.elasticjupyter."))
                    .filter(line -> line.contains("shared objects file") || line.contains(".jar"))
                    .collect(Collectors.partitioningBy(line -> line.contains("shared objects file"),
                            Collectors.counting()));
        }
        assertThat(ours.get(true)).as("the project's classes from the cache").isPositive();
        assertThat(ours.get(false)).as("the project's classes from the jar").isZero();
    }

    /** The Job that installs the key of the events runs the image with this argument. */
    @Test
    void theEntryPointPassesItsArgumentsOn(@TempDir Path folder) throws Exception {
        Path output = folder.resolve("output");
        ProcessBuilder job = new ProcessBuilder(APP.resolve("run.sh").toString(), "install-event-key")
                .redirectErrorStream(true).redirectOutput(output.toFile());
        job.environment().putAll(withJava(Map.of("KUBECONFIG", folder.resolve("none").toString(),
                "KUBERNETES_MASTER", "http://127.0.0.1:" + FunctionsProcess.freePort(),
                "KUBERNETES_NAMESPACE", "elastic-jupyter", "KUBERNETES_REQUEST_RETRY_BACKOFFLIMIT", "0")));
        Process process = job.start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("the functions do not start").isTrue();
            assertThat(process.exitValue()).isEqualTo(1);
            assertThat(Files.readString(output)).contains("event key not installed: ");
        } finally {
            process.destroyForcibly();
        }
    }

    /** A process that goes on without memory would answer its probes and no event. */
    @Test
    void theJvmExitsWhenItsMemoryIsExhausted() throws Exception {
        Process flags = new ProcessBuilder("runtime/bin/java", "@jvm.options", "-XX:+PrintFlagsFinal", "-version")
                .directory(APP.toFile()).redirectErrorStream(true).start();
        String printed = new String(flags.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(flags.waitFor()).as(printed).isZero();
        assertThat(printed).containsPattern("ExitOnOutOfMemoryError +\\S+ true")
                .containsPattern("UseSerialGC +\\S+ true");
    }

    /** Kubernetes checks runAsNonRoot by the number of the user: a name would be refused, and without a user the image runs as root. */
    @Test
    void theImageRunsTheEntryPointAsANumberedUser() throws Exception {
        String dockerfile = Files.readString(SCRIPTS.resolve("Dockerfile"));
        String image = dockerfile.substring(dockerfile.lastIndexOf("\nFROM "));

        assertThat(image).containsPattern("(?m)^USER [1-9]\\d*:[1-9]\\d*$")
                .containsPattern("(?m)^ENTRYPOINT \\[\"/app/run.sh\"]$");
        for (String file : List.of("runtime", "libraries.jar", "functions.jar", "functions.aot", "run.sh",
                "jvm.options")) {
            assertThat(image).contains("/app/" + file);
            assertThat(APP.resolve(file)).exists();
        }
    }

    @Test
    void theLayoutIsReproducible(@TempDir Path folder) throws Exception {
        script("layout.sh", LIBRARIES_JAR.toString(), folder.resolve("again").toString());

        assertThat(listing(folder.resolve("again"))).isEqualTo(listing(APP)).isNotEmpty();
    }

    /** A virtual thread that is pinned to its carrier, for instance by a native frame, would wait for ever for those that it starts. */
    private static void answersMoreEventsAtOnceThanThereAreProcessors(FunctionsProcess functions) throws Exception {
        HttpRequest ping = HttpRequest.newBuilder(functions.at("/resync")).timeout(Duration.ofSeconds(60))
                .header("ce-specversion", "1.0").header("ce-id", "1").header("ce-source", "/test")
                .header("ce-type", "dev.knative.sources.ping").header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{}")).build();
        List<Callable<Integer>> calls = Collections.nCopies(4 * Runtime.getRuntime().availableProcessors(),
                () -> functions.send(ping).statusCode());
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Integer> call : threads.invokeAll(calls)) {
                assertThat(call.get()).isEqualTo(200);
            }
        }
    }

    private static HttpResponse<String> get(FunctionsProcess functions, String path) throws Exception {
        return functions.send(HttpRequest.newBuilder(functions.at(path)).build());
    }

    private static FunctionsProcess start(Map<String, String> environment) throws IOException {
        return FunctionsProcess.start(List.of(APP.resolve("run.sh").toString()), withJava(environment),
                Redirect.INHERIT);
    }

    private static void script(String name, String... arguments) throws IOException, InterruptedException {
        ProcessBuilder script = new ProcessBuilder(
                Stream.concat(Stream.of(SCRIPTS.resolve(name).toString()), Stream.of(arguments)).toList()).inheritIO();
        script.environment().putAll(withJava(Map.of()));
        assertThat(script.start().waitFor()).as(name).isZero();
    }

    private static Map<String, String> withJava(Map<String, String> environment) {
        Map<String, String> all = new HashMap<>(environment);
        all.put("JAVA_HOME", System.getProperty("java.home"));
        return all;
    }

    /** Returns every file with its size and time, except the cache, which each training creates anew. */
    private static String listing(Path app) throws IOException {
        try (Stream<Path> files = Files.walk(app)) {
            return files.filter(Files::isRegularFile).filter(file -> !file.endsWith("functions.aot")).sorted()
                    .map(file -> app.relativize(file) + " " + described(file)).collect(Collectors.joining("\n"));
        }
    }

    private static String described(Path file) {
        try {
            return Files.size(file) + " " + Files.getLastModifiedTime(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
