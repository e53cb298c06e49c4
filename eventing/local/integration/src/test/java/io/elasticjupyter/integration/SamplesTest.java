package io.elasticjupyter.integration;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every resource in the documentation and the samples is accepted unchanged, and reconciled. */
@OnEachCluster
class SamplesTest {

    private static final Set<String> REFUSALS = Set.of("Rejected", "Forbidden", "NameTaken", "TemplateWithoutContainer",
            "TemplateMissing");

    private final Site site;

    SamplesTest(Site site) {
        this.site = site;
    }

    @TestFactory
    Stream<DynamicTest> samples() {
        List<Documents> samples = Documents.under("deploy/samples");
        assertThat(samples).extracting(Documents::place).contains("deploy/samples/quickstart.yaml",
                "deploy/samples/kernels.yaml");
        // The sample of a pod that waits has none of this project's resources.
        return samples.stream().filter(sample -> !sample.place().endsWith("reclaim.yaml"))
                .map(sample -> DynamicTest.dynamicTest(sample.place(), () -> {
                    assertThat(sample.all()).isNotEmpty().allMatch(Documents::isOurs);
                    List<GenericKubernetesResource> resources = becomeTrue(sample.all());
                    assertThat(resources).filteredOn(it -> !it.getKind().equals("JupyterKernelTemplate"))
                            .allSatisfy(
                                    resource -> assertThat(Site.condition(resource, "Ready").path("reason").asText())
                                            .isIn("PodsNotReady", "Starting", "Ready"));
                    assertThat(resources).filteredOn(it -> it.getKind().equals("JupyterGateway")).allSatisfy(
                            resource -> assertThat(
                                    Site.condition(resource, "KernelSpecsResolved").path("status").asText())
                                    .isEqualTo("True"));
                }));
    }

    @TestFactory
    Stream<DynamicTest> pages() {
        List<Documents> blocks = Documents.onPages().stream().map(block -> block.only(Documents::isOurs))
                .filter(block -> !block.all().isEmpty()).toList();
        assertThat(blocks).as("blocks with this project's resources")
                .anyMatch(block -> block.place().startsWith("README.md"));
        return blocks.stream()
                .map(block -> DynamicTest.dynamicTest(block.place(), () -> becomeTrue(block.all())));
    }

    /** The resources in the two READMEs of the Go operator, with its form of references. */
    @TestFactory
    Stream<DynamicTest> yamlOfTheGoOperator() {
        return Documents.under("eventing/local/integration/src/test/resources/go-operator").stream()
                .map(file -> DynamicTest
                        .dynamicTest(file.place(), () -> assertThat(becomeTrue(file.all())).isNotEmpty()));
    }

    private List<GenericKubernetesResource> becomeTrue(List<JsonNode> documents) {
        String namespace = site.namespace();
        List<GenericKubernetesResource> resources = documents.stream().map(each -> site.apply(namespace, each))
                .toList();
        resources.forEach(site::reconcile);
        // A resource may have waited for one that was applied later.
        resources.reversed().forEach(site::reconcile);
        List<GenericKubernetesResource> after = resources.stream().map(site::now).toList();
        assertThat(after).filteredOn(it -> !it.getKind().equals("JupyterKernelTemplate")).allSatisfy(resource -> {
            assertThat(resource.<Number>get("status", "observedGeneration").longValue())
                    .isEqualTo(resource.getMetadata().getGeneration());
            JsonNode ready = Site.condition(resource, "Ready");
            assertThat(ready.path("reason").asText()).as("%s", ready).isNotEmpty().isNotIn(REFUSALS);
        });
        assertThat(after).filteredOn(it -> !it.getKind().equals("JupyterKernelTemplate"))
                .allSatisfy(resource -> assertThat(site.reconcile(resource).outcome())
                        .isEqualTo(needsGatewayApi(resource) ? "rejected" : "unchanged"));
        assertThat(resources.stream().map(site::now).map(it -> it.getMetadata().getResourceVersion()))
                .as("a run without changes writes nothing")
                .isEqualTo(after.stream().map(it -> it.getMetadata().getResourceVersion()).toList());
        return after;
    }

    /** The clusters of the suite do not have the Gateway API, and a notebook of the pages has an HTTPRoute. */
    private static boolean needsGatewayApi(GenericKubernetesResource resource) {
        return Site.condition(resource, "Ready").path("reason").asText().equals("KindNotInstalled");
    }
}
