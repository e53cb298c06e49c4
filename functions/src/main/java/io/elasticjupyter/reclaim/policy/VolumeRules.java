package io.elasticjupyter.reclaim.policy;

import io.fabric8.kubernetes.api.model.NodeSelectorRequirement;
import io.fabric8.kubernetes.api.model.NodeSelectorTerm;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * The nodes on which a pod can use a volume claim, as in the scheduler's plugins <a href=
 * "https://github.com/kubernetes/kubernetes/tree/v1.36.0/pkg/scheduler/framework/plugins/volumebinding">VolumeBinding</a> and
 * <a href="https://github.com/kubernetes/kubernetes/blob/v1.36.0/pkg/scheduler/framework/plugins/volumezone/volume_zone.go">
 * VolumeZone</a>.
 *
 * @param nodeAffinities of each list, the node must match one term. An empty list matches no node.
 * @param unjudged what the policy cannot evaluate, as a phrase such as "volume claims with the access mode ReadWriteOncePod"
 */
public record VolumeRules(List<List<NodeSelectorTerm>> nodeAffinities, Optional<String> unjudged) {

    private static final VolumeRules NO_NODE = new VolumeRules(List.of(List.of()), Optional.empty());

    private static final String BOUND = "pv.kubernetes.io/bind-completed";
    private static final String SELECTED_NODE = "volume.kubernetes.io/selected-node";
    private static final String STORAGE_CLASS = "volume.beta.kubernetes.io/storage-class";
    private static final String NO_PROVISIONER = "kubernetes.io/no-provisioner";
    private static final Set<String> TOPOLOGY = Set.of("topology.kubernetes.io/zone", "topology.kubernetes.io/region",
            "failure-domain.beta.kubernetes.io/zone", "failure-domain.beta.kubernetes.io/region");

    public VolumeRules {
        nodeAffinities = List.copyOf(nodeAffinities);
    }

    /** Returns the rules of a claim that does not exist: the scheduler binds no pod that has it. */
    public static VolumeRules ofMissing() {
        return NO_NODE;
    }

    /**
     * Returns the rules of a claim.
     *
     * @param volume the PersistentVolume that it names, if that exists
     * @param storageClass the StorageClass that it names, if that exists
     */
    public static VolumeRules of(PersistentVolumeClaim claim, Optional<PersistentVolume> volume,
            Optional<StorageClass> storageClass) {
        if (claim.isMarkedForDeletion()) {
            return NO_NODE;
        }
        if (claim.getSpec().getAccessModes().contains("ReadWriteOncePod")) {
            return unjudged("volume claims with the access mode ReadWriteOncePod");
        }
        if (volumeName(claim).isPresent()) {
            return annotation(claim, BOUND).isPresent() ? volume.map(VolumeRules::of).orElse(NO_NODE) : NO_NODE;
        }
        return storageClass.filter(each -> "WaitForFirstConsumer".equals(each.getVolumeBindingMode()))
                .map(each -> of(claim, each)).orElse(NO_NODE);
    }

    /** Returns the name of the PersistentVolume of a claim; empty if it has none yet. */
    public static Optional<String> volumeName(PersistentVolumeClaim claim) {
        return Optional.ofNullable(claim.getSpec().getVolumeName()).filter(name -> !name.isEmpty());
    }

    /** Returns the name of the StorageClass of a claim. */
    public static Optional<String> storageClassName(PersistentVolumeClaim claim) {
        return annotation(claim, STORAGE_CLASS).or(() -> Optional.ofNullable(claim.getSpec().getStorageClassName()))
                .filter(name -> !name.isEmpty());
    }

    private static VolumeRules of(PersistentVolume volume) {
        List<List<NodeSelectorTerm>> affinities = new ArrayList<>();
        if (volume.getSpec().getNodeAffinity() != null && volume.getSpec().getNodeAffinity().getRequired() != null) {
            affinities.add(volume.getSpec().getNodeAffinity().getRequired().getNodeSelectorTerms());
        }
        // The scheduler also accepts nodes without any of these labels. They are left out.
        Objects.requireNonNullElse(volume.getMetadata().getLabels(), Map.<String, String>of()).entrySet().stream()
                .filter(label -> TOPOLOGY.contains(label.getKey()))
                .forEach(label -> affinities.add(List.of(in(label.getKey(), List.of(label.getValue().split("__"))))));
        return new VolumeRules(affinities, Optional.empty());
    }

    /** The volume is created or bound once a node is chosen. */
    private static VolumeRules of(PersistentVolumeClaim claim, StorageClass storageClass) {
        if (NO_PROVISIONER.equals(storageClass.getProvisioner())) {
            return unjudged("volume claims that are not bound, of a storage class that creates no volumes");
        }
        List<List<NodeSelectorTerm>> affinities = new ArrayList<>();
        if (!storageClass.getAllowedTopologies().isEmpty()) {
            affinities.add(storageClass.getAllowedTopologies().stream()
                    .map(term -> new NodeSelectorTerm(term.getMatchLabelExpressions().stream()
                            .map(label -> new NodeSelectorRequirement(label.getKey(), "In", label.getValues()))
                            .toList(), List.of()))
                    .toList());
        }
        annotation(claim, SELECTED_NODE).ifPresent(node -> affinities.add(List.of(new NodeSelectorTerm(List.of(),
                List.of(new NodeSelectorRequirement("metadata.name", "In", List.of(node)))))));
        return new VolumeRules(affinities, Optional.empty());
    }

    private static VolumeRules unjudged(String phrase) {
        return new VolumeRules(List.of(), Optional.of(phrase));
    }

    private static NodeSelectorTerm in(String label, List<String> values) {
        return new NodeSelectorTerm(List.of(new NodeSelectorRequirement(label, "In", values)), List.of());
    }

    private static Optional<String> annotation(PersistentVolumeClaim claim, String name) {
        return Optional.ofNullable(claim.getMetadata().getAnnotations()).map(all -> all.get(name));
    }
}
