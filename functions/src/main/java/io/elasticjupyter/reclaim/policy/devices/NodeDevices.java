package io.elasticjupyter.reclaim.policy.devices;

import io.fabric8.kubernetes.api.model.resource.v1.Device;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceAttribute;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceCapacity;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceSlice;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceSliceSpec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The devices that ResourceSlices publish.
 *
 * @param devices the devices of complete pools
 */
record NodeDevices(Map<DeviceId, Found> devices) {

    private static final Set<String> EFFECTS = Set.of("NoSchedule", "NoExecute");

    /** What the expressions of a selector are about, and the driver. */
    record Kind(String driver, Map<String, DeviceAttribute> attributes, Map<String, DeviceCapacity> capacity) {}

    /** @param node the node of the device; empty if it is not one that a pod of that node can have as a whole */
    record Found(Kind kind, Optional<String> node) {}

    private record Pool(String driver, String name) {}

    /** Reads the slices of the newest generation of each pool. Like the scheduler, it ignores a pool of which some are missing. */
    static NodeDevices of(Collection<ResourceSlice> slices) {
        Map<Pool, List<ResourceSliceSpec>> pools = new HashMap<>();
        for (ResourceSlice slice : slices) {
            ResourceSliceSpec spec = slice.getSpec();
            List<ResourceSliceSpec> pool = pools.computeIfAbsent(
                    new Pool(spec.getDriver(), spec.getPool().getName()), any -> new ArrayList<>());
            if (!pool.isEmpty() && generation(pool.getFirst()) < generation(spec)) {
                pool.clear();
            }
            if (pool.isEmpty() || generation(pool.getFirst()) == generation(spec)) {
                pool.add(spec);
            }
        }
        Map<Kind, Kind> kinds = new HashMap<>();
        Map<DeviceId, Found> devices = new HashMap<>();
        pools.values().stream().filter(pool -> pool.getFirst().getPool().getResourceSliceCount() == pool.size())
                .flatMap(List::stream).forEach(slice -> slice.getDevices().forEach(device -> {
                    Kind kind = kinds.computeIfAbsent(
                            new Kind(slice.getDriver(), device.getAttributes(), device.getCapacity()), each -> each);
                    devices.put(new DeviceId(slice.getDriver(), slice.getPool().getName(), device.getName()),
                            new Found(kind, isOfOneNode(slice) && isWhole(device)
                                    ? Optional.of(slice.getNodeName())
                                    : Optional.empty()));
                }));
        return new NodeDevices(devices);
    }

    private static long generation(ResourceSliceSpec slice) {
        return slice.getPool().getGeneration();
    }

    private static boolean isOfOneNode(ResourceSliceSpec slice) {
        return slice.getNodeName() != null && !slice.getNodeName().isEmpty();
    }

    private static boolean isWhole(Device device) {
        return device.getTaints().stream().noneMatch(taint -> EFFECTS.contains(taint.getEffect()))
                && device.getConsumesCounters().isEmpty() && device.getBindingConditions().isEmpty()
                && !DeviceClaim.isTrue(device.getBindsToNode())
                && !DeviceClaim.isTrue(device.getAllowMultipleAllocations());
    }
}
