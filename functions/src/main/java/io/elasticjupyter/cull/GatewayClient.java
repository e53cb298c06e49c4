package io.elasticjupyter.cull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.cull.policy.KernelActivity;
import io.elasticjupyter.cull.policy.KernelActivity.State;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/**
 * Client of the kernels' part of
 * <a href="https://jupyter-server.readthedocs.io/en/latest/developers/rest-api.html">Jupyter's REST API</a> of Enterprise
 * Gateways. A gateway may be slow, broken or another server altogether, so responses are limited in time and size and validated.
 */
final class GatewayClient {

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration RESPONSE_TIMEOUT = Duration.ofSeconds(5);

    /** Ten thousand kernels take about 3 MB. */
    private static final long MAX_BYTES = 8 * 1024 * 1024;

    /** A smaller difference can be due to the Date header, which has whole seconds, and to latency. */
    private static final Duration MIN_CLOCK_SKEW = Duration.ofSeconds(2);

    private static final ObjectMapper JSON = new ObjectMapper();

    private final String urlTemplate;
    private final Function<JupyterGateway, Optional<String>> tokens;
    private final Clock clock;

    /**
     * Creates a client for all gateways.
     *
     * @param urlTemplate the URL of a gateway, with {@code {name}} and {@code {namespace}}
     * @param tokens returns the token of a gateway, which is sent in each request
     */
    GatewayClient(String urlTemplate, Function<JupyterGateway, Optional<String>> tokens, Clock clock) {
        this.urlTemplate = urlTemplate;
        this.tokens = tokens;
        this.clock = clock;
    }

    /**
     * Returns the activity of all kernels of a gateway, by the function's clock.
     *
     * @throws GatewayException when the gateway cannot be reached or its response is invalid
     */
    List<KernelActivity> kernels(JupyterGateway gateway) {
        HttpResponse<byte[]> response = send(request(gateway, ""));
        if (response.statusCode() != HttpURLConnection.HTTP_OK) {
            throw new GatewayException("answered " + response.statusCode());
        }
        JsonNode kernels = json(response);
        if (!kernels.isArray()) {
            throw new GatewayException("answered with JSON that is not a list of kernels");
        }
        List<KernelActivity> activities = new ArrayList<>();
        kernels.forEach(kernel -> activities.add(activity(kernel, response)));
        return activities;
    }

    /**
     * Returns the activity of one kernel, by the function's clock; empty when the gateway has no such kernel.
     *
     * @throws GatewayException when the gateway cannot be reached or its response is invalid
     */
    Optional<KernelActivity> kernel(JupyterGateway gateway, String id) {
        HttpResponse<byte[]> response = send(request(gateway, "/" + id));
        return switch (response.statusCode()) {
            case HttpURLConnection.HTTP_OK -> Optional.of(activity(json(response), response));
            case HttpURLConnection.HTTP_NOT_FOUND -> Optional.empty();
            default -> throw new GatewayException("answered " + response.statusCode());
        };
    }

    /**
     * Shuts a kernel down. Returns false when the gateway has no such kernel, because another request has shut it down.
     *
     * @throws GatewayException when the gateway cannot be reached or does not delete the kernel
     */
    boolean delete(JupyterGateway gateway, String id) {
        int status = send(request(gateway, "/" + id).DELETE()).statusCode();
        return switch (status) {
            case HttpURLConnection.HTTP_NO_CONTENT -> true;
            case HttpURLConnection.HTTP_NOT_FOUND -> false;
            default -> throw new GatewayException("answered " + status + " to DELETE of kernel " + id);
        };
    }

    private HttpRequest.Builder request(JupyterGateway gateway, String path) {
        HttpRequest.Builder request = HttpRequest
                .newBuilder(URI.create(urlTemplate.replace("{name}", gateway.getMetadata().getName())
                        .replace("{namespace}", gateway.getMetadata().getNamespace()) + "/api/kernels" + path));
        tokens.apply(gateway).ifPresent(token -> request.header("Authorization", "token " + token));
        return request;
    }

    private HttpResponse<byte[]> send(HttpRequest.Builder request) {
        CompletableFuture<HttpResponse<byte[]>> response = Connections.HTTP.sendAsync(
                request.timeout(RESPONSE_TIMEOUT).build(),
                BodyHandlers.limiting(BodyHandlers.ofByteArray(), MAX_BYTES));
        try {
            // The timeout of the request covers the headers only; this one covers the body too.
            return response.get(RESPONSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            response.cancel(true);
            throw new GatewayException("did not answer within " + RESPONSE_TIMEOUT.toSeconds() + " s");
        } catch (ExecutionException e) {
            // The JDK's exception for a refused connection has no message.
            throw new GatewayException("cannot be reached: "
                    + Objects.requireNonNullElse(e.getCause().getMessage(), "connection refused or unknown host"));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new GatewayException("could not be reached: interrupted");
        }
    }

    private static JsonNode json(HttpResponse<byte[]> response) {
        try {
            return JSON.readTree(response.body());
        } catch (IOException e) {
            throw new GatewayException("answered with something that is not JSON");
        }
    }

    private KernelActivity activity(JsonNode kernel, HttpResponse<?> response) {
        String id = kernel.path("id").asText();
        if (!id.matches("[A-Za-z0-9-]{1,63}")) {
            throw new GatewayException("answered with a kernel that has no valid id");
        }
        try {
            Instant last = OffsetDateTime.parse(kernel.path("last_activity").asText()).toInstant();
            return new KernelActivity(id, state(kernel.path("execution_state").asText()), last,
                    kernel.path("connections").asInt())
                    .correctedBy(clockSkew(response));
        } catch (DateTimeException e) {
            throw new GatewayException("answered with a kernel whose last_activity is not a time");
        }
    }

    /** Maps an unknown state to busy, so that the kernel is kept. */
    private static State state(String executionState) {
        return switch (executionState) {
            case "idle", "dead" -> State.IDLE;
            case "starting", "restarting", "autorestarting" -> State.STARTING;
            default -> State.BUSY;
        };
    }

    /** Returns how far the gateway's clock is ahead. */
    private Duration clockSkew(HttpResponse<?> response) {
        Duration skew = response.headers().firstValue("Date")
                .map(date -> ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant())
                .map(gatewayTime -> Duration.between(clock.instant(), gatewayTime))
                .orElse(Duration.ZERO);
        return skew.abs().compareTo(MIN_CLOCK_SKEW) > 0 ? skew : Duration.ZERO;
    }

    /** Creates the HTTP client at the first request: most pods that start send none. */
    private static final class Connections {
        static final HttpClient HTTP = HttpClient.newBuilder().connectTimeout(CONNECT_TIMEOUT).build();
    }

    /** A request to a gateway failed. The message is the predicate of a sentence whose subject is the gateway. */
    static final class GatewayException extends RuntimeException {
        GatewayException(String message) {
            super(message);
        }
    }
}
