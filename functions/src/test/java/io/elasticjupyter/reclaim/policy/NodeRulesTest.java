package io.elasticjupyter.reclaim.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticjupyter.reclaim.policy.NodeRules.Mismatch;
import io.fabric8.kubernetes.api.model.NodeSelectorRequirement;
import io.fabric8.kubernetes.api.model.NodeSelectorTerm;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.Toleration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeRulesTest {

    private static final NodeState NODE = new NodeState("gpu-1",
            Map.of("zone", "a", "gpus", "8", "text", "eight", "empty", ""), List.of(), false, true, ResourceList.NONE);

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            zone   | In           | a,b  | true
            zone   | In           | b    | false
            absent | In           | a    | false
            zone   | NotIn        | b    | true
            zone   | NotIn        | a,b  | false
            absent | NotIn        | a    | true
            zone   | Exists       | -    | true
            empty  | Exists       | -    | true
            absent | Exists       | -    | false
            absent | DoesNotExist | -    | true
            zone   | DoesNotExist | -    | false
            gpus   | Gt           | 7    | true
            gpus   | Gt           | 8    | false
            gpus   | Lt           | 9    | true
            gpus   | Lt           | 8    | false
            gpus   | Gt           | -1   | true
            gpus   | Gt           | many | false
            text   | Gt           | 1    | false
            text   | Lt           | 9    | false
            absent | Gt           | 1    | false
            absent | Lt           | 1    | false
            gpus   | Gt           | 1,2  | false
            zone   | Unknown      | a    | false
            """)
    void nodeAffinityMatchesLabels(String key, String operator, String values, boolean matches) {
        NodeSelectorTerm term = new NodeSelectorTerm(List.of(requirement(key, operator, values)), List.of());

        assertThat(mismatch(List.of(term))).isEqualTo(matches ? Optional.empty() : Optional.of(Mismatch.SELECTOR));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            metadata.name | In     | gpu-1       | true
            metadata.name | In     | gpu-2       | false
            metadata.name | In     | gpu-1,gpu-2 | false
            metadata.name | NotIn  | gpu-2       | true
            metadata.name | NotIn  | gpu-1       | false
            metadata.name | Exists | gpu-1       | false
            spec.other    | In     | gpu-1       | false
            """)
    void nodeAffinityMatchesTheName(String key, String operator, String values, boolean matches) {
        NodeSelectorTerm term = new NodeSelectorTerm(List.of(), List.of(requirement(key, operator, values)));

        assertThat(mismatch(List.of(term)).isEmpty()).isEqualTo(matches);
    }

    private static NodeSelectorRequirement requirement(String key, String operator, String values) {
        return new NodeSelectorRequirement(key, operator,
                values == null ? List.of() : Arrays.asList(values.split(",")));
    }

    @Test
    void oneTermMustMatchWithAllItsRequirements() {
        NodeSelectorRequirement yes = requirement("zone", "In", "a");
        NodeSelectorRequirement no = requirement("zone", "In", "b");
        NodeSelectorRequirement name = requirement("metadata.name", "In", "gpu-2");

        assertThat(mismatch(
                List.of(new NodeSelectorTerm(List.of(no), List.of()), new NodeSelectorTerm(List.of(yes), List.of()))))
                .isEmpty();
        assertThat(mismatch(List.of(new NodeSelectorTerm(List.of(yes, no), List.of())))).isPresent();
        assertThat(mismatch(List.of(new NodeSelectorTerm(List.of(yes), List.of(name))))).isPresent();
        assertThat(mismatch(List.of(new NodeSelectorTerm()))).as("an empty term matches no node").isPresent();
        assertThat(mismatch(List.of())).as("no terms match no node").isPresent();
    }

    private static Optional<Mismatch> mismatch(List<NodeSelectorTerm> terms) {
        return NodeRules.mismatch(pod(new PodBuilder().withNewSpec().endSpec())
                .withVolumes(List.of(new VolumeRules(List.of(terms), Optional.empty()))), NODE);
    }

    @Test
    void theNodeSelectorAndTheNodeAffinityAreReadFromThePod() {
        PendingPod pod = pod(new PodBuilder().withNewSpec().addToNodeSelector("zone", "a").withNewAffinity()
                .withNewNodeAffinity().withNewRequiredDuringSchedulingIgnoredDuringExecution().addNewNodeSelectorTerm()
                .addToMatchExpressions(requirement("gpus", "Gt", "4")).endNodeSelectorTerm()
                .endRequiredDuringSchedulingIgnoredDuringExecution().endNodeAffinity().endAffinity().endSpec());

        assertThat(NodeRules.mismatch(pod, NODE)).isEmpty();
        assertThat(NodeRules.mismatch(pod, labelled(Map.of("zone", "a")))).contains(Mismatch.SELECTOR);
        assertThat(NodeRules.mismatch(pod, labelled(Map.of("gpus", "8")))).contains(Mismatch.SELECTOR);
    }

    private static NodeState labelled(Map<String, String> labels) {
        return new NodeState("gpu-1", labels, List.of(), false, true, ResourceList.NONE);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            gpu | Equal  | yes | NoSchedule       | true
            gpu | -      | yes | NoSchedule       | true
            gpu | Equal  | no  | NoSchedule       | false
            gpu | Equal  | -   | NoSchedule       | false
            gpu | Exists | -   | NoSchedule       | true
            gpu | Exists | -   | -                | true
            gpu | Exists | -   | NoExecute        | false
            -   | Exists | -   | -                | true
            cpu | Exists | -   | -                | false
            gpu | Gt     | 1   | NoSchedule       | false
            """)
    void aTolerationMatchesATaint(String key, String operator, String value, String effect, boolean tolerates) {
        PendingPod pod = pod(new PodBuilder().withNewSpec()
                .withTolerations(new Toleration(effect, key, operator, null, value)).endSpec());

        assertThat(NodeRules.mismatch(pod, tainted("NoSchedule", false)))
                .isEqualTo(tolerates ? Optional.empty() : Optional.of(Mismatch.TAINT));
    }

    @Test
    void onlyTaintsThatKeepPodsOutCount() {
        PendingPod pod = pod(new PodBuilder().withNewSpec().endSpec());

        assertThat(NodeRules.mismatch(pod, tainted("NoExecute", false))).contains(Mismatch.TAINT);
        assertThat(NodeRules.mismatch(pod, tainted("PreferNoSchedule", false))).isEmpty();
    }

    @Test
    void aCordonedNodeIsForPodsThatTolerateItsTaint() {
        NodeState cordoned = tainted("PreferNoSchedule", true);

        assertThat(NodeRules.mismatch(pod(new PodBuilder().withNewSpec().endSpec()), cordoned))
                .contains(Mismatch.UNSCHEDULABLE);
        assertThat(NodeRules.mismatch(pod(new PodBuilder().withNewSpec().withTolerations(
                new Toleration("NoSchedule", "node.kubernetes.io/unschedulable", "Exists", null, null)).endSpec()),
                cordoned)).isEmpty();
    }

    private static NodeState tainted(String effect, boolean cordoned) {
        return new NodeState("gpu-1", Map.of(), List.of(new Taint(effect, "gpu", null, "yes")), cordoned, true,
                ResourceList.NONE);
    }

    private static PendingPod pod(PodBuilder pod) {
        return PendingPod.of(pod.withNewMetadata().withNamespace("default").withName("train")
                .withCreationTimestamp("2026-01-01T00:00:00Z").endMetadata().build(), true);
    }
}
