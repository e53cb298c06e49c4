package io.elasticjupyter.cull;

import com.fasterxml.jackson.core.JacksonException;
import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.cull.policy.KernelActivity;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/**
 * Client of the kernels' part of
 * <a href="https://jupyter-server.readthedocs.io/en/latest/developers/rest-api.html">Jupyter's REST API</a> of Enterprise
 * Gateways. A gateway may be slow, broken, hostile or another server altogether, so responses are limited in time and size, read as
 * a stream and validated. Redirects are not followed.
 */
final class GatewayClient {

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration RESPONSE_TIMEOUT = Duration.ofSeconds(5);

    /** Limits all requests of a session together. A gateway takes one or two seconds to delete a kernel. */
    static final Duration SESSION_TIMEOUT = Duration.ofSeconds(30);

    /** Ten thousand kernels take about 3 MB. */
    private static final long MAX_BYTES = 8 * 1024 * 1024;

    /** A smaller difference can be due to the Date header, which has whole seconds, and to latency. */
    private static final Duration MIN_CLOCK_SKEW = Duration.ofSeconds(2);

    private final String urlTemplate;
    private final Function<JupyterGateway, Optional<String>> tokens;
    private final Clock clock;
    private final Duration sessionTimeout;

    /**
     * Creates a client for all gateways.
     *
     * @param urlTemplate the URL of a gateway, with {@code {name}} and {@code {namespace}}
     * @param tokens returns the token of a gateway, which is sent in each request
     */
    GatewayClient(String urlTemplate, Function<JupyterGateway, Optional<String>> tokens, Clock clock) {
        this(urlTemplate, tokens, clock, SESSION_TIMEOUT);
    }

    GatewayClient(String urlTemplate, Function<JupyterGateway, Optional<String>> tokens, Clock clock,
            Duration sessionTimeout) {
        this.urlTemplate = urlTemplate;
        this.tokens = tokens;
        this.clock = clock;
        this.sessionTimeout = sessionTimeout;
    }

    /** Returns a session for the requests of one cull. All of them together are limited to 30 s from now. */
    Session session(JupyterGateway gateway) {
        return new Session(gateway, System.nanoTime() + sessionTimeout.toNanos());
    }

    private HttpRequest.Builder request(JupyterGateway gateway, String path) {
        HttpRequest.Builder request = HttpRequest
                .newBuilder(URI.create(urlTemplate.replace("{name}", gateway.getMetadata().getName())
                        .replace("{namespace}", gateway.getMetadata().getNamespace()) + "/api/kernels" + path))
                .timeout(RESPONSE_TIMEOUT);
        tokens.apply(gateway).ifPresent(token -> request.header("Authorization", "token " + token));
        return request;
    }

    /** Returns how far the gateway's clock is ahead. */
    private Duration clockSkew(HttpResponse<?> response) {
        try {
            Duration skew = response.headers().firstValue("Date")
                    .map(date -> ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant())
                    .map(gatewayTime -> Duration.between(clock.instant(), gatewayTime))
                    .orElse(Duration.ZERO);
            return skew.abs().compareTo(MIN_CLOCK_SKEW) > 0 ? skew : Duration.ZERO;
        } catch (DateTimeException e) {
            return Duration.ZERO;
        }
    }

    /** The requests of one cull to one gateway. */
    final class Session {

        private final JupyterGateway gateway;
        private final long deadline;

        private Session(JupyterGateway gateway, long deadline) {
            this.gateway = gateway;
            this.deadline = deadline;
        }

        /**
         * Returns the activity of kernels that the gateway lists, by the function's clock and by kernel id.
         *
         * @param ids the kernels of interest; the others are skipped
         * @throws GatewayException when the gateway cannot be reached or its response is invalid
         */
        Map<String, KernelActivity> kernels(Set<String> ids) {
            return send(request(gateway, ""), (response, body) -> {
                requireOk(response);
                return KernelReader.list(body, clockSkew(response), ids);
            });
        }

