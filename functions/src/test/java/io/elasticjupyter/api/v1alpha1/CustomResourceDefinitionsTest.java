package io.elasticjupyter.api.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crdv2.generator.CRDGenerator;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Generates the CRDs from the types. A committed CRD that differs is rewritten, and its test fails once. */
class CustomResourceDefinitionsTest {

    private static final Path COMMITTED = Path.of(System.getProperty("repository.root"), "deploy", "crds");

    /** kubectl apply keeps the whole object in an annotation, and annotations may have 256 KiB together. */
    private static final int MOST_BYTES = 250_000;

    @SuppressWarnings("unused")
    static final List<Class<? extends JupyterResource<?, ?>>> KINDS = List.of(JupyterNotebook.class,
            JupyterGateway.class, JupyterKernelSpec.class, JupyterKernelTemplate.class, JupyterKernel.class);

    @TempDir
    private Path folder;

    @ParameterizedTest
    @FieldSource("KINDS")
    void committedDefinitionIsTheGeneratedOne(Class<? extends JupyterResource<?, ?>> kind) throws IOException {
        String generated = generate(kind);
        Path committed = COMMITTED.resolve(kind.getSimpleName().toLowerCase() + "s.yaml");

        if (Files.notExists(committed) || !Files.readString(committed).equals(generated)) {
            Files.createDirectories(COMMITTED);
            Files.writeString(committed, generated);
            fail("%s was not what %s generates. It has been rewritten: read the difference, commit it and build again.",
                    committed, kind.getSimpleName());
        }
    }

    @ParameterizedTest
    @FieldSource("KINDS")
    void definitionFitsTheAnnotationOfKubectlApply(Class<? extends JupyterResource<?, ?>> kind) throws IOException {
        String json = Serialization.asJson(Serialization.unmarshal(generate(kind), JsonNode.class));
        assertThat(json.getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(MOST_BYTES);
    }

    private String generate(Class<? extends JupyterResource<?, ?>> kind) throws IOException {
        new CRDGenerator().customResourceClasses(kind).inOutputDir(folder.toFile()).generate();
        String yaml = Files.readString(folder.resolve(CustomResource.getCRDName(kind) + "-v1.yml"));
        ObjectNode definition = (ObjectNode) Serialization.unmarshal(yaml, JsonNode.class);
        ObjectNode schema = (ObjectNode) definition.at("/spec/versions/0/schema/openAPIV3Schema");
        schema.put("description", kind.getAnnotation(JsonClassDescription.class).value());
        describe(schema, "spec", "Desired state of the " + kind.getSimpleName() + ".");
        describe(schema, "status", "Observed state of the " + kind.getSimpleName() + ". Written by the functions.");
        StructuralSchema.complete(schema);
        inDeclaredOrder(definition, kind);
        return "# Generated from " + kind.getName() + ". Change that, not this.\n"
                + Serialization.asYaml(definition).substring("---\n".length());
    }

    /** The generator takes no descriptions of spec and status: their fields are declared by fabric8's CustomResource. */
    private static void describe(ObjectNode schema, String property, String description) {
        ((ObjectNode) schema.at("/properties/" + property)).put("description", description);
    }

    /** The generator sorts printer columns by path; a person reads them in the order in which they are declared. */
    private static void inDeclaredOrder(ObjectNode definition, Class<?> kind) {
        ArrayNode columns = (ArrayNode) definition.at("/spec/versions/0/additionalPrinterColumns");
        Map<String, JsonNode> byName = new HashMap<>();
        columns.forEach(column -> byName.put(column.get("name").asText(), column));
        columns.removeAll();
        for (var declared : kind.getAnnotationsByType(AdditionalPrinterColumn.class)) {
            columns.add(byName.get(declared.name()));
        }
    }
}
