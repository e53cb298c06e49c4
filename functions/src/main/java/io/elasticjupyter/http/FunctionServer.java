package io.elasticjupyter.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.springframework.context.SmartLifecycle;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * The HTTP server. It starts last and ends first, and what it has taken on by then is answered.
 */
final class FunctionServer implements SmartLifecycle {

    /** Who waits to be accepted, when many events come at once. */
    private static final int BACKLOG = 1024;

    static {
        // The JDK's server reads these once.
        setIfAbsent("sun.net.httpserver.nodelay", "true");
        // Longer than those who call keep idle connections, so that none is closed while a request is under way.
        setIfAbsent("sun.net.httpserver.idleInterval", "300");
        setIfAbsent("sun.net.httpserver.maxIdleConnections", "1000");
        // Seconds that a sender may take for its request.
        setIfAbsent("sun.net.httpserver.maxReqTime", "60");
        // A body that is too large is read to its end, so that its sender sees the 413.
        setIfAbsent("sun.net.httpserver.drainAmount", Integer.toString(64 * 1024 * 1024));
    }

    private final FunctionEndpoint functions;
    private final Map<String, Supplier<Reply>> others;
    private final ConfigurableEnvironment environment;
    private HttpServer server;
    private ExecutorService executor;

    FunctionServer(FunctionEndpoint functions, Metrics metrics, ConfigurableEnvironment environment) {
        this.functions = functions;
        this.others = Map.of(
                "/actuator/health", FunctionServer::up,
                "/actuator/health/liveness", FunctionServer::up,
                "/actuator/health/readiness", FunctionServer::up,
                "/actuator/prometheus", metrics::all);
        this.environment = environment;
    }

    private static void setIfAbsent(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }

    @Override
    public void start() {
        try {
            server = HttpServer.create(address(), BACKLOG);
        } catch (IOException e) {
            throw new IllegalStateException("The server cannot listen on " + address() + ": " + e.getMessage()
                    + ". Set server.port, or PORT, to one that is free.");
        }
        executor = Executors.newVirtualThreadPerTaskExecutor();
        server.setExecutor(executor);
        server.createContext("/", this::handle);
        server.start();
        environment.getPropertySources().addFirst(
                new MapPropertySource("server.ports", Map.of("local.server.port", server.getAddress().getPort())));
    }

    private InetSocketAddress address() {
        String port = environment.getRequiredProperty("server.port");
        if (!port.matches("\\d{1,5}") || Integer.parseInt(port) > 65_535) {
            throw new IllegalStateException("server.port, or PORT, is '" + port + "'. Set it to a number up to 65535.");
        }
        String host = environment.getProperty("server.address", "");
        int number = Integer.parseInt(port);
        return host.isEmpty() ? new InetSocketAddress(number) : new InetSocketAddress(host, number);
    }

    /** It listens only once it can answer, and no longer than that. */
    private static Reply up() {
        return Reply.text(HttpURLConnection.HTTP_OK, "application/json", "{\"status\":\"UP\"}");
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            reply(exchange).send(exchange);
        }
    }

    private Reply reply(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        String method = exchange.getRequestMethod();
        try {
            if (others.containsKey(path)) {
                return method.equals("GET") || method.equals("HEAD")
                        ? others.get(path).get()
                        : Problems.onlyBy("GET", path);
            }
            if (path.lastIndexOf('/') > 0 || path.length() < 2) {
                return Problems.noSuchPath(path);
            }
            return method.equals("POST") ? functions.call(exchange) : Problems.onlyBy("POST", path);
        } catch (RuntimeException | Error e) {
            // Else the server would close the connection and say nothing.
            return Problems.reply(e, path);
        }
    }

    @Override
    public void stop() {
        server.stop(environment.getProperty("elastic-jupyter.shutdown-seconds", Integer.class, 20));
        executor.close();
        server = null;
    }

    @Override
    public boolean isRunning() {
        return server != null;
    }
}
