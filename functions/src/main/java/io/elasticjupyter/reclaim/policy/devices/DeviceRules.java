package io.elasticjupyter.reclaim.policy.devices;

import io.elasticjupyter.reclaim.policy.ClusterState;
import io.elasticjupyter.reclaim.policy.NodeState;
import io.elasticjupyter.reclaim.policy.PendingPod;
import io.elasticjupyter.reclaim.policy.PodName;
import io.elasticjupyter.reclaim.policy.PodOnNode;
import io.elasticjupyter.reclaim.policy.ResourceList;
import io.elasticjupyter.reclaim.policy.devices.NodeDevices.Found;
import io.elasticjupyter.reclaim.policy.devices.NodeDevices.Kind;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceClass;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceSlice;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Counts devices of ResourceClaims as resources of nodes and pods, for the pods that wait for some. CEL expressions are not evaluated.
 * A device satisfies a request if an equal device, of the same driver and with the same attributes and capacity, has been allocated
 * for an equal request, one with the same DeviceClass and selectors. Other devices do not count.
 *
 * <p>The rules are those of the scheduler's plugin <a href=
 * "https://github.com/kubernetes/kubernetes/tree/v1.36.0/pkg/scheduler/framework/plugins/dynamicresources">DynamicResources</a>. When
 * the last pod that may use a claim is gone, the <a href=
 * "https://github.com/kubernetes/kubernetes/blob/v1.36.0/pkg/controller/resourceclaim/controller.go">resource claim controller</a>
 * frees its devices.
 */
public final class DeviceRules {

    private final Map<PodName, DeviceClaim> claims;
    private final Map<String, DeviceClass> classes;
    private final Map<PodName, List<Optional<String>>> ofPending;
    private final NodeDevices slices;

    /** The kinds of devices that satisfy the requests of a type. */
    private final Map<DeviceRequestType, Set<Kind>> known = new HashMap<>();

    /**
     * What a pod that waits asks for.
     *
     * @param type the type of all its requests
     * @param count how many devices
     * @param unjudged what cannot be evaluated; the others are then without meaning
     */
    private record Wanted(DeviceRequestType type, long count, Optional<String> unjudged) {

        static Wanted unjudged(String phrase) {
            return new Wanted(null, 0, Optional.of(phrase));
        }
    }

    /**
     * @param claims all ResourceClaims, in all namespaces
     * @param slices all ResourceSlices
     * @param classes the DeviceClasses that exist
     * @param ofPending the names of the claims of each pod that waits and has some; empty for one that does not exist yet
     */
    public DeviceRules(Collection<DeviceClaim> claims, Collection<ResourceSlice> slices,
            Collection<DeviceClass> classes, Map<PodName, List<Optional<String>>> ofPending) {
        this.claims = claims.stream().collect(Collectors.toMap(DeviceClaim::name, Function.identity()));
        this.slices = NodeDevices.of(slices);
        this.classes = classes.stream().collect(Collectors.toMap(each -> each.getMetadata().getName(),
                Function.identity()));
        this.ofPending = ofPending;
    }

    /** Returns a cluster with the devices that pods wait for among the resources of its nodes and pods. */
    public ClusterState apply(ClusterState cluster) {
        Map<PodName, Wanted> wanted = new HashMap<>();
        cluster.pending().stream().filter(pod -> ofPending.containsKey(pod.name()))
                .forEach(pod -> wanted.put(pod.name(), wanted(pod)));
        Set<DeviceRequestType> types = wanted.values().stream().filter(each -> each.unjudged().isEmpty())
                .map(Wanted::type).collect(Collectors.toSet());
        types.forEach(type -> known.put(type, kinds(type)));
        Map<PodName, ResourceList> ofPods = new HashMap<>();
        Map<String, ResourceList> ofNodes = new HashMap<>();
        count(cluster, types, ofPods, ofNodes);
        List<PendingPod> pending = cluster.pending().stream()
                .map(pod -> wanted.containsKey(pod.name()) ? pending(pod, wanted, cluster, ofNodes) : pod).toList();
        pending.stream().filter(pod -> wanted.containsKey(pod.name()))
                .forEach(pod -> ofPods.put(pod.name(), amount(wanted.get(pod.name()))));
        return new ClusterState(cluster.now(),
                cluster.nodes().stream().map(node -> ofNodes.containsKey(node.name())
                        ? new NodeState(node.name(), node.labels(), node.taints(), node.unschedulable(), node.ready(),
                                node.allocatable().plus(ofNodes.get(node.name())))
                        : node).toList(),
                cluster.pods().stream().map(pod -> ofPods.containsKey(pod.name())
                        ? pod.withMore(ofPods.get(pod.name()))
                        : pod).toList(),
                cluster.kernels(), pending);
    }

    private static ResourceList amount(Wanted wanted) {
        return wanted.unjudged().isPresent()
                ? ResourceList.NONE
                : new ResourceList(Map.of(wanted.type().resource(), wanted.count()));
    }

    private Wanted wanted(PendingPod pod) {
        Set<DeviceRequestType> types = new HashSet<>();
        long count = 0;
        for (Optional<String> name : ofPending.get(pod.name())) {
            DeviceClaim claim = name.map(each -> claims.get(new PodName(pod.name().namespace(), each))).orElse(null);
            if (claim == null || claim.terminating()) {
                return Wanted.unjudged("a ResourceClaim that does not exist yet");
            }
            if (claim.allocated()) {
                return Wanted.unjudged("a ResourceClaim that has devices already");
            }
            if (claim.unjudged().isPresent()) {
                return Wanted.unjudged(claim.unjudged().get());
            }
            if (isShared(claim.name())) {
                return Wanted.unjudged("a ResourceClaim that other pods share");
            }
            types.addAll(claim.types().values());
            count += claim.count();
        }
        return types.size() == 1
                ? new Wanted(types.iterator().next(), count, Optional.empty())
                : Wanted.unjudged("ResourceClaims for devices of several DeviceClasses or selectors");
    }

