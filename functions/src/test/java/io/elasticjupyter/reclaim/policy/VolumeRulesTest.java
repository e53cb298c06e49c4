package io.elasticjupyter.reclaim.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticjupyter.reclaim.policy.ReclaimDecision.Reason;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.NodeSelectorRequirement;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.TopologySelectorLabelRequirement;
import io.fabric8.kubernetes.api.model.TopologySelectorTerm;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import io.fabric8.kubernetes.api.model.storage.StorageClassBuilder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A pod with volume claims gets the resources of kernels only on a node where it can use its volumes. */
class VolumeRulesTest {

    private static final String GPU = "nvidia.com/gpu 1";
    private static final String BOUND = "pv.kubernetes.io/bind-completed";
    private static final Optional<StorageClass> NONE = Optional.empty();

    /** The idlest kernel is on a, in zone x; the other on b, in zone y. */
    private static ReclaimDecision decision(VolumeRules... rules) {
        Cluster cluster = new Cluster().node("a", GPU, zone("x")).idle("idlest", "a", GPU, 900)
                .node("b", GPU, zone("y")).idle("other", "b", GPU, 300)
                .waits("train", GPU, 100, pod -> pod.editSpec().addNewVolume().withName("data")
                        .withNewPersistentVolumeClaim("data", false).endVolume().endSpec());
        ClusterState state = cluster.state();
        return ReclaimPolicy.decide(new ClusterState(state.now(), state.nodes(), state.pods(), state.kernels(),
                state.pending().stream().map(pod -> pod.withVolumes(List.of(rules))).toList())).getFirst();
    }

    private static UnaryOperator<NodeBuilder> zone(String zone) {
        return node -> node.editMetadata().addToLabels("topology.kubernetes.io/zone", zone).endMetadata();
    }

    private static PersistentVolumeClaimBuilder claim() {
        return new PersistentVolumeClaimBuilder().withNewMetadata().withNamespace("default").withName("data")
                .endMetadata().withNewSpec().withAccessModes("ReadWriteOnce").withStorageClassName("fast").endSpec();
    }

    private static PersistentVolumeClaim bound() {
        return claim().editMetadata().addToAnnotations(BOUND, "yes").endMetadata().editSpec().withVolumeName("v")
                .endSpec().build();
    }

    private static PersistentVolumeBuilder volume() {
        return new PersistentVolumeBuilder().withNewMetadata().withName("v").endMetadata().withNewSpec().endSpec();
    }

    private static PersistentVolume volumeOn(String key, String value) {
        return volume().editSpec().withNewNodeAffinity().withNewRequired().addNewNodeSelectorTerm()
                .withMatchExpressions(new NodeSelectorRequirement(key, "In", List.of(value))).endNodeSelectorTerm()
                .endRequired().endNodeAffinity()
                .endSpec().build();
    }

    private static StorageClassBuilder storageClass(String mode) {
        return new StorageClassBuilder().withNewMetadata().withName("fast").endMetadata()
                .withProvisioner("csi.example.com").withVolumeBindingMode(mode);
    }

    @Test
    void aBoundClaimWithAVolumeForEveryNodeChangesNothing() {
        assertThat(Cluster.victims(decision(VolumeRules.of(bound(), Optional.of(volume().build()), NONE))))
                .containsExactly("idlest");
    }

    @Test
    void theKernelOfTheVolumesNodeIsCulled() {
        VolumeRules rules = VolumeRules.of(bound(), Optional.of(volumeOn("kubernetes.io/hostname", "b")), NONE);

        assertThat(Cluster.victims(decision(rules))).containsExactly("other");
    }

    @Test
    void theKernelOfTheVolumesZoneIsCulled() {
        PersistentVolume zonal = volume().editMetadata().addToLabels("topology.kubernetes.io/zone", "y__z")
                .endMetadata().build();

        assertThat(Cluster.victims(decision(VolumeRules.of(bound(), Optional.of(zonal), NONE))))
                .containsExactly("other");
    }

    @Test
    void volumesInDifferentZonesLeaveNoNode() {
        ReclaimDecision decision = decision(
                VolumeRules.of(bound(), Optional.of(volumeOn("topology.kubernetes.io/zone", "x")), NONE),
                VolumeRules.of(bound(), Optional.of(volumeOn("topology.kubernetes.io/zone", "y")), NONE));

        assertThat(decision.reason()).isEqualTo(Reason.NO_NODE_MATCHES);
        assertThat(decision.victims()).isEmpty();
        assertThat(decision.message()).isEqualTo("the pod may not run on any node: 2 are not matched by its node "
                + "selector, node affinity or volumes");
    }

