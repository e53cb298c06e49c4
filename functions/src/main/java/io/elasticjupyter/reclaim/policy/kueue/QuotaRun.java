package io.elasticjupyter.reclaim.policy.kueue;

import io.elasticjupyter.reclaim.policy.ClusterState;
import io.elasticjupyter.reclaim.policy.Kernel;
import io.elasticjupyter.reclaim.policy.NodeState;
import io.elasticjupyter.reclaim.policy.PendingPod;
import io.elasticjupyter.reclaim.policy.PodName;
import io.elasticjupyter.reclaim.policy.PodOnNode;
import io.elasticjupyter.reclaim.policy.ReclaimDecision;
import io.elasticjupyter.reclaim.policy.ReclaimDecision.Reason;
import io.elasticjupyter.reclaim.policy.ReclaimPolicy;
import io.elasticjupyter.reclaim.policy.Wording;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** One run of {@link QuotaPolicy}. */
final class QuotaRun {

    private final QuotaState state;
    private final Map<String, ResourceFlavor> flavors;
    private final Map<String, ClusterQueue> queues;
    private final QuotaTree tree;
    private final Map<String, List<AdmittedWorkload>> admitted = new HashMap<>();
    private final Map<String, List<PendingWorkload>> pending = new TreeMap<>();

    QuotaRun(QuotaState state) {
        this.state = state;
        flavors = state.flavors().stream().filter(each -> each.getSpec() != null)
                .collect(Collectors.toMap(each -> each.getMetadata().getName(), Function.identity()));
        queues = state.queues().stream().filter(each -> each.getSpec() != null)
                .collect(Collectors.toMap(each -> each.getMetadata().getName(), Function.identity()));
        tree = new QuotaTree(queues.values(), state.cohorts());
        state.admitted().forEach(each -> admit(each));
        state.pending().stream().filter(each -> queues.containsKey(each.queue())).sorted(PendingWorkload.QUEUE)
                .forEach(each -> pending.computeIfAbsent(each.queue(), queue -> new ArrayList<>()).add(each));
    }

    private void admit(AdmittedWorkload workload) {
        admitted.computeIfAbsent(workload.queue(), queue -> new ArrayList<>()).add(workload);
        tree.use(workload.queue(), workload.usage(), 1);
    }

    private void release(AdmittedWorkload workload) {
        admitted.get(workload.queue()).remove(workload);
        tree.use(workload.queue(), workload.usage(), -1);
    }

    List<ReclaimDecision> decide() {
        List<ReclaimDecision> decisions = new ArrayList<>();
        pending.keySet().forEach(queue -> decisions.addAll(decide(queues.get(queue))));
        return decisions;
    }

    private List<ReclaimDecision> decide(ClusterQueue queue) {
        List<ReclaimDecision> decisions = new ArrayList<>();
        boolean strict = "StrictFIFO".equals(queue.getSpec().queueingStrategy());
        Optional<PendingWorkload> ahead = Optional.empty();
        for (PendingWorkload workload : List.copyOf(pending.get(queue.getMetadata().getName()))) {
            Optional<ReclaimDecision> decision = workload.asks()
                    ? Optional.of(ahead.isPresent()
                            ? nothing(workload, Reason.ANOTHER_POD_FIRST, "Workload " + ahead.get().name()
                                    + " is ahead in the queue, whose strategy is StrictFIFO")
                            : decide(workload, queue))
                    : Optional.empty();
            decision.ifPresent(decisions::add);
            if (strict && ahead.isEmpty() && decision.filter(each -> getsQuota(each.reason())).isEmpty()) {
                ahead = Optional.of(workload);
            }
        }
        return decisions;
    }

    private static boolean getsQuota(Reason reason) {
        return reason == Reason.RECLAIM || reason == Reason.FITS || reason == Reason.FITS_SOON;
    }

