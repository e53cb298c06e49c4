package io.elasticjupyter.image;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A request recorded from a real Knative adapter.
 *
 * @param headers the headers, without those of the connection
 * @param body the body
 */
public record RecordedEvent(Map<String, String> headers, String body) {

    private static final Set<String> CONNECTION = Set.of("host", "content-length");

    /** Reads a recorded request. */
    public static RecordedEvent read(Path file) throws IOException {
        String[] parts = Files.readString(file).split("\r?\n\r?\n", 2);
        Map<String, String> headers = new LinkedHashMap<>();
        for (String line : parts[0].lines().skip(1).toList()) {
            String[] header = line.split(": ", 2);
            if (!CONNECTION.contains(header[0].toLowerCase(Locale.ROOT))) {
                headers.put(header[0], header[1]);
            }
        }
        return new RecordedEvent(headers, parts[1]);
    }

    /** Reads all requests in a directory, in the order in which they arrived. */
    public static List<RecordedEvent> readAll(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            List<RecordedEvent> events = new java.util.ArrayList<>();
            for (Path file : files.sorted().toList()) {
                events.add(read(file));
            }
            return events;
        }
    }

    /** Returns the same request to a function. */
    public HttpRequest to(URI function) {
        HttpRequest.Builder request = HttpRequest.newBuilder(function).POST(BodyPublishers.ofString(body));
        headers.forEach(request::setHeader);
        return request.build();
    }

    /** Returns the data of the event: an object, or a reference to one. */
    JsonNode data() {
        return Serialization.unmarshal(body, JsonNode.class);
    }

    boolean isDeletion() {
        return headers.getOrDefault("Ce-Type", "").endsWith(".delete");
    }
}