    @Test
    void aVolumeThatIsCreatedOnceANodeIsChosenChangesNothing() {
        assertThat(Cluster.victims(decision(VolumeRules.of(claim().build(), Optional.empty(),
                Optional.of(storageClass("WaitForFirstConsumer").build()))))).containsExactly("idlest");
    }

    @Test
    void aVolumeIsCreatedWhereTheStorageClassAllowsIt() {
        StorageClass zonal = storageClass("WaitForFirstConsumer").withAllowedTopologies(new TopologySelectorTerm(
                List.of(new TopologySelectorLabelRequirement("topology.kubernetes.io/zone", List.of("y"))))).build();

        assertThat(Cluster.victims(decision(VolumeRules.of(claim().build(), Optional.empty(), Optional.of(zonal)))))
                .containsExactly("other");
    }

    @Test
    void aVolumeIsCreatedOnTheNodeThatWasSelected() {
        PersistentVolumeClaim selected = claim().editMetadata()
                .addToAnnotations("volume.kubernetes.io/selected-node", "b").endMetadata().build();

        assertThat(Cluster.victims(decision(VolumeRules.of(selected, Optional.empty(),
                Optional.of(storageClass("WaitForFirstConsumer").build()))))).containsExactly("other");
    }

    @ParameterizedTest
    @CsvSource({"Immediate", "''"})
    void theSchedulerBindsNoPodWhoseClaimIsBoundImmediatelyAndIsNotBoundYet(String mode) {
        assertThat(decision(VolumeRules.of(claim().build(), Optional.empty(),
                Optional.of(storageClass(mode).build()))).reason()).isEqualTo(Reason.NO_NODE_MATCHES);
    }

    @Test
    void theSchedulerBindsNoPodWithoutItsClaimVolumeOrStorageClass() {
        assertThat(List.of(VolumeRules.ofMissing(), VolumeRules.of(bound(), Optional.empty(), NONE),
                VolumeRules.of(claim().build(), Optional.empty(), NONE),
                VolumeRules.of(claim().editSpec().withVolumeName("v").endSpec().build(),
                        Optional.of(volume().build()), NONE),
                VolumeRules.of(new PersistentVolumeClaimBuilder(bound()).editMetadata()
                        .withDeletionTimestamp("2026-01-01T00:00:00Z").endMetadata().build(),
                        Optional.of(volume().build()), NONE)))
                .allSatisfy(rules -> assertThat(decision(rules).reason()).isEqualTo(Reason.NO_NODE_MATCHES));
    }

    @Test
    void whatCannotBeEvaluatedIsSaid() {
        ReclaimDecision once = decision(VolumeRules.of(claim().editSpec().withAccessModes("ReadWriteOncePod").endSpec()
                .build(), Optional.empty(), NONE));
        assertThat(once.reason()).isEqualTo(Reason.CONSTRAINT_NOT_EVALUATED);
        assertThat(once.message()).isEqualTo("the pod has volume claims with the access mode ReadWriteOncePod, which "
                + "reclaim does not evaluate; no kernel is culled for it");

        ReclaimDecision local = decision(VolumeRules.of(claim().build(), Optional.empty(), Optional.of(
                storageClass("WaitForFirstConsumer").withProvisioner("kubernetes.io/no-provisioner").build())));
        assertThat(local.reason()).isEqualTo(Reason.CONSTRAINT_NOT_EVALUATED);

        ReclaimDecision inline = new Cluster().node("a", GPU).idle("idle", "a", GPU, 900)
                .waits("train", GPU, 100, (PodBuilder pod) -> pod.editSpec().addNewVolume().withName("disk")
                        .withNewGcePersistentDisk().withPdName("disk").endGcePersistentDisk().endVolume().endSpec())
                .decision();
        assertThat(inline.reason()).isEqualTo(Reason.CONSTRAINT_NOT_EVALUATED);
    }

    @Test
    void theAnnotationNamesTheStorageClassToo() {
        assertThat(VolumeRules.storageClassName(claim().editMetadata()
                .withAnnotations(Map.of("volume.beta.kubernetes.io/storage-class", "old")).endMetadata().build()))
                .contains("old");
        assertThat(VolumeRules.storageClassName(claim().build())).contains("fast");
    }
}