    private ReclaimDecision decide(PendingWorkload workload, ClusterQueue queue) {
        List<String> unjudged = new ArrayList<>(workload.unjudged());
        if (queue.getSpec().resourceGroups().stream().flatMap(group -> group.flavors().stream())
                .map(each -> flavors.get(each.name()))
                .anyMatch(flavor -> flavor != null && flavor.getSpec().topologyName() != null)) {
            unjudged.add("a ClusterQueue whose flavors have a topology");
        }
        FlavorRules rules = rules(queue, workload);
        Optional<List<FlavorChoice>> choices = FlavorChoice.of(queue, workload.requests(), flavors);
        if (choices.isEmpty() || !rules.canEvaluate(workload)) {
            unjudged.add("too many flavors or terms of node affinity to choose from");
        }
        if (!unjudged.isEmpty()) {
            return nothing(workload, Reason.CONSTRAINT_NOT_EVALUATED, "the Workload has " + String.join(", ", unjudged)
                    + ", which reclaim does not evaluate; no kernel is culled for it");
        }
        if (!isActive(queue)) {
            return nothing(workload, Reason.NO_NODE_MATCHES,
                    "the ClusterQueue " + workload.queue() + " is not active");
        }
        ReclaimDecision decision = ReclaimPolicy.decide(cluster(workload, choices.get(), rules), Wording.FLAVORS)
                .getFirst();
        return decision.reason() == Reason.RECLAIM ? take(workload, decision, choices.get()) : decision;
    }

    private static boolean isActive(ClusterQueue queue) {
        return queue.getStatus() == null || queue.getStatus().conditions().stream()
                .noneMatch(each -> "Active".equals(each.getType()) && "False".equals(each.getStatus()));
    }

    private FlavorRules rules(ClusterQueue queue, PendingWorkload workload) {
        Map<Integer, Set<String>> labels = new TreeMap<>();
        List<ResourceGroup> groups = queue.getSpec().resourceGroups();
        for (int g = 0; g < groups.size(); g++) {
            if (groups.get(g).coveredResources().stream().anyMatch(each -> workload.requests().get(each) > 0)) {
                labels.put(g, groups.get(g).flavors().stream().map(each -> flavors.get(each.name()))
                        .filter(flavor -> flavor != null)
                        .flatMap(flavor -> flavor.getSpec().nodeLabels().keySet().stream())
                        .collect(Collectors.toSet()));
            }
        }
        return new FlavorRules(labels);
    }

    /** Returns the choices as nodes, with the Workloads of the queue that have quota or wait for it. */
    private ClusterState cluster(PendingWorkload workload, List<FlavorChoice> choices, FlavorRules rules) {
        List<NodeState> nodes = choices.stream()
                .map(choice -> choice.node(each -> tree.allocatable(workload.queue(), each))).toList();
        List<AdmittedWorkload> holders = admitted.getOrDefault(workload.queue(), List.of());
        List<PodOnNode> pods = choices.stream().flatMap(
                choice -> holders.stream().flatMap(each -> choice.holder(each, state.now()).stream())).toList();
        FlavorChoice any = choices.isEmpty() ? new FlavorChoice(Map.of(), Map.of()) : choices.getFirst();
        List<PendingPod> waiting = pending.get(workload.queue()).stream()
                .map(each -> any.pending(each, each == workload, rules)).toList();
        return new ClusterState(state.now(), nodes, pods, state.kernels(), waiting);
    }

    /** Gives a Workload what is freed for it, unless one of another queue would get it. */
    private ReclaimDecision take(PendingWorkload workload, ReclaimDecision decision, List<FlavorChoice> choices) {
        Set<PodName> victims = decision.victims().stream().map(Kernel::pod).collect(Collectors.toSet());
        List<AdmittedWorkload> released = admitted.get(workload.queue()).stream()
                .filter(each -> victims.contains(each.holder())).toList();
        FlavorChoice choice = choices.stream().filter(each -> decision.node().equals(Optional.of(each.name())))
                .findFirst().orElseThrow();
        Map<FlavorResource, Long> usage = choice.usage(workload.requests()).orElseThrow();
        released.forEach(this::release);
        Optional<PendingWorkload> taker = new OthersOfCohort(workload, choice, usage).taker();
        if (taker.isPresent()) {
            released.forEach(this::admit);
            return nothing(workload, Reason.ANOTHER_POD_FIRST, "kernels in flavor " + choice.name()
                    + " could be culled, but Workload " + taker.get().name() + " of ClusterQueue " + taker.get().queue()
                    + ", which Kueue considers first, would get the quota");
        }
        pending.get(workload.queue()).remove(workload);
        admit(new AdmittedWorkload(workload.name(), workload.queue(), workload.priority(), usage, Optional.empty(),
                Optional.empty(), false));
        return decision;
    }

