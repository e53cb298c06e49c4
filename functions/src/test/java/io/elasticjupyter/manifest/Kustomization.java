package io.elasticjupyter.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.fabric8.zjsonpatch.JsonPatch;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A kustomization, rendered as {@code kubectl kustomize} does, for the fields that this repository uses. A field that is not
 * supported is an error, so that no patch is overlooked.
 *
 * @param folder the directory of {@code kustomization.yaml}
 * @param resources the files and directories that it lists
 * @param patches the patches, in their order
 */
record Kustomization(Path folder, List<Path> resources, List<Patch> patches) {

    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    private static final Set<String> FIELDS = Set.of("apiVersion", "kind", "resources", "patches");

    /**
     * A patch.
     *
     * @param target the group, kind and name of the patched objects; an absent field matches all
     * @param text the patch: JSON Patch operations, a partial object, or {@code $patch: delete}, as YAML
     */
    record Patch(JsonNode target, String text) {

        /** Returns whether the patch is about an object. */
        boolean matches(JsonNode object) {
            String apiVersion = object.path("apiVersion").asText();
            String group = apiVersion.contains("/") ? apiVersion.substring(0, apiVersion.indexOf('/')) : "";
            return isOrAbsent("group", group) && isOrAbsent("kind", object.path("kind").asText())
                    && isOrAbsent("name", object.at("/metadata/name").asText());
        }

        private boolean isOrAbsent(String field, String value) {
            return !target.has(field) || target.get(field).asText().equals(value);
        }

        JsonNode content() throws IOException {
            return YAML.readTree(text);
        }

        boolean deletes() throws IOException {
            return content().path("$patch").asText().equals("delete");
        }

        /** Returns the patched object; null if the patch deletes it. */
        private JsonNode apply(JsonNode object) throws IOException {
            JsonNode content = content();
            if (content.isArray()) {
                return JsonPatch.apply(content, object);
            }
            return deletes() ? null : merge(object.deepCopy(), content);
        }

        /** Merges as kubectl does for a kind that it does not know: lists are replaced, and null removes a field. */
        private static JsonNode merge(JsonNode into, JsonNode from) {
            if (!into.isObject() || !from.isObject()) {
                return from;
            }
            from.properties().forEach(field -> ((ObjectNode) into).set(field.getKey(), into.has(field.getKey())
                    ? merge(into.get(field.getKey()), field.getValue())
                    : field.getValue()));
            ((ObjectNode) into).properties().removeIf(field -> field.getValue().isNull());
            return into;
        }
    }

    /** Reads a kustomization. */
    static Kustomization read(Path folder) throws IOException {
        JsonNode content = YAML.readTree(folder.resolve("kustomization.yaml").toFile());
        for (var field : content.properties()) {
            if (!FIELDS.contains(field.getKey())) {
                throw new IOException(folder + "/kustomization.yaml: the field '" + field.getKey()
                        + "' is not supported by " + Kustomization.class.getName());
            }
        }
        return new Kustomization(folder,
                Manifests.each(content.path("resources")).map(each -> folder.resolve(each.asText()).normalize())
                        .toList(),
                Manifests.each(content.path("patches"))
                        .map(each -> new Patch(each.path("target"), each.path("patch").asText())).toList());
    }

    /** Returns the files of the kustomization and of those that it includes, in their order. */
    Stream<Path> files() throws IOException {
        List<Path> files = new ArrayList<>();
        for (Path resource : resources) {
            if (Files.isDirectory(resource)) {
                read(resource).files().forEach(files::add);
            } else {
                files.add(resource);
            }
        }
        return files.stream();
    }

    /** Returns the objects, patched. */
    List<JsonNode> render() throws IOException {
        List<JsonNode> objects = new ArrayList<>();
        for (Path resource : resources) {
            objects.addAll(Files.isDirectory(resource) ? read(resource).render() : documents(resource));
        }
        for (Patch patch : patches) {
            boolean matches = false;
            for (int i = 0; i < objects.size(); i++) {
                if (patch.matches(objects.get(i))) {
                    matches = true;
                    objects.set(i, patch.apply(objects.get(i)));
                }
            }
            if (!matches) {
                throw new IOException(folder + ": no object matches the patch of " + patch.target());
            }
            objects.removeIf(Objects::isNull);
        }
        return objects;
    }

    private static List<JsonNode> documents(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return Manifests.documents(in);
        }
    }
}
