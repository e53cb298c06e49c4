package io.elasticjupyter.benchmark;

import io.elasticjupyter.reclaim.policy.ClusterState;
import io.elasticjupyter.reclaim.policy.Kernel;
import io.elasticjupyter.reclaim.policy.Kernel.Activity;
import io.elasticjupyter.reclaim.policy.NodeState;
import io.elasticjupyter.reclaim.policy.PendingPod;
import io.elasticjupyter.reclaim.policy.PodName;
import io.elasticjupyter.reclaim.policy.PodOnNode;
import io.elasticjupyter.reclaim.policy.ResourceList;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/** The clusters of {@link ReclaimBenchmark}: 1,000 nodes, 10,000 kernels and 100 pods that wait. */
enum ReclaimClusters {

    /** Ten kernels with a GPU each on every node, and pods that want one to eight GPUs. */
    USUAL("kernels of five sizes") {
        @Override
        void fill(List<NodeState> nodes, Kernels kernels, List<PendingPod> waiting) {
            for (int n = 0; n < NODES; n++) {
                nodes.add(node(n, Map.of("cpu", 64_000L, "memory", 512 * GIB, GPU, 12L, "pods", 110L)));
                kernels.other(n, Map.of("cpu", 4_000L, "memory", 32 * GIB, GPU, 2L));
                for (int k = 0; k < KERNELS / NODES; k++) {
                    long size = 1 + kernels.random.nextInt(5);
                    kernels.add(n, Map.of("cpu", size * 1_000, "memory", size * 4 * GIB, GPU, 1L),
                            kernels.random.nextInt(86_400_000));
                }
            }
            for (int w = 0; w < WAITING; w++) {
                long gpus = 1 + w % 8;
                waiting.add(pod(w, Map.of("cpu", gpus * 8_000, "memory", gpus * 32 * GIB, GPU, gpus)));
            }
        }
    },
    /** 110 kernels on each of 91 nodes, of which each requests something else. */
    DIFFERENT("110 different kernels on a node") {
        @Override
        void fill(List<NodeState> nodes, Kernels kernels, List<PendingPod> waiting) {
            crowded(nodes, kernels, waiting, 86_400_000, 9);
        }
    },
    /** The same, equally idle, so that many sets must be compared by what they free without need. */
    EQUALLY_IDLE("110 different kernels on a node, equally idle") {
        @Override
        void fill(List<NodeState> nodes, Kernels kernels, List<PendingPod> waiting) {
            crowded(nodes, kernels, waiting, 1, 5);
        }
    },
    /** No pod fits, even without all idle kernels, which takes a look at each node. */
    TOO_FEW("too few idle kernels") {
        @Override
        void fill(List<NodeState> nodes, Kernels kernels, List<PendingPod> waiting) {
            USUAL.fill(nodes, kernels, new ArrayList<>());
            for (int w = 0; w < WAITING; w++) {
                waiting.add(pod(w, Map.of("cpu", 1_000L, GPU, 12L)));
            }
        }
    };

    static final int NODES = 1_000;
    static final int KERNELS = 10_000;
    static final int WAITING = 100;

    private static final long GIB = 1L << 30;
    private static final String GPU = "nvidia.com/gpu";
    private static final int ON_A_NODE = 110;
    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

    private final String subject;

    ReclaimClusters(String subject) {
        this.subject = subject;
    }

    /** Returns the subject of the figures. */
    String subject() {
        return subject;
    }

    ClusterState cluster() {
        List<NodeState> nodes = new ArrayList<>();
        Kernels kernels = new Kernels();
        List<PendingPod> waiting = new ArrayList<>();
        fill(nodes, kernels, waiting);
        return new ClusterState(NOW, nodes, kernels.pods, kernels.kernels, waiting);
    }

    abstract void fill(List<NodeState> nodes, Kernels kernels, List<PendingPod> waiting);

    /** Adds crowded nodes without room, and pods that need a part of one. */
    private static void crowded(List<NodeState> nodes, Kernels kernels, List<PendingPod> waiting, int idleMillis,
            int part) {
        for (int n = 0; n < NODES; n++) {
            Map<String, Long> sum = new HashMap<>(Map.of("pods", 200L));
            for (int k = 0; k < ON_A_NODE && kernels.kernels.size() < KERNELS; k++) {
                Map<String, Long> requests = Map.of("cpu", 1L + kernels.random.nextInt(9_999), "memory",
                        GIB + kernels.random.nextInt(1 << 30), GPU, (long) kernels.random.nextInt(3),
                        "example.com/fpga",
                        (long) kernels.random.nextInt(9));
                kernels.add(n, requests, kernels.random.nextInt(idleMillis));
                requests.forEach((resource, amount) -> sum.merge(resource, amount, Long::sum));
            }
            nodes.add(node(n, sum));
        }
        for (int w = 0; w < WAITING; w++) {
            Map<String, Long> requests = new HashMap<>();
            nodes.getFirst().allocatable().amounts()
                    .forEach((resource, amount) -> requests.put(resource, amount / part));
            waiting.add(pod(w, requests));
        }
    }

    private static NodeState node(int n, Map<String, Long> allocatable) {
        return new NodeState("node-" + n, Map.of("kubernetes.io/hostname", "node-" + n, "zone", "z" + n % 3),
                List.of(), false, true, new ResourceList(allocatable));
    }

    private static PendingPod pod(int w, Map<String, Long> requests) {
        return new PendingPod(new PodName("training", "pod-" + w), true, onePod(requests), 1000,
                NOW.minusSeconds(3_600L - w), Map.of(), Map.of(), List.of(), List.of(), Set.of(), List.of(),
                List.of());
    }

    private static ResourceList onePod(Map<String, Long> requests) {
        Map<String, Long> all = new HashMap<>(requests);
        all.put(ResourceList.PODS, 1L);
        return new ResourceList(all);
    }

    /** The kernels and other pods. Of ten kernels, one is busy. */
    static final class Kernels {

        private static final int OF_WHICH_ONE_IS_BUSY = 10;

        private final Random random = new Random(1);
        private final List<PodOnNode> pods = new ArrayList<>();
        private final List<Kernel> kernels = new ArrayList<>();

        void add(int node, Map<String, Long> requests, int idleMillis) {
            PodOnNode pod = other(node, requests);
            kernels.add(new Kernel(pod.name(),
                    kernels.size() % OF_WHICH_ONE_IS_BUSY == 1 ? Activity.BUSY : Activity.IDLE,
                    NOW.minusSeconds(60).minusMillis(idleMillis), 0, true, Optional.empty(), Duration.ofSeconds(60)));
        }

        PodOnNode other(int node, Map<String, Long> requests) {
            PodOnNode pod = new PodOnNode(new PodName("team-" + pods.size() % 20, "pod-" + pods.size()),
                    "node-" + node, false, onePod(requests), 0, Optional.empty(), Map.of(), Set.of(), List.of());
            pods.add(pod);
            return pod;
        }
    }
}
