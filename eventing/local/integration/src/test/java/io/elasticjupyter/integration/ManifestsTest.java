package io.elasticjupyter.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.dsl.FieldValidateable;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Validates every manifest against the schemas of the API server and of Knative with strict dry runs. */
@OnEachCluster
class ManifestsTest {

    /** Forces conflicts: the object may exist with another field manager. */
    private static final PatchContext FORCED = new PatchContext.Builder().withPatchType(PatchType.SERVER_SIDE_APPLY)
            .withFieldManager("kubectl").withFieldValidation("Strict").withForce(true).build();

    /** For kustomize, not for the API server. */
    private static final Set<String> NO_OBJECT = Set.of("Kustomization", "Component");

    /** Its CRDs are installed for the test with the real Kueue only. */
    private static final String KUEUE = "kueue.x-k8s.io/";

    private final Site site;

    ManifestsTest(Site site) {
        this.site = site;
    }

    @TestFactory
    Stream<DynamicTest> areTaken() {
        assumeTrue(site.cluster().isReal(), "only a real API server serves all of these kinds");
        List<Documents> manifests = Stream
                .of(Documents.under("deploy"), Documents.under("eventing/knative"), Documents.onPages())
                .flatMap(List::stream).map(file -> file.only(ManifestsTest::isManifest))
                .filter(file -> !file.all().isEmpty()).toList();
        assertThat(manifests).hasSizeGreaterThan(10);
        return manifests.stream()
                .map(file -> DynamicTest.dynamicTest(file.place(), () -> {
                    List<GenericKubernetesResource> classes = file.all().stream()
                            .filter(document -> document.path("kind").asText().equals("PriorityClass"))
                            .map(this::create).flatMap(Optional::stream).toList();
                    try {
                        file.all().forEach(this::dryRun);
                    } finally {
                        classes.forEach(each -> site.client().resource(each).delete());
                    }
                }));
    }

    /** Creates a PriorityClass, without which the API server takes no pod of it. Returns it unless it existed. */
    private Optional<GenericKubernetesResource> create(JsonNode document) {
        GenericKubernetesResource resource = Serialization.unmarshal(document.toString(),
                GenericKubernetesResource.class);
        return site.client().resource(resource).get() == null
                ? Optional.of(site.client().resource(resource).create())
                : Optional.empty();
    }

    private static boolean isManifest(JsonNode document) {
        return Documents.isObject(document) && !NO_OBJECT.contains(document.path("kind").asText())
                && !document.path("apiVersion").asText().startsWith(KUEUE);
    }

    private void dryRun(JsonNode document) {
        GenericKubernetesResource resource = Serialization.unmarshal(document.toString(),
                GenericKubernetesResource.class);
        String namespace = resource.getMetadata().getNamespace();
        if (namespace != null && site.client().namespaces().withName(namespace).get() == null) {
            site.namespace(namespace);
        }
        if (site.client().resource(resource).get() != null) {
            site.client().resource(resource).dryRun(true).patch(FORCED);
        } else {
            site.client().resource(resource).dryRun(true).fieldValidation(FieldValidateable.Validation.STRICT).create();
        }
        if (resource.getKind().equals("ContainerSource")) {
            dryRun(podTemplate(document));
        }
    }

    private static JsonNode podTemplate(JsonNode containerSource) {
        ObjectNode template = JsonNodeFactory.instance.objectNode().put("apiVersion", "v1").put("kind", "PodTemplate");
        template.set("metadata", containerSource.get("metadata"));
        template.set("template", containerSource.at("/spec/template"));
        return template;
    }
}
