package io.elasticjupyter.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cloudevents.CloudEvent;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Collectors;

/** Prints one line for every delivery. */
final class EventLines {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final PrintWriter out;

    EventLines(PrintWriter out) {
        this.out = out;
    }

    void print(Delivery delivery) {
        line(delivery).ifPresent(out::println);
    }

    void print(String line) {
        out.println(line);
    }

    /** Returns the line; empty for an ignored event, because each Deployment's events go to every function that may own it. */
    static Optional<String> line(Delivery delivery) {
        return switch (delivery) {
            case Delivery.Accepted(var event, var path, var reply) -> {
                String outcome = reply.map(r -> attribute(r, "outcome")).orElse("accepted");
                yield outcome.equals("ignored")
                        ? Optional.empty()
                        : Optional.of(line(event, path, outcome + reply.map(EventLines::reason).orElse("")));
            }
            case Delivery.Postponed(var event, var path, var reason, var pause) ->
                Optional.of(line(event, path, reason + "; retrying in " + seconds(pause)));
            case Delivery.DeadLetter(var event, var path, var reason) ->
                Optional.of(line(event, path, "dead letter: " + reason));
        };
    }

    private static String line(CloudEvent event, String path, String outcome) {
        String object = PingEvents.sender(event)
                .orElseGet(() -> attribute(event, "kind") + " " + attribute(event, "namespace") + "/"
                        + attribute(event, "name"));
        String change = event.getType().substring(event.getType().lastIndexOf('.') + 1);
        return "%-46s %-6s → %-20s  %s".formatted(object, change, path, outcome);
    }

    /** Returns the details in the response: the reason of the Ready condition, or the number of culled kernels. */
    private static String reason(CloudEvent reply) {
        if (reply.getData() == null) {
            return "";
        }
        try {
            JsonNode data = JSON.readTree(reply.getData().toBytes());
            if (data.path("gateways").isArray()) {
                return kernels(data.path("gateways"));
            }
            if (data.path("outcomes").isObject()) {
                return ": " + outcomes(data.path("outcomes"));
            }
            String reason = data.path("reason").asText("");
            return reason.isEmpty() ? "" : ", " + reason;
        } catch (IOException e) {
            return "";
        }
    }

    private static String outcomes(JsonNode counts) {
        return counts.isEmpty()
                ? "no resources"
                : counts.properties().stream().map(count -> count.getValue() + " " + count.getKey())
                        .collect(Collectors.joining(", "));
    }

    private static String kernels(JsonNode gateways) {
        int culled = 0;
        int kept = 0;
        StringBuilder problems = new StringBuilder();
        for (JsonNode gateway : gateways) {
            culled += gateway.path("culled").size();
            kept += gateway.path("kept").size();
            if (gateway.hasNonNull("problem")) {
                problems.append("; ").append(gateway.path("gateway").asText()).append(": ")
                        .append(gateway.path("problem").asText());
            }
        }
        return ": culled " + culled + ", kept " + kept + problems;
    }

    private static String attribute(CloudEvent event, String extension) {
        Object value = event.getExtension(extension);
        return value == null ? "?" : value.toString();
    }

    private static String seconds(Duration pause) {
        return "%.1f s".formatted(pause.toMillis() / 1000.0);
    }
}
