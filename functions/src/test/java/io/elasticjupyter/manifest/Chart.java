package io.elasticjupyter.manifest;

import static io.elasticjupyter.manifest.Manifests.ROOT;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Generates the templates of the Helm chart from the kustomization {@code deploy}: each file becomes a template, with the
 * {@linkplain Place values} of the chart in their places. The overlays {@code one-namespace} and {@code kueue} become conditions, so
 * that their patches are not written twice either.
 */
final class Chart {

    static final Path FOLDER = ROOT.resolve("deploy/chart");

    /** The value with the only namespace whose resources are reconciled. */
    private static final String WATCHED = ".Values.watchNamespace";

    private static final Path BASE = ROOT.resolve("deploy");

    /**
     * An overlay that becomes a condition.
     *
     * @param folder its directory
     * @param condition the value that selects it
     */
    private record Overlay(Path folder, String condition) {

        private Kustomization kustomization() throws IOException {
            return Kustomization.read(folder);
        }
    }

    private static final List<Overlay> OVERLAYS = List.of(
            new Overlay(ROOT.resolve("deploy/overlays/one-namespace"), WATCHED),
            new Overlay(ROOT.resolve("deploy/overlays/kueue"), ".Values.kueue"));

    /** The namespace in the overlay one-namespace, as a whole word, with or without quotation marks. */
    private static final String TEAM = "\"?\\bteam\\b\"?";

    /** Helm creates the namespace of a release before it installs the objects of the chart. */
    static final Path NAMESPACE = ROOT.resolve("deploy/services/namespace.yaml");

    /** What running notebooks and their users need. {@code helm uninstall} leaves it. */
    private static final List<Path> KEPT = List.of(ROOT.resolve("deploy/crds"), ROOT.resolve("deploy/admission"),
            ROOT.resolve("deploy/rbac/gateway.yaml"), ROOT.resolve("deploy/rbac/users.yaml"));

    private static final List<String> KEEP = List.of("annotations:", "  helm.sh/resource-policy: keep");

    private Chart() {}

    /** Writes the templates, and the table of the values in the README of the chart. Run by the build. */
    public static void main(String... arguments) throws IOException {
        Path templates = FOLDER.resolve("templates");
        for (Path old : generatedFiles()) {
            Files.delete(old);
        }
        for (var template : templates().entrySet()) {
            Path file = templates.resolve(template.getKey());
            Files.createDirectories(file.getParent());
            Files.writeString(file, template.getValue());
        }
        Path readme = FOLDER.resolve("README.md");
        Files.writeString(readme, ChartValues.read().intoPage(Files.readString(readme)));
    }

    /** Returns the generated files that exist: the directories of the templates contain no others. */
    static List<Path> generatedFiles() throws IOException {
        try (Stream<Path> files = Files.walk(FOLDER.resolve("templates"))) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> !file.getParent().equals(FOLDER.resolve("templates"))).sorted().toList();
        }
    }

    /** Returns the generated templates, by their path in the directory of the templates. */
    static Map<String, String> templates() throws IOException {
        Map<String, String> templates = new TreeMap<>();
        for (Path file : Kustomization.read(BASE).files().filter(each -> !each.equals(NAMESPACE)).toList()) {
            templates.put(name(file), template(file));
        }
        for (Overlay overlay : OVERLAYS) {
            for (Path file : overlay.kustomization().files().filter(each -> each.startsWith(overlay.folder()))
                    .toList()) {
                YamlLines lines = new YamlLines(source(file).replaceAll(TEAM, namespace()));
                for (int document = 0; document < documents(file).size(); document++) {
                    lines.onlyIf(document, overlay.condition());
                }
                templates.put(name(file), header(file) + lines.text());
            }
        }
        return templates;
    }

    private static String name(Path file) {
        return file.getParent().getFileName() + "/" + file.getFileName();
    }

    private static String header(Path file) {
        return "# Generated from " + ROOT.relativize(file) + ". Do not edit.\n";
    }

    private static String source(Path file) throws IOException {
        return Files.readString(file).replace("{{", "{{ \"{{\" }}");
    }

    private static List<JsonNode> documents(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            return Manifests.documents(in);
        }
    }

    private static String template(Path file) throws IOException {
        YamlLines lines = new YamlLines(source(file));
        List<JsonNode> objects = documents(file);
        for (int document = 0; document < objects.size(); document++) {
            JsonNode object = objects.get(document);
            if (KEPT.stream().anyMatch(file::startsWith)) {
                if (object.at("/metadata/annotations").isObject()) {
                    throw new IOException(file + " has annotations; add helm.sh/resource-policy to them");
                }
                lines.insertBefore(document, "/metadata/name", KEEP);
            }
            for (Place place : Place.of(object)) {
                place.edit(lines, document);
            }
            for (Overlay overlay : OVERLAYS) {
                for (Kustomization.Patch patch : overlay.kustomization().patches()) {
                    if (patch.matches(object)) {
                        condition(lines, document, patch, overlay.condition());
                    }
                }
            }
        }
        return header(file) + lines.text();
    }

    /** Adds a patch of an overlay, under the condition that the value is set. */
    private static void condition(YamlLines lines, int document, Kustomization.Patch patch, String condition)
            throws IOException {
        if (patch.deletes()) {
            lines.onlyIf(document, "not " + condition);
            return;
        }
        YamlLines text = new YamlLines(patch.text());
        List<JsonNode> operations = new ArrayList<>();
        patch.content().forEach(operations::add);
        for (int i = 0; i < operations.size(); i++) {
            String path = operations.get(i).path("path").asText();
            List<String> value = text.entry(0, "/" + i + "/value").stream()
                    .map(line -> line.replaceAll(TEAM, namespace())).toList();
            String operation = operations.get(i).path("op").asText();
            if (operation.equals("replace")) {
                lines.either(document, path, condition, renamed(value, path));
            } else if (operation.equals("add") && path.endsWith("/-")) {
                lines.append(document, path.substring(0, path.length() - 2), condition,
                        value.stream().skip(1).map(line -> line.substring(2)).toList());
            } else {
                throw new IOException("not supported in the chart: " + operations.get(i));
            }
        }
    }

    private static List<String> renamed(List<String> value, String path) {
        List<String> lines = new ArrayList<>(value);
        lines.set(0, lines.getFirst().replaceFirst("^value:", path.substring(path.lastIndexOf('/') + 1) + ":"));
        return lines;
    }

    private static String namespace() {
        return "{{ " + WATCHED + " | quote }}";
    }

    /** Returns the objects that {@code helm uninstall} leaves, as {@code kind/name}. */
    static List<String> kept() throws IOException {
        List<String> kept = new ArrayList<>();
        for (Path file : Kustomization.read(BASE).files().toList()) {
            if (KEPT.stream().anyMatch(file::startsWith)) {
                documents(file).forEach(
                        each -> kept.add(each.path("kind").asText() + "/" + each.at("/metadata/name").asText()));
            }
        }
        kept.sort(Comparator.naturalOrder());
        return kept;
    }
}
