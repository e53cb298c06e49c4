package io.elasticjupyter.local;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** A request recorded from Knative's own adapter, read from {@code src/test/resources/events}. */
record RecordedRequest(Map<String, String> headers, String body) {

    static RecordedRequest read(String file) throws IOException {
        try (InputStream recorded = RecordedRequest.class.getResourceAsStream("/events/" + file)) {
            String[] parts = new String(recorded.readAllBytes(), UTF_8).split("\r?\n\r?\n", 2);
            Map<String, String> headers = Arrays.stream(parts[0].split("\r?\n")).skip(1)
                    .map(line -> line.split(": ", 2))
                    .collect(Collectors.toMap(header -> header[0], header -> header[1], (a, b) -> b,
                            () -> new TreeMap<>(String.CASE_INSENSITIVE_ORDER)));
            return new RecordedRequest(headers, parts[1]);
        }
    }
}
