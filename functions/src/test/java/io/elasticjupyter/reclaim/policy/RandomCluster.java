package io.elasticjupyter.reclaim.policy;

import io.elasticjupyter.reclaim.policy.Kernel.Activity;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.Toleration;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A small random cluster, in plain values, from which both the policy's values and the expectations are derived.
 *
 * @param nodes the nodes
 * @param pods the pods on them
 * @param waiting the pods that wait
 */
record RandomCluster(List<HostNode> nodes, List<Bound> pods, List<Waiting> waiting) {

    static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
    static final String CORDON = "node.kubernetes.io/unschedulable";

    private static final List<String> CPU = List.of("0", "500m", "1", "1500m", "2", "2.5", "1e0", "3000m", "0.1");
    private static final List<String> MEMORY = List.of("0", "1e3", "128974848000m", "1Gi", "1500Mi", "2G", "0.5Gi",
            "3e9",
            "1", "1m");
    private static final List<String> COUNT = List.of("0", "1", "1", "1", "2", "2", "3", "4", "1e0");
    private static final List<String> HUGE = List.of("16", "2Ti", "1e15");
    private static final String MIG = "example.com/mig-1g.5gb";
    private static final int[] IDLE = {0, 59, 60, 61, 100, 100, 300, 300, 900, 3600, 86_400};
    private static final int[] PRIORITIES = {-10, 0, 0, 0, 0, 50, 50, 100};

    record HostNode(String name, String zone, Map<String, String> allocatable, List<String> taints, boolean cordoned,
            boolean ready) {}

    /** @param apart the value of the label app beside which the pod does not run, in the same topology; empty for none */
    record Demand(String name, Map<String, String> requests, int priority, int port, String app, String apart,
            String topology) {}

    record Bound(Demand demand, String node, boolean ending, Optional<Idleness> kernel) {}

    record Idleness(Activity activity, int idle, boolean open, boolean cullConnected, boolean kept, int reclaimAfter) {}

    record Waiting(Demand demand, boolean asks, int age, String zone, List<String> tolerated, String nominated) {}

    static RandomCluster of(Random random, int mostNodes, int mostKernels) {
        List<HostNode> nodes = new ArrayList<>();
        List<Bound> pods = new ArrayList<>();
        List<Waiting> waiting = new ArrayList<>();
        boolean oneResource = random.nextInt(4) == 0;
        boolean separated = random.nextInt(5) == 0;
        for (int n = 1 + random.nextInt(mostNodes); n > 0; n--) {
            String name = "n" + n;
            List<Bound> here = new ArrayList<>();
            for (int k = random.nextInt(mostKernels + 1); k > 0; k--) {
                here.add(new Bound(demand(random, name + "-k" + k, oneResource, separated), name,
                        random.nextInt(15) == 0, Optional.of(idleness(random))));
            }
            for (int p = random.nextInt(3); p > 0; p--) {
                here.add(new Bound(demand(random, name + "-p" + p, oneResource, separated), name,
                        random.nextInt(8) == 0, Optional.empty()));
            }
            pods.addAll(here);
            nodes.add(new HostNode(name, "z" + random.nextInt(2), allocatable(random, here),
                    random.nextInt(5) == 0 ? List.of("gpu") : List.of(), random.nextInt(12) == 0,
                    random.nextInt(12) > 0));
        }
        for (int w = 1 + random.nextInt(4); w > 0; w--) {
            Demand demand = demand(random, "w" + w, oneResource, separated);
            waiting.add(new Waiting(
                    new Demand(demand.name(), demand.requests(), of(random, 0, 50, 100, 100, 100), demand.port(),
                            demand.app(), demand.apart(), demand.topology()),
                    w == 1 || random.nextInt(4) > 0, random.nextInt(3), of(random, "", "", "", "", "", "z0"),
                    Stream.of("gpu", CORDON).filter(each -> random.nextInt(2) == 0).toList(),
                    random.nextInt(10) == 0 ? "n1" : ""));
        }
        return new RandomCluster(nodes, pods, waiting);
    }

    /** Most nodes have little more than their pods request; some are large, or too small for their pods. */
    private static Map<String, String> allocatable(Random random, List<Bound> pods) {
        Map<String, String> allocatable = new TreeMap<>(Map.of("cpu", of(random, "2", "4", "8"), "memory",
                of(random, "4Gi", "8e9", "16Gi"), "nvidia.com/gpu", of(random, "0", "2", "4", "8"), "pods",
                of(random, "3", "8", "110")));
        if (random.nextInt(5) > 0) {
            for (String resource : List.of("cpu", "memory", "nvidia.com/gpu")) {
                BigDecimal sum = pods.stream().filter(each -> each.demand().requests().containsKey(resource))
                        .map(each -> Quantity.parse(each.demand().requests().get(resource)).getNumericalAmount())
                        .reduce(new BigDecimal(of(random, "0", "0", "1", "0.5")), BigDecimal::add);
                allocatable.put(resource, sum.setScale(0, RoundingMode.CEILING).toPlainString());
            }
        }
        if (random.nextInt(3) == 0) {
            allocatable.put(MIG, of(random, "1", "4", "7"));
        }
        return allocatable;
    }

