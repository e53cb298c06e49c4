package io.elasticjupyter.reclaim.policy.devices;

import io.elasticjupyter.reclaim.policy.ClusterState;
import io.elasticjupyter.reclaim.policy.Kernel;
import io.elasticjupyter.reclaim.policy.Kernel.Activity;
import io.elasticjupyter.reclaim.policy.NodeState;
import io.elasticjupyter.reclaim.policy.PendingPod;
import io.elasticjupyter.reclaim.policy.PodName;
import io.elasticjupyter.reclaim.policy.PodOnNode;
import io.elasticjupyter.reclaim.policy.ReclaimDecision;
import io.elasticjupyter.reclaim.policy.ReclaimPolicy;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.resource.v1.Device;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceAttributeBuilder;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceBuilder;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceClass;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceClassBuilder;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaim;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaimBuilder;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceSlice;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceSliceBuilder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Builds nodes with devices, pods with ResourceClaims, and the decision about them, in a line for each. */
final class Devices {

    static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
    static final String DRIVER = "gpu.example.com";
    static final String CLASS = "gpu";

    private final List<NodeState> nodes = new ArrayList<>();
    private final List<PodOnNode> pods = new ArrayList<>();
    private final List<Kernel> kernels = new ArrayList<>();
    private final List<PendingPod> pending = new ArrayList<>();
    private final List<ResourceClaim> claims = new ArrayList<>();
    private final List<ResourceSlice> slices = new ArrayList<>();
    private final List<DeviceClass> classes = new ArrayList<>();
    private final Map<PodName, List<Optional<String>>> ofPending = new HashMap<>();

    Devices() {
        deviceClass(CLASS, NOW.minusSeconds(86_400));
    }

    Devices deviceClass(String name, Instant created) {
        classes.removeIf(each -> each.getMetadata().getName().equals(name));
        classes.add(new DeviceClassBuilder().withNewMetadata().withName(name)
                .withCreationTimestamp(created.toString()).endMetadata().withNewSpec().endSpec().build());
        return this;
    }

    /** @param models the model of each device, which is its attribute; the devices are d0, d1 and so on */
    Devices node(String name, String... models) {
        List<Device> devices = new ArrayList<>();
        for (String model : models) {
            devices.add(device("d" + devices.size(), model).build());
        }
        return node(name, devices);
    }

    Devices node(String name, List<Device> devices) {
        nodes.add(NodeState.of(new NodeBuilder().withNewMetadata().withName(name).endMetadata().withNewStatus()
                .addToAllocatable("cpu", new Quantity("100")).addToAllocatable("pods", new Quantity("110")).endStatus()
                .build()));
        return slice(new ResourceSliceBuilder().withNewMetadata().withName(name).endMetadata().withNewSpec()
                .withDriver(DRIVER).withNodeName(name).withNewPool().withName(name).withGeneration(1L)
                .withResourceSliceCount(1L).endPool().withDevices(devices).endSpec().build());
    }

    Devices slice(ResourceSlice slice) {
        slices.add(slice);
        return this;
    }

    static DeviceBuilder device(String name, String model) {
        return new DeviceBuilder().withName(name)
                .addToAttributes("model", new DeviceAttributeBuilder().withString(model).build());
    }

    /** Adds an idle kernel with a claim of its own for devices of a node. */
    Devices kernel(String name, String node, int idle, String selector, String... devices) {
        return kernel(name, node, idle, claim(name, selector, devices.length), devices);
    }

    Devices kernel(String name, String node, int idle, ResourceClaimBuilder claim, String... devices) {
        return pod(name, node).claim(allocated(claim, node, devices).editStatus().addNewReservedFor()
                .withResource("pods").withName(name).withUid(name).endReservedFor().endStatus().build())
                .idle(name, idle);
    }