    private static ReclaimDecision nothing(PendingWorkload workload, Reason reason, String message) {
        return new ReclaimDecision(new FlavorChoice(Map.of(), Map.of()).pending(workload, true,
                new FlavorRules(Map.of())), reason, message, Optional.empty(), List.of(), true);
    }

    /**
     * The other queues of the cohort, after kernels were culled for a Workload. In each of its cycles, Kueue considers the first
     * Workload of each queue: those that borrow nothing before those that do, and then by priority and age.
     *
     * @param workload the Workload
     * @param choice its flavors
     * @param usage what it will use
     */
    private final class OthersOfCohort {

        private final PendingWorkload workload;
        private final FlavorChoice choice;
        private final Map<FlavorResource, Long> usage;
        private final Set<AdmittedWorkload> takers = new HashSet<>();

        private OthersOfCohort(PendingWorkload workload, FlavorChoice choice, Map<FlavorResource, Long> usage) {
            this.workload = workload;
            this.choice = choice;
            this.usage = usage;
        }

        /** Returns the last of the Workloads that Kueue considers first and that get the quota, so that the Workload does not. */
        private Optional<PendingWorkload> taker() {
            boolean borrows = borrows(workload.queue(), usage);
            List<PendingWorkload> others = tree.others(workload.queue()).stream()
                    .flatMap(queue -> pending.getOrDefault(queue, List.of()).stream()).sorted(PendingWorkload.QUEUE)
                    .toList();
            Optional<PendingWorkload> last = Optional.empty();
            for (PendingWorkload other : others) {
                Optional<Map<FlavorResource, Long>> taken = taken(other);
                if (taken.isPresent() && isFirst(other, borrows(other.queue(), taken.get()), borrows)) {
                    tree.use(other.queue(), taken.get(), 1);
                    takers.add(new AdmittedWorkload(other.name(), other.queue(), 0, taken.get(), Optional.empty(),
                            Optional.empty(), false));
                    last = Optional.of(other);
                }
            }
            boolean fits = fits(workload.queue(), usage);
            takers.forEach(each -> tree.use(each.queue(), each.usage(), -1));
            return fits ? Optional.empty() : last;
        }

        private boolean isFirst(PendingWorkload other, boolean otherBorrows, boolean borrows) {
            return otherBorrows == borrows ? PendingWorkload.QUEUE.compare(other, workload) < 0 : borrows;
        }

        /** Returns what another Workload would use. If it has a choice, it is assumed to take the same flavors. */
        private Optional<Map<FlavorResource, Long>> taken(PendingWorkload other) {
            return FlavorChoice.of(queues.get(other.queue()), other.requests(), flavors).orElseGet(List::of).stream()
                    .sorted((one, another) -> Boolean.compare(shares(another), shares(one)))
                    .flatMap(each -> each.usage(other.requests()).stream()).filter(each -> fits(other.queue(), each))
                    .findFirst();
        }

        private boolean shares(FlavorChoice other) {
            return other.flavorOf().values().stream().anyMatch(choice.flavorOf()::containsValue);
        }

        private boolean fits(String queue, Map<FlavorResource, Long> amounts) {
            return amounts.entrySet().stream()
                    .allMatch(each -> each.getValue() <= 0 || each.getValue() <= tree.available(queue, each.getKey()));
        }

        private boolean borrows(String queue, Map<FlavorResource, Long> amounts) {
            tree.use(queue, amounts, 1);
            boolean borrows = amounts.keySet().stream().anyMatch(each -> tree.borrows(queue, each));
            tree.use(queue, amounts, -1);
            return borrows;
        }
    }
}
