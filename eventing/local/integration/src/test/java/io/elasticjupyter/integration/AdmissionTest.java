package io.elasticjupyter.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The resources that admission rejects, with the expected messages. The cases are in {@code admission.yaml}. */
@OnEachCluster
class AdmissionTest {

    private static final String CASES = "eventing/local/integration/src/test/resources/admission";

    private final Site site;

    AdmissionTest(Site site) {
        this.site = site;
    }

    private static List<JsonNode> cases() {
        return Documents.under(CASES).getFirst().all();
    }

    @TestFactory
    Stream<DynamicTest> refused() {
        String namespace = site.namespace();
        return cases().stream().map(each -> DynamicTest.dynamicTest(each.path("because").get(0).asText(), () -> {
            JsonNode resource = each.path("apply");
            if (each.has("from")) {
                site.apply(namespace, each.path("from"));
            }
            ThrowingCallable change = each.has("from")
                    ? () -> site.apply(namespace, resource)
                    : () -> site.create(namespace, resource);
            KubernetesClientException e = catchThrowableOfType(KubernetesClientException.class, change);
            assertThat(e).as("the resource was accepted").isNotNull();
            assertThat(e.getCode()).as("%s", e.getMessage()).isEqualTo(422);
            assertThat(e.getStatus().getDetails().getCauses())
                    .extracting(cause -> cause.getField() + ": " + cause.getMessage())
                    .containsExactlyInAnyOrderElementsOf(
                            each.path("because").valueStream().map(JsonNode::asText).toList());
        }));
    }

    /** Without a case, the message of a rule is not tested. */
    @Test
    void everyRuleHasACase() {
        Set<String> rules = new LinkedHashSet<>();
        Documents.under("deploy/crds").stream().flatMap(file -> file.all().stream())
                .filter(crd -> crd.path("kind").asText().equals("CustomResourceDefinition"))
                .forEach(crd -> crd.findValues("x-kubernetes-validations").forEach(list -> list.forEach(rule -> rules
                        .add(crd.at("/spec/names/kind").asText() + ": " + rule.path("message").asText()))));
        assertThat(rules).hasSizeGreaterThan(4);
        List<String> tried = cases().stream().flatMap(each -> each.path("because").valueStream()
                .map(because -> each.at("/apply/kind").asText() + ": " + because.asText())).toList();
        assertThat(rules).allSatisfy(rule -> assertThat(tried).anySatisfy(message -> {
            assertThat(message).startsWith(rule.substring(0, rule.indexOf(": ")));
            assertThat(message).endsWith(rule.substring(rule.indexOf(": ") + 2));
        }));
    }
}