    Devices idle(String name, int seconds) {
        kernels.add(new Kernel(new PodName("default", name), Activity.IDLE, NOW.minusSeconds(seconds), 0, true,
                Optional.empty(), Kernel.DEFAULT_RECLAIM_AFTER));
        return this;
    }

    Devices busy(String name) {
        kernels.replaceAll(each -> each.pod().name().equals(name)
                ? new Kernel(each.pod(), Activity.BUSY, each.lastActivity(), 0, true, Optional.empty(),
                        each.reclaimAfter())
                : each);
        return this;
    }

    Devices pod(String name, String node) {
        PodOnNode.of(pod(name, 0).editSpec().withNodeName(node).endSpec().build()).ifPresent(pods::add);
        return this;
    }

    Devices claim(ResourceClaim claim) {
        claims.add(claim);
        return this;
    }

    static ResourceClaimBuilder allocated(ResourceClaimBuilder claim, String node, String... devices) {
        claim.withNewStatus().withNewAllocation().withNewDevices().endDevices().endAllocation().endStatus();
        Arrays.stream(devices).forEach(device -> claim.editStatus().editAllocation().editDevices().addNewResult()
                .withRequest("main").withDriver(DRIVER).withPool(node).withDevice(device).endResult().endDevices()
                .endAllocation().endStatus());
        return claim;
    }

    /** @param selector the CEL expression; empty for none */
    static ResourceClaimBuilder claim(String name, String selector, long count) {
        ResourceClaimBuilder claim = new ResourceClaimBuilder().withNewMetadata().withNamespace("default")
                .withName(name).withCreationTimestamp(NOW.minusSeconds(3600).toString()).endMetadata().withNewSpec()
                .withNewDevices().addNewRequest().withName("main").withNewExactly().withDeviceClassName(CLASS)
                .withCount(count).endExactly().endRequest().endDevices().endSpec();
        if (!selector.isEmpty()) {
            claim.editSpec().editDevices().editFirstRequest().editExactly().addNewSelector().withNewCel(selector)
                    .endSelector().endExactly().endRequest().endDevices().endSpec();
        }
        return claim;
    }

    /** Adds a pod that waits for devices, younger than the one before. */
    Devices waits(String name, String selector, long count) {
        return waits(name, 100, true, claim(name, selector, count).build());
    }

    Devices waits(String name, int priority, boolean asks, ResourceClaim... own) {
        return waits(name, priority, asks, UnaryOperator.identity(), own);
    }

    Devices waits(String name, int priority, boolean asks, UnaryOperator<PodBuilder> more, ResourceClaim... own) {
        Pod pod = more.apply(pod(name, priority).editMetadata()
                .withCreationTimestamp(NOW.minusSeconds(600L - pending.size()).toString()).endMetadata().editSpec()
                .addNewResourceClaim().withName("devices").endResourceClaim().endSpec()).build();
        pending.add(PendingPod.of(pod, asks));
        PodOnNode.of(pod).ifPresent(pods::add);
        Arrays.stream(own).filter(each -> !claims.contains(each)).forEach(claims::add);
        ofPending.put(PodName.of(pod), Arrays.stream(own).map(each -> Optional.of(each.getMetadata().getName()))
                .toList());
        return this;
    }

    private static PodBuilder pod(String name, int priority) {
        return new PodBuilder().withNewMetadata().withNamespace("default").withName(name).endMetadata().withNewSpec()
                .withPriority(priority).addNewContainer().withName("main").endContainer().endSpec();
    }

    List<ReclaimDecision> decide() {
        return ReclaimPolicy.decide(new DeviceRules(claims.stream().map(DeviceClaim::of).toList(), slices, classes,
                ofPending).apply(new ClusterState(NOW, nodes, pods, kernels, pending)));
    }

    ReclaimDecision decision() {
        return decide().getFirst();
    }

    static List<String> victims(ReclaimDecision decision) {
        return decision.victims().stream().map(each -> each.pod().name()).toList();
    }
}