    private static Demand demand(Random random, String name, boolean oneResource, boolean separated) {
        Map<String, String> requests = new TreeMap<>();
        requests.put("nvidia.com/gpu", of(random, COUNT));
        if (!oneResource) {
            requests.put("cpu", of(random, CPU));
            requests.put("memory", of(random, MEMORY));
            if (random.nextInt(6) == 0) {
                requests.put(MIG, of(random, COUNT));
            }
        }
        if (random.nextInt(50) == 0) {
            requests.put(of(random, "cpu", "memory", "nvidia.com/gpu"), of(random, HUGE));
        }
        return new Demand(name, requests, PRIORITIES[random.nextInt(PRIORITIES.length)],
                random.nextInt(12) == 0 ? 8888 : 0, "app" + random.nextInt(3),
                separated && random.nextInt(4) == 0 ? "app" + random.nextInt(3) : "",
                random.nextBoolean() ? "zone" : "host");
    }

    private static Idleness idleness(Random random) {
        return new Idleness(of(random, Activity.IDLE, Activity.IDLE, Activity.IDLE, Activity.IDLE, Activity.IDLE,
                Activity.BUSY, Activity.STARTING, Activity.UNKNOWN), IDLE[random.nextInt(IDLE.length)],
                random.nextInt(3) == 0, random.nextInt(3) > 0, random.nextInt(10) == 0,
                of(random, 60, 60, 60, 0, 300));
    }

    @SafeVarargs
    private static <T> T of(Random random, T... values) {
        return values[random.nextInt(values.length)];
    }

    private static String of(Random random, List<String> values) {
        return values.get(random.nextInt(values.size()));
    }

    /** Returns the values of the policy, read from Kubernetes' objects. */
    ClusterState state() {
        List<Kernel> kernels = new ArrayList<>();
        List<PodOnNode> onNodes = new ArrayList<>();
        for (Bound each : pods) {
            Pod pod = pod(each.demand()).editSpec().withNodeName(each.node()).endSpec().editMetadata()
                    .withDeletionTimestamp(each.ending() ? NOW.toString() : null).endMetadata().build();
            PodOnNode.of(pod).ifPresent(onNodes::add);
            each.kernel().ifPresent(kernel -> kernels.add(new Kernel(new PodName("default", each.demand().name()),
                    kernel.activity(), NOW.minusSeconds(kernel.idle()), kernel.open() ? 1 : 0, kernel.cullConnected(),
                    kernel.kept() ? Optional.of(NOW.plusSeconds(5)) : Optional.empty(),
                    Duration.ofSeconds(kernel.reclaimAfter()))));
        }
        List<PendingPod> pending = new ArrayList<>();
        for (Waiting each : waiting) {
            Pod pod = pod(each.demand()).editMetadata()
                    .withCreationTimestamp(NOW.minusSeconds(1_000 - each.age()).toString()).endMetadata().editSpec()
                    .withNodeSelector(each.zone().isEmpty() ? Map.of() : Map.of("zone", each.zone()))
                    .withTolerations(each.tolerated().stream().map(
                            key -> new Toleration("NoSchedule", key, "Exists", null, null)).toList())
                    .endSpec().withNewStatus()
                    .withNominatedNodeName(each.nominated().isEmpty() ? null : each.nominated()).endStatus().build();
            pending.add(PendingPod.of(pod, each.asks()));
            PodOnNode.of(pod).ifPresent(onNodes::add);
        }
        return new ClusterState(NOW, nodes.stream().map(RandomCluster::node).toList(), onNodes, kernels, pending);
    }

    private static NodeState node(HostNode node) {
        return NodeState.of(new NodeBuilder().withNewMetadata().withName(node.name())
                .addToLabels("zone", node.zone()).addToLabels("host", node.name()).endMetadata().withNewSpec()
                .withUnschedulable(node.cordoned())
                .withTaints(node.taints().stream().map(key -> new Taint("NoSchedule", key, null, "yes")).toList())
                .endSpec().withNewStatus().withAllocatable(quantities(node.allocatable())).addNewCondition()
                .withType("Ready").withStatus(node.ready() ? "True" : "Unknown").endCondition().endStatus().build());
    }

    private static PodBuilder pod(Demand demand) {
        PodBuilder pod = new PodBuilder().withNewMetadata().withNamespace("default").withName(demand.name())
                .addToLabels("app", demand.app()).endMetadata().withNewSpec().withPriority(demand.priority())
                .addNewContainer().withName("main").withNewResources().withRequests(quantities(demand.requests()))
                .endResources().endContainer().endSpec();
        if (demand.port() > 0) {
            pod.editSpec().editFirstContainer().addNewPort().withHostPort(demand.port()).withContainerPort(1).endPort()
                    .endContainer().endSpec();
        }
        if (!demand.apart().isEmpty()) {
            pod.editSpec().withNewAffinity().withNewPodAntiAffinity()
                    .addNewRequiredDuringSchedulingIgnoredDuringExecution().withTopologyKey(demand.topology())
                    .withNewLabelSelector().addToMatchLabels("app", demand.apart()).endLabelSelector()
                    .endRequiredDuringSchedulingIgnoredDuringExecution().endPodAntiAffinity().endAffinity().endSpec();
        }
        return pod;
    }

    private static Map<String, Quantity> quantities(Map<String, String> texts) {
        Map<String, Quantity> quantities = new TreeMap<>();
        texts.forEach((resource, text) -> quantities.put(resource, Quantity.parse(text)));
        return quantities;
    }

    HostNode node(String name) {
        return nodes.stream().filter(each -> Objects.equals(each.name(), name)).findFirst().orElseThrow();
    }

    Bound pod(String name) {
        return pods.stream().filter(each -> each.demand().name().equals(name)).findFirst().orElseThrow();
    }
}
