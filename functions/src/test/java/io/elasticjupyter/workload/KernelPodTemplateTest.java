package io.elasticjupyter.workload;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticjupyter.api.v1alpha1.JupyterKernel;
import io.elasticjupyter.fixtures.ResourceFixture;
import io.elasticjupyter.reconcile.ConditionsBuilder;
import io.elasticjupyter.reconcile.Readiness;
import io.elasticjupyter.serialization.FastKubernetesSerialization;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KernelPodTemplateTest {

    @Test
    void aTemplateInTheLayoutOfKubernetesIsNotChanged() {
        PodTemplateSpec given = template("{metadata: {name: n, labels: {a: b}}, spec: {containers: [{name: kernel}]}}");

        KernelPodTemplate read = KernelPodTemplate.of(given);

        assertThat(read.template()).isSameAs(given);
        assertThat(conditions(read)).extracting(Condition::getType).containsExactly("Ready");
        assertThat(read.problem("spec.template")).isEmpty();
    }

    @Test
    void fieldsThatMetadataDoesNotHaveAreLabels() {
        KernelPodTemplate read = KernelPodTemplate.of(template("""
                metadata: {app: enterprise-gateway, component: kernel, labels: {component: mine, a: b}, annotations: {note: kept}}
                spec: {containers: [{name: kernel}]}
                """));

        assertThat(read.template().getMetadata().getLabels())
                .isEqualTo(Map.of("app", "enterprise-gateway", "component", "mine", "a", "b"));
        assertThat(read.template().getMetadata().getAnnotations()).containsEntry("note", "kept");
        assertThat(read.template().getMetadata().getAdditionalProperties()).isEmpty();
        assertThat(conditions(read)).element(1).satisfies(condition -> {
            assertThat(condition.getType()).isEqualTo("MisplacedTemplateFields");
            assertThat(condition.getStatus()).isEqualTo("True");
            assertThat(condition.getMessage()).isEqualTo(
                    "Fields that are used as labels of the pod: metadata.app, metadata.component in spec.template. Write them under metadata.labels.");
        });
    }

    @Test
    void theSpecOfANestedTemplateIsTheSpecOfThePod() {
        KernelPodTemplate read = KernelPodTemplate.of(template("""
                metadata: {app: enterprise-gateway}
                template: {spec: {restartPolicy: Never, containers: [{name: kernel, image: x}]}}
                """));

        assertThat(read.template().getSpec().getRestartPolicy()).isEqualTo("Never");
        assertThat(read.template().getSpec().getContainers()).extracting(Container::getImage).containsExactly("x");
        assertThat(read.template().getAdditionalProperties()).isEmpty();
        assertThat(conditions(read)).element(1).extracting(Condition::getMessage).asString()
                .endsWith("The field template.spec in spec.template is used as the spec of the pod. Write it as spec.");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"5", "[]", "{containers: 5}", "{containers: [5]}",
            "{containers: [{env: {a: b}}]}"})
    void aNestedSpecThatIsNoneIsNamed(String spec) {
        KernelPodTemplate read = KernelPodTemplate.of(template("{template: {spec: " + spec + "}}"));

        assertThat(read.problem("spec.template")).hasValue(
                "spec.template.template.spec is not the spec of a pod: correct it, and write it as spec.template.spec.");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"app | 5", "lables | {app: x}", "app | 'not a label'", "app | -x",
            "'a b' | x", "'/a' | x", "app | null", "annotations2 | [a]"})
    void aFieldThatCannotBeALabelIsNamed(String field, String value) {
        KernelPodTemplate read = KernelPodTemplate
                .of(template("{metadata: {'" + field + "': " + value + "}, spec: {containers: [{name: kernel}]}}"));

        assertThat(read.problem("spec.template")).hasValueSatisfying(
                problem -> assertThat(problem).startsWith("spec.template.metadata." + field + " is no field")
                        .endsWith("remove it, or write a label under spec.template.metadata.labels."));
        assertThat(conditions(read)).element(1).extracting(Condition::getMessage).asString()
                .contains("spec.template.metadata." + field);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"app | kernel", "example.org/team | A_b.c-1", "kernel_id | \"\""})
    void aLabelHasTheSyntaxOfKubernetes(String field, String value) {
        assertThat(KernelPodTemplate.of(template("{metadata: {'" + field + "': " + value + "}}")).labels())
                .containsExactly(field);
    }

    private static List<Condition> conditions(KernelPodTemplate template) {
        JupyterKernel kernel = ResourceFixture.aKernel("k").build();
        ConditionsBuilder conditions = new ConditionsBuilder(kernel, Instant.EPOCH).ready(Readiness.ready(""));
        template.addCondition("spec.template", conditions);
        return conditions.build();
    }

    /** Reads it as the functions do. */
    private static PodTemplateSpec template(String yaml) {
        return new FastKubernetesSerialization().unmarshal("---\n" + yaml, PodTemplateSpec.class);
    }
}
