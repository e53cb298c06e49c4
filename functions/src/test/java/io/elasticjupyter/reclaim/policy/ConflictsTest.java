package io.elasticjupyter.reclaim.policy;

import static io.elasticjupyter.reclaim.policy.Cluster.victims;
import static org.assertj.core.api.Assertions.assertThat;

import io.elasticjupyter.reclaim.policy.Kernel.Activity;
import io.elasticjupyter.reclaim.policy.ReclaimDecision.Reason;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConflictsTest {

    private static final UnaryOperator<PodBuilder> TRAIN = labelled("train");
    private static final UnaryOperator<PodBuilder> KERNEL = labelled("kernel");

    @Test
    void aKernelWithThePortOfThePodMustGo() {
        Cluster cluster = new Cluster().node("a", "cpu 8").idle("idler", "a", "cpu 1", 900)
                .kernel("one", "a", "cpu 1", port("", "TCP"), Activity.IDLE, 100, UnaryOperator.identity())
                .waits("train", "cpu 1", 100, port("", "TCP"));

        assertThat(victims(cluster.decision())).containsExactly("one");
        assertThat(victims(new Cluster().node("a", "cpu 8").idle("idler", "a", "cpu 1", 900)
                .kernel("one", "a", "cpu 1", port("", "TCP"), Activity.BUSY, 100, UnaryOperator.identity())
                .waits("train", "cpu 8", 100, port("", "TCP")).decision())).isEmpty();
    }

    @Test
    void aKernelWithThePortAndIdlerOnesForTheRestAreCulled() {
        Cluster cluster = new Cluster().node("a", "cpu 3").idle("idler", "a", "cpu 1", 900)
                .idle("late", "a", "cpu 1", 200)
                .kernel("one", "a", "cpu 1", port("", "TCP"), Activity.IDLE, 100, UnaryOperator.identity())
                .waits("train", "cpu 2", 100, port("", "TCP"));

        assertThat(victims(cluster.decision())).containsExactly("idler", "one");
    }

    @ParameterizedTest
    @CsvSource({"'', TCP, '', TCP, true", "10.0.0.1, TCP, 10.0.0.2, TCP, false", "10.0.0.1, TCP, '', TCP, true",
            "0.0.0.0, TCP, 10.0.0.2, TCP, true", "10.0.0.1, TCP, 10.0.0.1, UDP, false", "'', , '', TCP, true"})
    void portsConflictOnTheSameAddressAndProtocol(String ip, String protocol, String otherIp, String other,
            boolean conflict) {
        ReclaimDecision decision = new Cluster().node("a", "cpu 8").pod("other", "a", "cpu 1", port(otherIp, other))
                .waits("train", "cpu 1", 100, port(ip, protocol)).decision();

        assertThat(decision.reason()).isEqualTo(conflict ? Reason.NO_NODE_MATCHES : Reason.FITS);
    }

    @Test
    void aKernelBesideWhichThePodDoesNotRunMustGo() {
        Cluster cluster = new Cluster().node("a", "cpu 8").idle("idler", "a", "cpu 1", 900)
                .kernel("one", "a", "cpu 1", KERNEL, Activity.IDLE, 100, UnaryOperator.identity())
                .waits("train", "cpu 1", 100, apart("kernel", "kubernetes.io/hostname", null));

        assertThat(victims(cluster.decision())).containsExactly("one");
    }

    @Test
    void aKernelThatDoesNotRunBesideThePodMustGo() {
        Cluster cluster = new Cluster().node("a", "cpu 8").idle("idler", "a", "cpu 1", 900)
                .kernel("one", "a", "cpu 1", apart("train", "kubernetes.io/hostname", null), Activity.IDLE, 100,
                        UnaryOperator.identity())
                .waits("train", "cpu 1", 100, TRAIN);

        assertThat(victims(cluster.decision())).containsExactly("one");
    }

    @Test
    void nothingIsCulledIfAKernelOfAnotherNodeWouldHaveToGoToo() {
        Cluster cluster = new Cluster().node("a", "cpu 1", zone("z")).idle("idle", "a", "cpu 1", 900)
                .node("b", "cpu 1", zone("z"))
                .kernel("one", "b", "cpu 1", KERNEL, Activity.IDLE, 100, UnaryOperator.identity())
                .waits("train", "cpu 1", 100, apart("kernel", "zone", null));

        assertThat(victims(cluster.decision())).as("only the node with the kernel").containsExactly("one");
        assertThat(victims(new Cluster().node("a", "cpu 1", zone("z")).idle("idle", "a", "cpu 1", 900)
                .node("b", "cpu 1", zone("z")).pod("one", "b", "cpu 1", KERNEL)
                .waits("train", "cpu 1", 100, apart("kernel", "zone", null)).decision())).isEmpty();
        assertThat(victims(new Cluster().node("a", "cpu 1", zone("y")).idle("idle", "a", "cpu 1", 900)
                .node("b", "cpu 1", zone("z")).pod("one", "b", "cpu 1", KERNEL)
                .waits("train", "cpu 1", 100, apart("kernel", "zone", null)).decision())).as("another zone")
                .containsExactly("idle");
    }

    @Test
    void aNamespaceSelectorThatSelectsByLabelsIsNotEvaluated() {
        LabelSelector some = new LabelSelectorBuilder().addToMatchLabels("team", "a").build();
        LabelSelector all = new LabelSelector();
        Cluster cluster = new Cluster().node("a", "cpu 8").pod("other", "a", "cpu 1", KERNEL);

        assertThat(cluster.waits("train", "cpu 1", 100, apart("kernel", "kubernetes.io/hostname", some)).decision()
                .message())
                .isEqualTo(
                        "the pod has pod anti-affinity with a namespace selector, which reclaim does not evaluate; no "
                                + "kernel is culled for it");
        assertThat(new Cluster().node("a", "cpu 8").pod("other", "a", "cpu 1", KERNEL)
                .waits("train", "cpu 1", 100, apart("kernel", "kubernetes.io/hostname", all)).decision().reason())
                .isEqualTo(Reason.NO_NODE_MATCHES);
        assertThat(new Cluster().node("a", "cpu 8").node("b", "cpu 1").idle("idle", "b", "cpu 1", 900)
                .pod("other", "a", "cpu 1", apart("train", "kubernetes.io/hostname", some))
                .waits("train", "cpu 1", 100, TRAIN).decision().reason()).isEqualTo(Reason.CONSTRAINT_NOT_EVALUATED);
        assertThat(victims(new Cluster().node("a", "cpu 1").idle("idle", "a", "cpu 1", 900)
                .pod("other", "a", "", apart("train", "kubernetes.io/hostname", some)).node("b", "cpu 1")
                .idle("late", "b", "cpu 1", 100).waits("train", "cpu 1", 100, TRAIN).decision()))
                .as("the node without such pods").containsExactly("late");
    }

    @Test
    void aPodThatMayBeBoundToANodeKeepsOthersApart() {
        Cluster cluster = new Cluster().node("a", "cpu 2").idle("idle", "a", "cpu 1", 900)
                .waits("bound soon", "cpu 1", 100, false, KERNEL)
                .waits("train", "cpu 2", 100, apart("kernel", "kubernetes.io/hostname", null));

        assertThat(victims(cluster.decision())).isEmpty();
    }

    private static UnaryOperator<PodBuilder> labelled(String app) {
        return pod -> pod.editMetadata().withLabels(Map.of("app", app)).endMetadata();
    }

    private static UnaryOperator<PodBuilder> apart(String app, String topology, LabelSelector namespaces) {
        return pod -> pod.editSpec().withNewAffinity().withNewPodAntiAffinity()
                .addNewRequiredDuringSchedulingIgnoredDuringExecution().withTopologyKey(topology)
                .withNamespaceSelector(namespaces).withNewLabelSelector().addToMatchLabels("app", app)
                .endLabelSelector().endRequiredDuringSchedulingIgnoredDuringExecution().endPodAntiAffinity()
                .endAffinity().endSpec();
    }

    private static UnaryOperator<NodeBuilder> zone(String zone) {
        return node -> node.editMetadata().addToLabels("zone", zone).endMetadata();
    }

    private static UnaryOperator<PodBuilder> port(String ip, String protocol) {
        return pod -> pod.editSpec().editFirstContainer().addNewPort().withContainerPort(1).withHostPort(8888)
                .withHostIP(ip).withProtocol(protocol).endPort().endContainer().endSpec();
    }
}
