package io.elasticjupyter.image;

import java.io.IOException;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The functions in a process of their own, called as a Broker calls them. */
public final class FunctionsProcess implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(120);

    private static final Duration BETWEEN_KNOCKS = Duration.ofMillis(5);

    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final int port;
    private final Process process;

    private FunctionsProcess(int port, Process process) {
        this.port = port;
        this.process = process;
    }

    /** Starts the command with that environment and a free port in {@code PORT}; its output goes where ours goes. */
    public static FunctionsProcess start(List<String> command, Map<String, String> environment) throws IOException {
        int port = freePort();
        ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
        builder.environment().putAll(environment);
        builder.environment().put("PORT", Integer.toString(port));
        return new FunctionsProcess(port, builder.start());
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /** Where a path of theirs is. */
    public URI at(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    /** Sends a request, again and again until they listen. */
    public HttpResponse<String> firstAnswer(HttpRequest request) throws IOException, InterruptedException {
        Instant end = Instant.now().plus(PATIENCE);
        while (true) {
            try {
                return send(request);
            } catch (ConnectException e) {
                if (!process.isAlive() || Instant.now().isAfter(end)) {
                    throw new IOException("the functions do not listen; their output says why", e);
                }
                process.waitFor(BETWEEN_KNOCKS.toMillis(), TimeUnit.MILLISECONDS);
            }
        }
    }

    /** Sends a request. */
    public HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
        return http.send(request, BodyHandlers.ofString());
    }

    /** Sends an event to a function. */
    public HttpResponse<String> call(String function, RecordedEvent event) throws IOException, InterruptedException {
        return send(event.to(at(function)));
    }

    /** Their process. */
    public ProcessHandle handle() {
        return process.toHandle();
    }

    /** Ends them as Kubernetes ends a pod, and waits. */
    @Override
    public void close() {
        process.destroy();
        process.onExit().join();
        http.close();
    }
}