        /**
         * Returns the activity of one kernel, by the function's clock; empty when the gateway has no such kernel.
         *
         * @throws GatewayException when the gateway cannot be reached or its response is invalid
         */
        Optional<KernelActivity> kernel(String id) {
            return send(request(gateway, "/" + id), (response, body) -> {
                if (response.statusCode() == HttpURLConnection.HTTP_NOT_FOUND) {
                    return Optional.empty();
                }
                requireOk(response);
                KernelActivity kernel = KernelReader.one(body, clockSkew(response));
                if (!kernel.kernelId().equals(id)) {
                    throw new GatewayException("answered with another kernel than the one that was requested");
                }
                return Optional.of(kernel);
            });
        }

        /**
         * Shuts a kernel down. Returns false when the gateway has no such kernel, because another request has shut it down.
         *
         * @throws GatewayException when the gateway cannot be reached or does not delete the kernel
         */
        boolean delete(String id) {
            int status = send(request(gateway, "/" + id).DELETE(), (response, body) -> response.statusCode());
            return switch (status) {
                case HttpURLConnection.HTTP_NO_CONTENT -> true;
                case HttpURLConnection.HTTP_NOT_FOUND -> false;
                default -> throw new GatewayException("answered " + status + " to DELETE of kernel " + id);
            };
        }

        private GatewayException overdue() {
            return new GatewayException("did not answer all requests within " + sessionTimeout.toSeconds() + " s");
        }

        private <T> T send(HttpRequest.Builder request, ResponseReader<T> reader) {
            long timeout = Math.min(RESPONSE_TIMEOUT.toNanos(), deadline - System.nanoTime());
            if (timeout <= 0) {
                throw overdue();
            }
            FutureTask<T> exchange = new FutureTask<>(() -> {
                HttpResponse<InputStream> response = Connections.HTTP.send(request.build(),
                        BodyHandlers.limiting(BodyHandlers.ofInputStream(), MAX_BYTES));
                try (InputStream body = response.body()) {
                    return reader.read(response, body);
                }
            });
            Thread.startVirtualThread(exchange);
            try {
                // The timeout of the request covers the headers only; this one covers the body too.
                return exchange.get(timeout, TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                throw System.nanoTime() < deadline ? slow() : overdue();
            } catch (ExecutionException e) {
                throw failure(e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new GatewayException("could not be reached: interrupted");
            } finally {
                // Has no effect when the response was read.
                exchange.cancel(true);
            }
        }
    }

    /** Reads a response. */
    private interface ResponseReader<T> {
        T read(HttpResponse<?> response, InputStream body) throws IOException;
    }

    private static void requireOk(HttpResponse<?> response) {
        if (response.statusCode() != HttpURLConnection.HTTP_OK) {
            throw new GatewayException("answered " + response.statusCode());
        }
    }

    private static GatewayException slow() {
        return new GatewayException("did not answer within " + RESPONSE_TIMEOUT.toSeconds() + " s");
    }

    /** Returns the exception for a failed exchange. It repeats nothing that the gateway sent. */
    private static RuntimeException failure(Throwable cause) {
        return switch (cause) {
            case RuntimeException e -> e;
            case JacksonException e -> new GatewayException("answered with something that is not JSON, or too deep");
            case HttpConnectTimeoutException e -> new GatewayException("cannot be reached: HTTP connect timed out");
            case HttpTimeoutException e -> slow();
            // The JDK's exception for a refused connection has no message.
            case ConnectException e -> new GatewayException("cannot be reached: "
                    + Objects.requireNonNullElse(e.getMessage(), "connection refused or unknown host"));
            default -> new GatewayException("broke off its answer, or answered with more than "
                    + MAX_BYTES / 1024 / 1024 + " MiB or with something that is not HTTP");
        };
    }

    /** Creates the HTTP client at the first request: most pods that start send none. */
    private static final class Connections {
        static final HttpClient HTTP = HttpClient.newBuilder().connectTimeout(CONNECT_TIMEOUT)
                .followRedirects(HttpClient.Redirect.NEVER).build();
    }

    /** A request to a gateway failed. The message is the predicate of a sentence whose subject is the gateway. */
    static final class GatewayException extends RuntimeException {
        GatewayException(String message) {
            super(message);
        }
    }
}
