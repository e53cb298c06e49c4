package io.elasticjupyter.image;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.ConnectException;
import java.net.InetAddress;
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

/** The functions in a process of their own, with the means to call them as a Broker does. */
public final class FunctionsProcess implements AutoCloseable {

    private static final Duration START_TIMEOUT = Duration.ofSeconds(120);

    private static final Duration RETRY_INTERVAL = Duration.ofMillis(5);

    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final int port;
    private final Process process;

    /** A request to a function. */
    public interface Call<T> {
        /** Sends the request. */
        T make() throws IOException, InterruptedException;
    }

    private FunctionsProcess(int port, Process process) {
        this.port = port;
        this.process = process;
    }

    /**
     * Starts the functions on a free port.
     *
     * @param command starts them and reads the port from {@code PORT}
     * @param environment added to this process's environment
     * @param output where their output goes
     */
    public static FunctionsProcess start(List<String> command, Map<String, String> environment, Redirect output)
            throws IOException {
        int port = freePort();
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output);
        builder.environment().putAll(environment);
        builder.environment().put("PORT", Integer.toString(port));
        return new FunctionsProcess(port, builder.start());
    }

    /** Returns a port on which nothing listens. */
    public static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Returns the URL of a path. */
    public URI at(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    /** Repeats a request until the functions accept connections. */
    public <T> T firstAnswer(Call<T> call) throws IOException, InterruptedException {
        Instant end = Instant.now().plus(START_TIMEOUT);
        while (true) {
            try {
                return call.make();
            } catch (ConnectException e) {
                if (!process.isAlive() || Instant.now().isAfter(end)) {
                    throw new IOException("the functions do not listen; see their output", e);
                }
                process.waitFor(RETRY_INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
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

    /** Returns the process. */
    public Process process() {
        return process;
    }

    /** Terminates the process as Kubernetes terminates a pod, and waits. */
    @Override
    public void close() {
        process.destroy();
        process.onExit().join();
        http.close();
    }
}
