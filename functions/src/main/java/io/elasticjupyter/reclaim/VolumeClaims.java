package io.elasticjupyter.reclaim;

import io.elasticjupyter.kubernetes.OwnerReferences;
import io.elasticjupyter.kubernetes.Parallel;
import io.elasticjupyter.reclaim.policy.PendingPod;
import io.elasticjupyter.reclaim.policy.PodName;
import io.elasticjupyter.reclaim.policy.VolumeRules;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads the volume claims of pods that wait, each by its name. */
final class VolumeClaims {

    private static final int AT_ONCE = 8;

    private final List<Claim> claims = new ArrayList<>();

    /**
     * A claim of a pod.
     *
     * @param pod the pod
     * @param podUid its uid
     * @param name the name of the claim
     * @param ephemeral whether it is created for the pod, which then controls it
     */
    private record Claim(PodName pod, String podUid, String name, boolean ephemeral) {}

    private record ClaimRules(PodName pod, VolumeRules rules) {}

    /** Adds the claims of a pod. */
    void add(PodName name, Pod pod) {
        for (Volume volume : pod.getSpec().getVolumes()) {
            if (volume.getPersistentVolumeClaim() != null) {
                claims.add(new Claim(name, pod.getMetadata().getUid(),
                        volume.getPersistentVolumeClaim().getClaimName(), false));
            } else if (volume.getEphemeral() != null) {
                claims.add(new Claim(name, pod.getMetadata().getUid(), name.name() + "-" + volume.getName(), true));
            }
        }
    }

    /** Returns the pods with the rules of their claims. */
    List<PendingPod> read(KubernetesClient client, List<PendingPod> pods) {
        if (claims.isEmpty()) {
            return pods;
        }
        List<ClaimRules> rules = Parallel.map(claims, AT_ONCE, claim -> new ClaimRules(claim.pod(),
                read(client, claim)));
        return pods.stream().map(pod -> pod.asks()
                ? pod.withVolumes(rules.stream().filter(each -> each.pod().equals(pod.name())).map(ClaimRules::rules)
                        .toList())
                : pod).toList();
    }

    private static VolumeRules read(KubernetesClient client, Claim wanted) {
        PersistentVolumeClaim claim = client.persistentVolumeClaims().inNamespace(wanted.pod().namespace())
                .withName(wanted.name()).get();
        if (claim == null || wanted.ephemeral() && OwnerReferences.controllerOf(claim, Pod.class)
                .filter(owner -> owner.getUid().equals(wanted.podUid())).isEmpty()) {
            return VolumeRules.ofMissing();
        }
        Optional<String> name = VolumeRules.volumeName(claim);
        Optional<PersistentVolume> volume = name
                .map(each -> client.persistentVolumes().withName(each).get());
        Optional<StorageClass> storageClass = name.isPresent()
                ? Optional.empty()
                : VolumeRules.storageClassName(claim)
                        .map(each -> client.storage().v1().storageClasses().withName(each).get());
        return VolumeRules.of(claim, volume, storageClass);
    }
}
