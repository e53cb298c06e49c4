package io.elasticjupyter.cull;

import com.fasterxml.jackson.databind.JsonNode;
import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.cull.policy.KernelActivity;
import io.elasticjupyter.cull.policy.KernelActivity.State;
import io.elasticjupyter.json.Json;
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

/**
 * Asks Enterprise Gateways about their kernels, by
 * <a href="https://jupyter-server.readthedocs.io/en/latest/developers/rest-api.html">Jupyter's REST API</a>. A gateway may be
 * slow, broken or something else: what it says is bounded in time and size, and believed only when it makes sense.
 */
final class GatewayClient {

    static final Duration CONNECT = Duration.ofSeconds(2);
    static final Duration ANSWER = Duration.ofSeconds(5);

    /** Ten thousand kernels take about 3 MB. */
    static final long MOST_BYTES = 8 * 1024 * 1024;

    /** The date of an answer has whole seconds, and its way takes time. */
    private static final Duration SAME_CLOCK = Duration.ofSeconds(2);

    private final String template;
    private final Clock clock;

    /**
     * A client of all gateways.
     *
     * @param template the address of a gateway, with {@code {name}} and {@code {namespace}}
     */
    GatewayClient(String template, Clock clock) {
        this.template = template;
        this.clock = clock;
    }

    /**
     * What all kernels of a gateway do, by our clock.
     *
     * @throws GatewayException when the gateway does not say
     */
    List<KernelActivity> kernels(JupyterGateway gateway) {
        HttpResponse<byte[]> response = send(HttpRequest.newBuilder(uri(gateway, "")));
        if (response.statusCode() != HttpURLConnection.HTTP_OK) {
            throw new GatewayException("answered " + response.statusCode());
        }
        JsonNode kernels = json(response);
        if (!kernels.isArray()) {
            throw new GatewayException("answered something that is no list of kernels");
        }
        List<KernelActivity> activities = new ArrayList<>();
        kernels.forEach(kernel -> activities.add(activity(kernel, response)));
        return activities;
    }

    /**
     * What one kernel does, by our clock; empty when the gateway does not know it.
     *
     * @throws GatewayException when the gateway does not say
     */
    Optional<KernelActivity> kernel(JupyterGateway gateway, String id) {
        HttpResponse<byte[]> response = send(HttpRequest.newBuilder(uri(gateway, "/" + id)));
        return switch (response.statusCode()) {
            case HttpURLConnection.HTTP_OK -> Optional.of(activity(json(response), response));
            case HttpURLConnection.HTTP_NOT_FOUND -> Optional.empty();
            default -> throw new GatewayException("answered " + response.statusCode());
        };
    }

    /**
     * Ends a kernel, and says whether it did: one that the gateway does not know was ended by somebody else.
     *
     * @throws GatewayException when the gateway does not do it
     */
    boolean end(JupyterGateway gateway, String id) {
        int status = send(HttpRequest.newBuilder(uri(gateway, "/" + id)).DELETE()).statusCode();
        return switch (status) {
            case HttpURLConnection.HTTP_NO_CONTENT -> true;
            case HttpURLConnection.HTTP_NOT_FOUND -> false;
            default -> throw new GatewayException("answered " + status + " to the end of kernel " + id);
        };
    }

    private URI uri(JupyterGateway gateway, String path) {
        return URI.create(template.replace("{name}", gateway.getMetadata().getName())
                .replace("{namespace}", gateway.getMetadata().getNamespace()) + "/api/kernels" + path);
    }

    private HttpResponse<byte[]> send(HttpRequest.Builder request) {
        CompletableFuture<HttpResponse<byte[]>> answer = Connections.HTTP.sendAsync(request.timeout(ANSWER).build(),
                BodyHandlers.limiting(BodyHandlers.ofByteArray(), MOST_BYTES));
        try {
            // The request's own timeout ends with the headers; this one is for the body too.
            return answer.get(ANSWER.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw new GatewayException("did not answer within " + ANSWER.toSeconds() + " s");
        } catch (ExecutionException e) {
            // The JDK gives a refused connection no message.
            throw new GatewayException("does not answer: "
                    + Objects.requireNonNullElse(e.getCause().getMessage(), "its address takes no connection"));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new GatewayException("was not waited for");
        }
    }

    private static JsonNode json(HttpResponse<byte[]> response) {
        try {
            return Json.tree(response.body());
        } catch (IOException e) {
            throw new GatewayException("answered something that is no JSON");
        }
    }

    private KernelActivity activity(JsonNode kernel, HttpResponse<?> response) {
        String id = kernel.path("id").asText();
        if (!id.matches("[A-Za-z0-9-]{1,63}")) {
            throw new GatewayException("answered with a kernel that has no id");
        }
        try {
            Instant last = OffsetDateTime.parse(kernel.path("last_activity").asText()).toInstant();
            return new KernelActivity(id, state(kernel.path("execution_state").asText()), last,
                    kernel.path("connections").asInt())
                    .on(ahead(response));
        } catch (DateTimeException e) {
            throw new GatewayException("answered with a kernel whose last_activity is no time");
        }
    }

    /** What is not known to be idle is busy. */
    private static State state(String executionState) {
        return switch (executionState) {
            case "idle", "dead" -> State.IDLE;
            case "starting", "restarting", "autorestarting" -> State.STARTING;
            default -> State.BUSY;
        };
    }

    private Duration ahead(HttpResponse<?> response) {
        Duration ahead = response.headers().firstValue("Date")
                .map(date -> ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant())
                .map(theirs -> Duration.between(clock.instant(), theirs))
                .orElse(Duration.ZERO);
        return ahead.abs().compareTo(SAME_CLOCK) > 0 ? ahead : Duration.ZERO;
    }

    /** Made when the first gateway is asked: most pods that start ask none. */
    private static final class Connections {
        static final HttpClient HTTP = HttpClient.newBuilder().connectTimeout(CONNECT).build();
    }

    /** The gateway did not say what was asked; the message says what it did instead, as the end of a sentence. */
    static final class GatewayException extends RuntimeException {
        GatewayException(String message) {
            super(message);
        }
    }
}
