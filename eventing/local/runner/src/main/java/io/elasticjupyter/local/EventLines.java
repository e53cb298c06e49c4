package io.elasticjupyter.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cloudevents.CloudEvent;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Collectors;

/** One short line for every delivery, for a person to follow. */
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

    /** Empty for what a function set aside: each Deployment's events go to every function that may own it. */
    static Optional<String> line(Delivery delivery) {
        return switch (delivery) {
            case Delivery.Taken(var event, var path, var reply) -> {
                String outcome = reply.map(r -> said(r, "outcome")).orElse("taken");
                yield outcome.equals("ignored")
                        ? Optional.empty()
                        : Optional.of(line(event, path, outcome + reply.map(EventLines::reason).orElse("")));
            }
            case Delivery.Postponed(var event, var path, var reason, var pause) ->
                Optional.of(line(event, path, reason + "; again in " + seconds(pause)));
            case Delivery.DeadLetter(var event, var path, var reason) ->
                Optional.of(line(event, path, "dead letter: " + reason));
        };
    }

    private static String line(CloudEvent event, String path, String outcome) {
        String object = PingEvents.sender(event)
                .orElseGet(() -> said(event, "kind") + " " + said(event, "namespace") + "/" + said(event, "name"));
        String change = event.getType().substring(event.getType().lastIndexOf('.') + 1);
        return "%-46s %-6s → %-20s  %s".formatted(object, change, path, outcome);
    }

    /** What the answer's data says: why the resource is ready or not, or what became of kernels. */
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
                ? "there are no resources"
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

    private static String said(CloudEvent event, String extension) {
        Object value = event.getExtension(extension);
        return value == null ? "?" : value.toString();
    }

    private static String seconds(Duration pause) {
        return "%.1f s".formatted(pause.toMillis() / 1000.0);
    }
}
