package io.elasticjupyter.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crdv2.generator.CRDGenerator;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Generates the CustomResourceDefinitions from the types of this package. */
final class CustomResourceDefinitions {

    private CustomResourceDefinitions() {}

    /** Writes the CustomResourceDefinitions of all kinds to the directory in the argument. Run by the build. */
    public static void main(String... arguments) throws IOException {
        Path folder = Files.createDirectories(Path.of(arguments[0]));
        for (Class<? extends JupyterResource<?, ?>> kind : kinds()) {
            Files.writeString(folder.resolve(fileName(kind)), generate(kind));
        }
    }

    /** Returns the kinds of this package. */
    @SuppressWarnings("unchecked")
    static List<Class<? extends JupyterResource<?, ?>>> kinds() {
        return new ClassFileImporter().importPackagesOf(JupyterResource.class).stream()
                .filter(type -> type.isAssignableTo(JupyterResource.class))
                .filter(type -> !type.getModifiers().contains(JavaModifier.ABSTRACT))
                .<Class<? extends JupyterResource<?, ?>>>map(
                        type -> (Class<? extends JupyterResource<?, ?>>) type.reflect())
                .toList();
    }

    /** Returns the name of a kind's file. */
    static String fileName(Class<? extends JupyterResource<?, ?>> kind) {
        return kind.getSimpleName().toLowerCase() + "s.yaml";
    }

    /** Returns the CustomResourceDefinition of a kind as YAML. */
    static String generate(Class<? extends JupyterResource<?, ?>> kind) throws IOException {
        Path folder = Files.createTempDirectory("crd-");
        Path file = folder.resolve(CustomResource.getCRDName(kind) + "-v1.yml");
        new CRDGenerator().customResourceClasses(kind).inOutputDir(folder.toFile()).generate();
        ObjectNode definition = (ObjectNode) Serialization.unmarshal(Files.readString(file), JsonNode.class);
        Files.delete(file);
        Files.delete(folder);
        ObjectNode schema = (ObjectNode) definition.at("/spec/versions/0/schema/openAPIV3Schema");
        schema.put("description", kind.getAnnotation(JsonClassDescription.class).value());
        describe(schema, "spec", "Desired state of the " + kind.getSimpleName() + ".");
        describe(schema, "status", "Observed state of the " + kind.getSimpleName() + ". Written by the functions.");
        StructuralSchema.complete(schema);
        restoreColumnOrder(definition, kind);
        return "# Generated from " + kind.getName() + ". Do not edit.\n"
                + Serialization.asYaml(definition).substring("---\n".length());
    }

    /** The generator takes no descriptions of spec and status: their fields are declared by fabric8's CustomResource. */
    private static void describe(ObjectNode schema, String property, String description) {
        ((ObjectNode) schema.at("/properties/" + property)).put("description", description);
    }

    /** Puts the printer columns in the order in which they are declared; the generator sorts them by path. */
    private static void restoreColumnOrder(ObjectNode definition, Class<?> kind) {
        ArrayNode columns = (ArrayNode) definition.at("/spec/versions/0/additionalPrinterColumns");
        Map<String, JsonNode> byName = new HashMap<>();
        columns.forEach(column -> byName.put(column.get("name").asText(), column));
        columns.removeAll();
        for (var declared : kind.getAnnotationsByType(AdditionalPrinterColumn.class)) {
            columns.add(byName.get(declared.name()));
        }
    }
}
