package io.elasticjupyter.api.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The CRDs in {@code deploy/crds}. A build without the environment variable {@code CI} writes them. */
class CustomResourceDefinitionsTest {

    private static final Path COMMITTED = Path.of(System.getProperty("repository.root"), "deploy", "crds");

    /** kubectl apply stores the whole object in an annotation, and the annotations of an object are limited to 256 KiB. */
    private static final int MAX_BYTES = 250_000;

    static List<Class<? extends JupyterResource<?, ?>>> kinds() {
        return CustomResourceDefinitions.kinds();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void theCommittedDefinitionIsTheGeneratedOne(Class<? extends JupyterResource<?, ?>> kind) throws IOException {
        assertThat(COMMITTED.resolve(CustomResourceDefinitions.fileName(kind)))
                .as("Build without CI and commit the written files.")
                .hasContent(CustomResourceDefinitions.generate(kind));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void aDefinitionFitsTheAnnotationOfKubectlApply(Class<? extends JupyterResource<?, ?>> kind) throws IOException {
        String json = Serialization
                .asJson(Serialization.unmarshal(CustomResourceDefinitions.generate(kind), JsonNode.class));
        assertThat(json.getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(MAX_BYTES);
    }
}
