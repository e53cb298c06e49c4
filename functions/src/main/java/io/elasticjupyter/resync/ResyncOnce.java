package io.elasticjupyter.resync;

import io.elasticjupyter.event.PingEvent;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.UUID;

/**
 * A command that calls the resync function once: the source tells of changes only, and what was there before an installation
 * has none. It ends with 0 when all resources were reconciled, and else with 1, to be started again.
 */
public final class ResyncOnce {

    /** A function from zero, and a look at every resource of a large cluster. */
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private ResyncOnce() {}

    /**
     * Calls the function.
     *
     * @param args its address
     */
    public static void main(String[] args) throws InterruptedException {
        System.exit(run(URI.create(args[0]), System.out));
    }

    static int run(URI function, PrintStream out) throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(function).timeout(PATIENCE)
                .header("ce-specversion", "1.0").header("ce-id", UUID.randomUUID().toString())
                .header("ce-source", "/elastic-jupyter/install").header("ce-type", PingEvent.TYPE)
                .header("Content-Type", "application/json").POST(BodyPublishers.ofString("{}")).build();
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
            String outcome = answer.headers().firstValue("ce-outcome").orElse("no outcome");
            out.println(answer.statusCode() + ", " + outcome + ": " + answer.body());
            return answer.statusCode() == 200 && !outcome.equals(ResyncReport.FAILED) ? 0 : 1;
        } catch (IOException e) {
            out.println(function + " does not answer: " + e);
            return 1;
        }
    }
}
