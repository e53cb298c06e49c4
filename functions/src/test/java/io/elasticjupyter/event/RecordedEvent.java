package io.elasticjupyter.event;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A request recorded from a real Knative 1.22 adapter.
 *
 * @param file the file, such as {@code resource/03-jupyternotebook-add.http}
 * @param headers the headers, without those of the connection
 * @param body the body
 */
public record RecordedEvent(String file, Map<String, String> headers, String body) {

    private static final Path FOLDER = Path.of("src/test/resources/events");

    private static final Set<String> CONNECTION = Set.of("host", "content-length");

    /** Reads a recorded request. */
    public static RecordedEvent of(String file) {
        try {
            String[] parts = Files.readString(FOLDER.resolve(file), StandardCharsets.UTF_8).split("\r?\n\r?\n", 2);
            Map<String, String> headers = new LinkedHashMap<>();
            for (String line : parts[0].lines().skip(1).toList()) {
                String[] header = line.split(": ", 2);
                if (!CONNECTION.contains(header[0].toLowerCase())) {
                    headers.put(header[0], header[1]);
                }
            }
            return new RecordedEvent(file, headers, parts[1]);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** Reads all requests in a directory, in the order in which they arrived. */
    public static List<RecordedEvent> allOf(String folder) {
        try (Stream<Path> files = Files.list(FOLDER.resolve(folder))) {
            return files.sorted().map(file -> of(folder + "/" + file.getFileName())).toList();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** Returns the same request to a function. */
    public HttpRequest to(URI function) {
        HttpRequest.Builder request = HttpRequest.newBuilder(function).POST(BodyPublishers.ofString(body));
        headers.forEach(request::setHeader);
        return request.build();
    }

    @Override
    public String toString() {
        return file;
    }
}
