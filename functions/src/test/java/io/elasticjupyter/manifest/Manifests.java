package io.elasticjupyter.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * The objects of a kustomization.
 *
 * @param objects the objects, in the order of the kustomization
 */
record Manifests(List<JsonNode> objects) {

    static final Path ROOT = Path.of(System.getProperty("repository.root"));

    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    /** Returns the objects of a kustomization, patched. */
    static Manifests of(Path folder) throws IOException {
        return new Manifests(Kustomization.read(folder).render());
    }

    /** Returns the output of {@code kubectl kustomize}. */
    static Manifests rendered(Path folder) throws IOException, InterruptedException {
        Process kubectl = new ProcessBuilder("kubectl", "kustomize", folder.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        Manifests rendered = new Manifests(documents(kubectl.getInputStream()));
        if (kubectl.waitFor() != 0) {
            throw new IOException("kubectl kustomize " + folder + " failed");
        }
        return rendered;
    }

    /** Returns the documents of a YAML stream. */
    static List<JsonNode> documents(InputStream yaml) throws IOException {
        try (var documents = YAML.readerFor(JsonNode.class).<JsonNode>readValues(yaml)) {
            return documents.readAll();
        }
    }

    /** Returns the objects of a kind. */
    Stream<JsonNode> all(String kind) {
        return objects.stream().filter(object -> object.path("kind").asText().equals(kind));
    }

    /** Returns whether the object of a reference exists. Its namespace defaults to that of the referring object. */
    boolean has(JsonNode reference, JsonNode from) {
        String namespace = reference.path("namespace").asText(from.at("/metadata/namespace").asText());
        return find(reference.path("kind").asText(), reference.path("name").asText())
                .filter(object -> !reference.has("apiVersion")
                        || object.path("apiVersion").equals(reference.path("apiVersion")))
                .filter(object -> object.at("/metadata/namespace").asText().isEmpty()
                        || object.at("/metadata/namespace").asText().equals(namespace))
                .isPresent();
    }

    Optional<JsonNode> find(String kind, String name) {
        return all(kind).filter(object -> object.at("/metadata/name").asText().equals(name)).findFirst();
    }

    static Stream<JsonNode> each(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }
}
