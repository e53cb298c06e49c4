package io.elasticjupyter.reclaim.policy.devices;

import io.elasticjupyter.reclaim.policy.PodName;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceClaimBuilder;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceRequest;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceRequestAllocationResult;
import io.fabric8.kubernetes.api.model.resource.v1.ExactDeviceRequest;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaim;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaimConsumerReference;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaimStatus;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The fields of a ResourceClaim that the decision needs.
 *
 * @param name its namespace and name
 * @param created when it was created; what it has was allocated later
 * @param terminating whether it is being deleted
 * @param types the types of its requests, by their names
 * @param count how many devices its requests ask for
 * @param unjudged what of its requests the decision cannot evaluate, as a phrase such as "a ResourceClaim with constraints"
 * @param allocated whether it has devices
 * @param devices the devices that it has for itself, and the names of the requests
 * @param users the pods that may use its devices
 * @param otherUsers whether something else than a pod may use them
 */
public record DeviceClaim(PodName name, Instant created, boolean terminating, Map<String, DeviceRequestType> types,
        long count, Optional<String> unjudged, boolean allocated, Map<DeviceId, String> devices, List<PodName> users,
        boolean otherUsers) {

    private static final String EXACT_COUNT = "ExactCount";

    /** Returns the fields of a claim. */
    public static DeviceClaim of(ResourceClaim claim) {
        var spec = Optional.ofNullable(claim.getSpec().getDevices()).orElseGet(() -> new DeviceClaimBuilder().build());
        Map<String, DeviceRequestType> types = new HashMap<>();
        long count = 0;
        Optional<String> unjudged = spec.getConstraints().isEmpty()
                ? Optional.empty()
                : Optional.of("a ResourceClaim with constraints");
        for (DeviceRequest request : spec.getRequests()) {
            ExactDeviceRequest exactly = request.getExactly();
            unjudged = unjudged.or(() -> unjudged(request));
            if (exactly != null) {
                types.put(request.getName(), DeviceRequestType.of(exactly));
                count += exactly.getCount() == null ? 1 : exactly.getCount();
            }
        }
        Optional<ResourceClaimStatus> status = Optional.ofNullable(claim.getStatus());
        Map<DeviceId, String> devices = new HashMap<>();
        status.map(ResourceClaimStatus::getAllocation).map(each -> each.getDevices())
                .ifPresent(each -> each.getResults().stream().filter(result -> !isTrue(result.getAdminAccess()))
                        .forEach(result -> devices.put(id(result), result.getRequest())));
        List<ResourceClaimConsumerReference> users = status.map(ResourceClaimStatus::getReservedFor)
                .orElseGet(List::of);
        String namespace = claim.getMetadata().getNamespace();
        return new DeviceClaim(PodName.of(claim), Instant.parse(claim.getMetadata().getCreationTimestamp()),
                claim.isMarkedForDeletion(), types, count, unjudged,
                status.map(ResourceClaimStatus::getAllocation).isPresent(), devices,
                users.stream().filter(DeviceClaim::isPod).map(each -> new PodName(namespace, each.getName())).toList(),
                !users.stream().allMatch(DeviceClaim::isPod));
    }

    private static Optional<String> unjudged(DeviceRequest request) {
        ExactDeviceRequest exactly = request.getExactly();
        if (exactly == null) {
            return Optional.of("a ResourceClaim with firstAvailable");
        }
        if (isTrue(exactly.getAdminAccess())) {
            return Optional.of("a ResourceClaim with adminAccess");
        }
        if (exactly.getAllocationMode() != null && !exactly.getAllocationMode().equals(EXACT_COUNT)) {
            return Optional.of("a ResourceClaim with the allocationMode " + exactly.getAllocationMode());
        }
        return exactly.getCapacity() == null
                ? Optional.empty()
                : Optional.of("a ResourceClaim for a part of the capacity of a device");
    }

    private static boolean isPod(ResourceClaimConsumerReference user) {
        return "pods".equals(user.getResource()) && (user.getApiGroup() == null || user.getApiGroup().isEmpty());
    }

    private static DeviceId id(DeviceRequestAllocationResult result) {
        return new DeviceId(result.getDriver(), result.getPool(), result.getDevice());
    }

    static boolean isTrue(Boolean value) {
        return Boolean.TRUE.equals(value);
    }
}