    private boolean isShared(PodName claim) {
        return pendingUsers(claim) > 1;
    }

    private long pendingUsers(PodName claim) {
        return ofPending.entrySet().stream().filter(each -> each.getKey().namespace().equals(claim.namespace())
                && each.getValue().contains(Optional.of(claim.name()))).count();
    }

    /** Returns the kinds of the devices that have been allocated for requests of a type since its class is as it is now. */
    private Set<Kind> kinds(DeviceRequestType type) {
        DeviceClass deviceClass = classes.get(type.deviceClass());
        if (deviceClass == null) {
            return Set.of();
        }
        Instant changed = changed(deviceClass);
        return claims.values().stream().filter(claim -> !claim.created().isBefore(changed))
                .flatMap(claim -> claim.devices().entrySet().stream()
                        .filter(each -> type.equals(claim.types().get(each.getValue()))))
                .flatMap(each -> Optional.ofNullable(slices.devices().get(each.getKey())).stream()).map(Found::kind)
                .collect(Collectors.toSet());
    }

    private static Instant changed(HasMetadata object) {
        return Stream.concat(Stream.of(object.getMetadata().getCreationTimestamp()),
                object.getMetadata().getManagedFields().stream().map(ManagedFieldsEntry::getTime))
                .filter(Objects::nonNull).map(Instant::parse).max(Instant::compareTo).orElse(Instant.MAX);
    }

    /** Adds up the devices that pods have, and those that nodes have for pods that wait. */
    private void count(ClusterState cluster, Set<DeviceRequestType> types, Map<PodName, ResourceList> ofPods,
            Map<String, ResourceList> ofNodes) {
        Set<PodName> bound = cluster.pods().stream().filter(pod -> !pod.nominated()).map(PodOnNode::name)
                .collect(Collectors.toSet());
        Set<PodName> pending = cluster.pending().stream().map(PendingPod::name).collect(Collectors.toSet());
        Map<DeviceId, Optional<PodName>> taken = new HashMap<>();
        for (DeviceClaim claim : claims.values()) {
            List<PodName> users = claim.users().stream().filter(pod -> bound.contains(pod) || pending.contains(pod))
                    .toList();
            boolean unused = users.isEmpty() && !claim.otherUsers()
                    && (claim.terminating() || !claim.users().isEmpty());
            boolean ofOnePod = users.size() == 1 && bound.contains(users.getFirst()) && !claim.otherUsers()
                    && pendingUsers(claim.name()) == 0;
            if (!unused) {
                claim.devices().keySet().forEach(
                        device -> taken.put(device, ofOnePod ? Optional.of(users.getFirst()) : Optional.empty()));
            }
        }
        slices.devices().forEach((id, device) -> device.node().ifPresent(node -> {
            Optional<PodName> user = taken.getOrDefault(id, Optional.empty());
            if (user.isPresent() || !taken.containsKey(id)) {
                types.stream().filter(type -> known.get(type).contains(device.kind())).forEach(type -> {
                    ResourceList one = new ResourceList(Map.of(type.resource(), 1L));
                    ofNodes.merge(node, one, ResourceList::plus);
                    user.ifPresent(pod -> ofPods.merge(pod, one, ResourceList::plus));
                });
            }
        }));
    }

    private PendingPod pending(PendingPod pod, Map<PodName, Wanted> wanted, ClusterState cluster,
            Map<String, ResourceList> ofNodes) {
        Wanted own = wanted.get(pod.name());
        return pod.withDevices(amount(own), own.unjudged().or(() -> unknown(own, ofNodes))
                .or(() -> cluster.pending().stream()
                        .filter(other -> other.isAheadOf(pod) && wanted.containsKey(other.name())
                                && mayTake(wanted.get(other.name()), own))
                        .findFirst()
                        .map(other -> "a ResourceClaim for devices that pod " + other.name()
                                + ", which waits ahead of it with another ResourceClaim, may take")));
    }

    private Optional<String> unknown(Wanted wanted, Map<String, ResourceList> ofNodes) {
        String resource = wanted.type().resource();
        if (known.get(wanted.type()).isEmpty()) {
            return Optional.of("a ResourceClaim for devices " + wanted.type().text() + ", of which no pod has any");
        }
        return ofNodes.values().stream().anyMatch(each -> each.get(resource) > 0)
                ? Optional.empty()
                : Optional.of("a ResourceClaim for devices " + wanted.type().text()
                        + ", all of which are shared, partitions, tainted, or not of one node");
    }

    /** Returns whether a pod may get devices that another waits for. Those of other drivers are other devices. */
    private boolean mayTake(Wanted other, Wanted own) {
        if (other.unjudged().isPresent()) {
            return true;
        }
        Set<String> drivers = drivers(other.type());
        return !other.type().equals(own.type())
                && (drivers.isEmpty() || drivers(own.type()).stream().anyMatch(drivers::contains));
    }

    private Set<String> drivers(DeviceRequestType type) {
        return known.get(type).stream().map(Kind::driver).collect(Collectors.toSet());
    }
}
