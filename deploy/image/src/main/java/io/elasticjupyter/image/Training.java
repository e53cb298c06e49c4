package io.elasticjupyter.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.elasticjupyter.local.fake.FakeGateway;
import io.elasticjupyter.local.fake.FakeKernel;
import io.elasticjupyter.local.fake.MemoryKernels;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.HttpURLConnection;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Runs the functions once as in a cluster, so that the AOT cache contains the classes that they load and link: the resources of
 * the recorded events exist, and every recorded event, with the object and with a reference to it, is sent to every function that the
 * manifests name.
 */
public final class Training {

    /** The path of a function in the subscriber of a Trigger or PingSource. */
    private static final Pattern SUBSCRIBER = Pattern.compile("^\\s+uri: (/\\w+)$", Pattern.MULTILINE);

    private static final List<String> LOOKED_AT = List.of("/actuator/health/readiness", "/actuator/health/liveness",
            "/actuator/prometheus");

    private static final List<String> CONSOLE = List.of("/console", "/console/console.css", "/console/console.js",
            "/console/api/v1/cluster");

    /** The gateway in the recorded events. */
    private static final String GATEWAY = "default/jupytergateway-elastic";

    private static final FakeKernel IDLE_KERNEL = FakeKernel.of("6a2b1c3d-0000-4000-8000-000000000001", "idle",
            Instant.parse("2026-01-01T00:00:00Z"), 1);

    private final FunctionsProcess functions;
    private final KubernetesClient client;
    private final MemoryKernels kernels;
    private int answered;

    private Training(FunctionsProcess functions, KubernetesClient client, MemoryKernels kernels) {
        this.functions = functions;
        this.client = client;
        this.kernels = kernels;
    }

    /** The arguments are the root of the repository and the command that starts the functions. */
    public static void main(String... arguments) throws IOException, InterruptedException {
        Path root = Path.of(arguments[0]);
        List<String> command = Arrays.asList(arguments).subList(1, arguments.length);
        MemoryKernels kernels = new MemoryKernels();
        try (SecureApi api = SecureApi.start(root.resolve("deploy/crds"));
                FakeGateway gateways = FakeGateway.start(kernels)) {
            Map<String, String> environment = new HashMap<>(api.environment());
            environment.put("ELASTIC_JUPYTER_GATEWAY_URL", gateways.urlTemplate());
            // The manifests set this format, so the cache must contain its classes.
            environment.put("LOG_FORMAT", "ecs");
            try (FunctionsProcess functions = FunctionsProcess.start(command, environment, Redirect.INHERIT)) {
                new Training(functions, api.client(), kernels).run(root);
            }
        }
    }

    private void run(Path root) throws IOException, InterruptedException {
        Set<String> paths = subscribers(root.resolve("eventing/knative"));
        Path events = root.resolve("functions/src/test/resources/events");
        for (String path : LOOKED_AT) {
            functions.firstAnswer(() -> functions.send(HttpRequest.newBuilder(functions.at(path)).build()));
        }
        List<RecordedEvent> objects = RecordedEvent.readAll(events.resolve("resource"));
        List<RecordedEvent> references = RecordedEvent.readAll(events.resolve("reference"));
        for (int i = 0; i < objects.size(); i++) {
            replay(objects.get(i));
            send(references.get(i), paths);
            send(objects.get(i), paths);
        }
        for (RecordedEvent ping : RecordedEvent.readAll(events.resolve("ping"))) {
            send(ping, paths);
        }
        look();
        if (answered == 0) {
            throw new IllegalStateException("no function answered a recorded event");
        }
    }

    private void send(RecordedEvent event, Set<String> paths) throws IOException, InterruptedException {
        kernels.put(GATEWAY, IDLE_KERNEL);
        for (String path : paths) {
            count(path, functions.call(path, event));
        }
    }

    /** Reads the console as a browser does. */
    private void look() throws IOException, InterruptedException {
        for (String path : CONSOLE) {
            HttpResponse<String> response = functions.send(
                    HttpRequest.newBuilder(functions.at(path)).header("Authorization", "Bearer of-a-caller").build());
            if (response.statusCode() != HttpURLConnection.HTTP_OK) {
                throw new IllegalStateException(path + " answered " + response.statusCode() + ": " + response.body());
            }
        }
    }

    private static Set<String> subscribers(Path manifests) throws IOException {
        Set<String> paths = new TreeSet<>();
        try (Stream<Path> files = Files.list(manifests)) {
            for (Path file : files.toList()) {
                SUBSCRIBER.matcher(Files.readString(file)).results().forEach(found -> paths.add(found.group(1)));
            }
        }
        return paths;
    }

    /** A function rejects events of other kinds, but no function may fail. */
    private void count(String path, HttpResponse<String> response) {
        if (response.statusCode() >= HttpURLConnection.HTTP_INTERNAL_ERROR) {
            throw new IllegalStateException(path + " answered " + response.statusCode() + ": " + response.body());
        }
        if (response.statusCode() == HttpURLConnection.HTTP_OK) {
            answered++;
        }
    }

    /** Creates, updates or deletes on the API server the object that an event carries. */
    private void replay(RecordedEvent event) {
        if (!(event.data() instanceof ObjectNode data) || !data.has("metadata")) {
            return;
        }
        JsonNode metadata = data.get("metadata");
        ((ObjectNode) metadata).remove(List.of("managedFields", "resourceVersion", "uid", "creationTimestamp"));
        GenericKubernetesResource object = Serialization.unmarshal(data.toString(), GenericKubernetesResource.class);
        if (event.isDeletion()) {
            client.resource(object).delete();
        } else if (metadata.has("ownerReferences") || client.resource(object).get() != null) {
            status(object);
        } else {
            client.resource(object).create();
        }
    }

    /** An object that a function created keeps its owner; only the status is copied. */
    private void status(GenericKubernetesResource object) {
        try {
            client.resource(object).patchStatus();
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
                throw e;
            }
        }
    }
}
