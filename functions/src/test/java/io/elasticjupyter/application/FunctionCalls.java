package io.elasticjupyter.application;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.cloudevents.CloudEvent;
import io.cloudevents.http.HttpMessageFactory;
import io.elasticjupyter.event.RecordedEvent;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Calls functions as a Broker does.
 *
 * @param port the port on which the functions listen
 */
record FunctionCalls(int port) {

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    URI function(String name) {
        return URI.create("http://localhost:" + port + "/" + name);
    }

    HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
        return HTTP.send(request, BodyHandlers.ofString());
    }

    HttpResponse<String> call(String function, RecordedEvent event) throws IOException, InterruptedException {
        return send(event.to(function(function)));
    }

    /** Returns the result of a function that received an event about a resource. */
    JsonNode reconcile(String function, Class<? extends HasMetadata> type, String name)
            throws IOException, InterruptedException {
        return report(post(function, "dev.knative.apiserver.ref.add", Serialization.asJson(Map.of(
                "kind", HasMetadata.getKind(type), "apiVersion", HasMetadata.getApiVersion(type), "namespace",
                "default", "name", name))));
    }

    HttpResponse<String> post(String function, String type, String data) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(function(function)).header("ce-specversion", "1.0").header("ce-id", "1")
                .header("ce-source", "/test")
                .header("ce-type", type).header("Content-Type", "application/json").POST(BodyPublishers.ofString(data))
                .build());
    }

    static CloudEvent event(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return HttpMessageFactory
                .createReaderFromMultimap(response.headers().map(), response.body().getBytes(StandardCharsets.UTF_8))
                .toEvent();
    }

    static JsonNode report(HttpResponse<String> response) {
        return Serialization.unmarshal(new String(event(response).getData().toBytes(), StandardCharsets.UTF_8),
                JsonNode.class);
    }

    static void assertProblem(HttpResponse<String> response, int status) {
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(Serialization.unmarshal(response.body(), JsonNode.class).path("detail").asText()).isNotEmpty();
        assertThat(response.body()).doesNotContain("\tat ", "Exception");
    }
}
