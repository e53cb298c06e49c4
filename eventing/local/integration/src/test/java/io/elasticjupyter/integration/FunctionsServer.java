package io.elasticjupyter.integration;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.cloudevents.http.HttpMessageFactory;
import io.elasticjupyter.application.FunctionsApplication;
import io.fabric8.kubernetes.client.Config;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * The functions' application with a kubeconfig, and a client that calls its functions.
 *
 * @param application the running application
 * @param port the port on which it listens
 */
record FunctionsServer(ConfigurableApplicationContext application, int port) implements AutoCloseable {

    private static final HttpClient HTTP = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /** Starts the application as the user of the kubeconfig. */
    static synchronized FunctionsServer start(String kubeconfig, String... arguments) {
        try {
            Path file = Files.writeString(Files.createTempFile("elastic-jupyter-", ".kubeconfig"), kubeconfig);
            // The application finds its cluster as kubectl does; this property takes precedence over the environment.
            System.setProperty(Config.KUBERNETES_KUBECONFIG_FILE, file.toString());
            try {
                List<String> all = new ArrayList<>(List.of(
                        "--server.address=127.0.0.1",
                        "--server.port=0"));
                all.addAll(List.of(arguments));
                var application = FunctionsApplication.start(all.toArray(String[]::new));
                return new FunctionsServer(application,
                        Integer.parseInt(application.getEnvironment().getRequiredProperty("local.server.port")));
            } finally {
                System.clearProperty(Config.KUBERNETES_KUBECONFIG_FILE);
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends an event to a function. */
    Answer post(String function, CloudEvent event) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/" + function));
        HttpMessageFactory.createWriter(request::header, body -> request.POST(BodyPublishers.ofByteArray(body)))
                .writeBinary(event);
        try {
            return new Answer(HTTP.send(request.build(), BodyHandlers.ofString()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Sends a PingSource's event with the given data. */
    Answer ping(String function, String data) {
        return post(function, CloudEventBuilder.v1().withId(UUID.randomUUID().toString())
                .withSource(URI.create("/apis/v1/namespaces/elastic-jupyter/pingsources/test"))
                .withType("dev.knative.sources.ping")
                .withData("application/json", data.getBytes(StandardCharsets.UTF_8)).build());
    }

    @Override
    public void close() {
        application.close();
    }

    /**
     * The response of a function.
     *
     * @param response the HTTP response
     */
    record Answer(HttpResponse<String> response) {

        int status() {
            return response.statusCode();
        }

        String body() {
            return response.body();
        }

        /** Returns the outcome as one word; empty when the response is not an event. */
        String outcome() {
            return response.headers().firstValue("ce-outcome").orElse("");
        }

        @Override
        public String toString() {
            return status() + " " + outcome() + " " + body();
        }
    }
}
