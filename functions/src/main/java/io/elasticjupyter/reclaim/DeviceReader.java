package io.elasticjupyter.reclaim;

import io.elasticjupyter.kubernetes.Pages;
import io.elasticjupyter.reclaim.policy.ClusterState;
import io.elasticjupyter.reclaim.policy.PendingPod;
import io.elasticjupyter.reclaim.policy.PodName;
import io.elasticjupyter.reclaim.policy.devices.DeviceClaim;
import io.elasticjupyter.reclaim.policy.devices.DeviceRules;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodResourceClaim;
import io.fabric8.kubernetes.api.model.PodResourceClaimStatus;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceClass;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaim;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceSlice;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Reads devices and ResourceClaims, if a pod that asks for resources of idle kernels has some. */
final class DeviceReader {

    private final Map<PodName, List<Optional<String>>> claims = new HashMap<>();

    /** Adds the claims of a pod that waits. */
    void add(Pod pod) {
        if (pod.getSpec().getResourceClaims().isEmpty()) {
            return;
        }
        Map<String, PodResourceClaimStatus> generated = pod.getStatus().getResourceClaimStatuses().stream()
                .collect(Collectors.toMap(PodResourceClaimStatus::getName, each -> each));
        List<Optional<String>> names = new ArrayList<>();
        for (PodResourceClaim claim : pod.getSpec().getResourceClaims()) {
            if (claim.getResourceClaimName() != null) {
                names.add(Optional.of(claim.getResourceClaimName()));
            } else {
                names.add(Optional.ofNullable(generated.get(claim.getName()))
                        .map(PodResourceClaimStatus::getResourceClaimName));
            }
        }
        claims.put(PodName.of(pod), names);
    }

    /** Returns a cluster with the devices that pods wait for. */
    ClusterState read(KubernetesClient client, ClusterState cluster) {
        if (cluster.pending().stream().filter(PendingPod::asks).noneMatch(pod -> claims.containsKey(pod.name()))) {
            return cluster;
        }
        try {
            return rules(client).apply(cluster);
        } catch (KubernetesClientException e) {
            // Before Kubernetes 1.34, this version of the API is not served, and the claims remain unjudged.
            if (e.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
                return cluster;
            }
            throw e;
        }
    }

    private DeviceRules rules(KubernetesClient client) {
        List<DeviceClaim> all = new ArrayList<>();
        new Pages<>(client.resources(ResourceClaim.class).inAnyNamespace())
                .forEach(claim -> all.add(DeviceClaim.of(claim)));
        List<ResourceSlice> slices = new ArrayList<>();
        new Pages<>(client.resources(ResourceSlice.class)).forEach(slices::add);
        List<DeviceClass> classes = client.resources(DeviceClass.class).list().getItems();
        return new DeviceRules(all, slices, classes, claims);
    }
}
