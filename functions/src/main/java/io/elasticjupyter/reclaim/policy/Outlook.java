package io.elasticjupyter.reclaim.policy;

import io.elasticjupyter.reclaim.policy.NodeRules.Mismatch;
import io.elasticjupyter.reclaim.policy.ReclaimDecision.Reason;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Collects why a pod does not fit on each node, and says it in one sentence. */
final class Outlook {

    /** The node on which the least is missing. */
    private record Shortage(NodeRoom room, List<Candidate> kernels, Map<String, Long> missing, double share) {

        /** Where the same is missing, kernels that hold it and are not culled say more than none. */
        private static final Comparator<Shortage> CLOSEST_FIRST = Comparator.comparingDouble(Shortage::share)
                .thenComparing(each -> each.holders().isEmpty());

        /** Returns the kernels that hold what is missing. */
        private List<Candidate> holders() {
            return room.kernels().stream().filter(kernel -> missing.isEmpty() || missing.keySet().stream()
                    .anyMatch(resource -> kernel.pod().requests().get(resource) > 0)).toList();
        }
    }

    private final PendingPod pod;
    private final Wording wording;
    private final Map<Mismatch, Integer> mismatches = new EnumMap<>(Mismatch.class);
    private final Map<String, Long> largest = new TreeMap<>();
    private int tooSmall;
    private int notReady;
    private int conflicts;
    private Optional<Shortage> shortage = Optional.empty();
    private Optional<String> taker = Optional.empty();

    Outlook(PendingPod pod, Wording wording) {
        this.pod = pod;
        this.wording = wording;
    }

    void mismatch(Mismatch mismatch) {
        mismatches.merge(mismatch, 1, Integer::sum);
    }

    void tooSmall(NodeState node) {
        tooSmall++;
        pod.requests().amounts().keySet()
                .forEach(resource -> largest.merge(resource, node.allocatable().get(resource), Math::max));
    }

    void notReady() {
        notReady++;
    }

    void conflict() {
        conflicts++;
    }

    /** @param kernels the kernels that may be culled, which are not enough */
    void shortage(NodeRoom room, List<Candidate> kernels, Map<String, Long> missing) {
        double share = missing.entrySet().stream()
                .mapToDouble(each -> 1 - Math.min(1, (double) held(kernels, each.getKey()) / each.getValue()))
                .max().orElse(0);
        Shortage here = new Shortage(room, kernels, missing, share);
        if (shortage.filter(least -> Shortage.CLOSEST_FIRST.compare(least, here) <= 0).isEmpty()) {
            shortage = Optional.of(here);
        }
    }

    void taker(PendingPod other, NodeRoom room) {
        taker = Optional.of("kernels " + wording.at(room.node().name()) + " could be culled, but " + wording.pod() + " "
                + other.name() + ", which is ahead in " + wording.queue() + ", would take what they free");
    }

    /** @param rooms the nodes on which the pod fits */
    ReclaimDecision fits(List<NodeRoom> rooms) {
        Optional<NodeRoom> now = rooms.stream().filter(room -> room.fitsNow(pod)).findFirst();
        return now
                .map(room -> ReclaimDecision.nothing(pod, Reason.FITS,
                        "the " + wording.pod() + " fits " + wording.at(room.node().name())
                                + " without culling a kernel"))
                .orElseGet(() -> ReclaimDecision.nothing(pod, Reason.FITS_SOON, "the " + wording.pod() + " fits "
                        + wording.at(rooms.getFirst().node().name())
                        + " once the pods that terminate there have ended"));
    }

    /** Returns the decision to cull nothing. */
    ReclaimDecision nothing() {
        if (taker.isPresent()) {
            return ReclaimDecision.nothing(pod, Reason.ANOTHER_POD_FIRST, taker.get());
        }
        if (shortage.isPresent()) {
            return ReclaimDecision.nothing(pod, Reason.NOT_ENOUGH_IDLE, text(shortage.get()));
        }
        if (tooSmall > 0 && notReady + conflicts == 0) {
            String most = pod.requests().amounts().keySet().stream().sorted()
                    .filter(each -> pod.requests().get(each) > largest.getOrDefault(each, 0L))
                    .map(each -> ResourceList.text(each, pod.requests().get(each)) + " " + each
                            + " (the largest such " + wording.node() + " has "
                            + ResourceList.text(each, largest.getOrDefault(each, 0L))
                            + ")")
                    .collect(Collectors.joining(", "));
            return ReclaimDecision.nothing(pod, Reason.TOO_LARGE, most.isEmpty()
                    ? noneWhereItMayRun() + " can allocate all that it requests"
                    : noneWhereItMayRun() + " can allocate " + most);
        }
        return ReclaimDecision.nothing(pod, Reason.NO_NODE_MATCHES, noNode());
    }

    private String noneWhereItMayRun() {
        return "no " + wording.node() + " " + wording.on() + " which the " + wording.pod() + " may run";
    }

    private String noNode() {
        List<String> why = new ArrayList<>();
        add(why, mismatches.get(Mismatch.SELECTOR), "not matched by its node selector, node affinity or volumes");
        add(why, mismatches.get(Mismatch.TAINT), "with a taint that it does not tolerate");
        add(why, mismatches.get(Mismatch.UNSCHEDULABLE), "unschedulable");
        add(why, notReady, "not ready");
        add(why, conflicts, "with a pod beside which it cannot run (host port or pod anti-affinity)");
        add(why, tooSmall, "too small");
        return why.isEmpty()
                ? "the cluster has no nodes"
                : "the " + wording.pod() + " may not run " + wording.on() + " any " + wording.node() + ": "
                        + String.join("; ", why);
    }

    private static void add(List<String> why, Integer nodes, String text) {
        if (nodes != null && nodes > 0) {
            why.add(nodes + (nodes == 1 ? " is " : " are ") + text);
        }
    }

    private String text(Shortage closest) {
        List<Candidate> kernels = closest.kernels();
        String node = " " + wording.at(closest.room().node().name());
        String idle = kernels.isEmpty()
                ? "no kernel" + node + " can be culled; missing there: " + amounts(closest.missing())
                : (kernels.size() == 1
                        ? "1 idle kernel" + node + " holds "
                        : kernels.size() + " idle kernels" + node
                                + " hold ")
                        + closest.missing().entrySet().stream()
                                .map(each -> ResourceList.text(each.getKey(), held(kernels, each.getKey())) + " of the "
                                        + ResourceList.text(each.getKey(), each.getValue()) + " " + each.getKey())
                                .collect(Collectors.joining(" and "))
                        + " that are missing";
        Map<Kernel.Exemption, Long> others = closest.holders().stream()
                .flatMap(each -> each.exemptionFor(pod).stream())
                .collect(Collectors.groupingBy(each -> each, () -> new EnumMap<>(Kernel.Exemption.class),
                        Collectors.counting()));
        return others.isEmpty()
                ? idle
                : idle + "; other kernels there: " + others.entrySet().stream()
                        .map(each -> each.getValue() + " " + each.getKey().text()).collect(Collectors.joining(", "));
    }

    private static long held(List<Candidate> kernels, String resource) {
        return kernels.stream().mapToLong(each -> each.pod().requests().get(resource)).reduce(0, ResourceList::sum);
    }

    static String amounts(Map<String, Long> amounts) {
        return amounts.entrySet().stream()
                .map(each -> ResourceList.text(each.getKey(), each.getValue()) + " " + each.getKey())
                .collect(Collectors.joining(" and "));
    }
}
