package io.elasticjupyter.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;

/**
 * Sends events to the functions.
 *
 * @param http the client
 * @param url where the functions listen
 */
record FunctionCaller(HttpClient http, URI url) {

    private static final ObjectMapper JSON = new ObjectMapper();

    FunctionCaller(URI url) {
        this(HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build(), url);
    }

    /** Fires the cull function as a PingSource does, and returns what it reports. */
    JsonNode cull(String data) throws IOException, InterruptedException {
        return ping("cullKernels", data);
    }

    /** Fires any function as a PingSource does. */
    JsonNode ping(String function, String data) throws IOException, InterruptedException {
        return call(function, "dev.knative.sources.ping", "/apis/v1/namespaces/benchmark/pingsources/benchmark",
                data);
    }

    /** Sends a reference to a resource as an ApiServerSource does, and returns the response of the function. */
    JsonNode reconcile(String function, String change, Class<? extends HasMetadata> type, String namespace, String name)
            throws IOException, InterruptedException {
        return call(function, "dev.knative.apiserver.ref." + change, "https://kubernetes",
                JSON.createObjectNode().put("apiVersion", HasMetadata.getApiVersion(type))
                        .put("kind", HasMetadata.getKind(type)).put("namespace", namespace).put("name", name)
                        .toString());
    }

    /** Sends a reference to a resource that needs a full run. */
    JsonNode reconcile(String function, HasMetadata resource) throws IOException, InterruptedException {
        return reconcile(function, "add", resource.getClass(), resource.getMetadata().getNamespace(),
                resource.getMetadata().getName());
    }

    private JsonNode call(String function, String type, String source, String data)
            throws IOException, InterruptedException {
        HttpResponse<byte[]> response = http.send(HttpRequest.newBuilder(url.resolve("/" + function))
                .timeout(Duration.ofMinutes(10))
                .header("ce-specversion", "1.0")
                .header("ce-id", UUID.randomUUID().toString())
                .header("ce-source", source)
                .header("ce-type", type)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(data))
                .build(), HttpResponse.BodyHandlers.ofByteArray());
        if (response.statusCode() != 200) {
            throw new IOException(function + " answered " + response.statusCode() + ": "
                    + new String(response.body(), StandardCharsets.UTF_8));
        }
        return JSON.readTree(response.body());
    }

    /**
     * Returns true when the functions are ready.
     *
     * @throws ConnectException when they are not
     */
    boolean requireReady() throws IOException, InterruptedException {
        int status = http.send(HttpRequest.newBuilder(url.resolve("/actuator/health/readiness")).build(),
                HttpResponse.BodyHandlers.discarding()).statusCode();
        if (status != 200) {
            throw new ConnectException("readiness answered " + status);
        }
        return true;
    }
}
