package io.elasticjupyter.reclaim.policy;

import io.elasticjupyter.reclaim.policy.Conflicts.Conflict;
import io.elasticjupyter.reclaim.policy.NodeRules.Mismatch;
import io.elasticjupyter.reclaim.policy.ReclaimDecision.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** One run of {@link ReclaimPolicy}. */
final class ReclaimRun {

    private final SearchBudget budget;
    private final Wording wording;
    private final List<PendingPod> queue;
    private final List<NodeRoom> rooms;
    private final List<PendingPod> ahead = new ArrayList<>();

    /** The decisions, on pods without identity, for which nothing is freed, since something was freed or taken. */
    private final Map<PendingPod, ReclaimDecision> failed = new HashMap<>();

    ReclaimRun(ClusterState cluster, SearchBudget budget, Wording wording) {
        this.budget = budget;
        this.wording = wording;
        queue = cluster.pending().stream().sorted(PendingPod.QUEUE).toList();
        Map<String, NodeRoom> byName = new HashMap<>();
        cluster.nodes().forEach(node -> byName.put(node.name(), new NodeRoom(node)));
        Map<PodName, Kernel> kernels = cluster.kernels().stream()
                .collect(Collectors.toMap(Kernel::pod, Function.identity(), (one, other) -> one));
        for (PodOnNode pod : cluster.pods()) {
            NodeRoom room = byName.get(pod.node());
            if (room != null) {
                room.add(pod, Optional.ofNullable(kernels.get(pod.name())), cluster.now());
            }
        }
        rooms = byName.values().stream().sorted(Comparator.comparing(room -> room.node().name())).toList();
        rooms.forEach(NodeRoom::sortKernels);
    }

    List<ReclaimDecision> decide() {
        return decideUntil(decision -> false).orElseThrow();
    }

    /** Returns the decisions if none of them depends on what the kernels do; empty otherwise. */
    Optional<List<ReclaimDecision>> decideWithoutKernels() {
        return decideUntil(ReclaimDecision::needsKernels);
    }

    /** Returns the decisions; empty if one of them meets a condition. */
    private Optional<List<ReclaimDecision>> decideUntil(Predicate<ReclaimDecision> condition) {
        Set<PendingPod> fitting = queue.stream().filter(pod -> !pod.asks() && claimIfItFits(pod))
                .collect(Collectors.toSet());
        List<ReclaimDecision> decisions = new ArrayList<>();
        int asking = (int) queue.stream().filter(PendingPod::asks).count();
        for (PendingPod pod : queue) {
            if (pod.asks()) {
                budget.beginPod(asking - decisions.size());
                ReclaimDecision decision = asForAnEqualPod(pod).orElseGet(() -> decide(pod));
                if (condition.test(decision)) {
                    return Optional.empty();
                }
                decisions.add(decision);
                if (isServed(decision)) {
                    failed.clear();
                } else {
                    failed.put(pod.withoutIdentity(), decision);
                    ahead.add(pod);
                }
            } else if (!fitting.contains(pod)) {
                ahead.add(pod);
            }
        }
        return Optional.of(decisions);
    }

    private static boolean isServed(ReclaimDecision decision) {
        return switch (decision.reason()) {
            case RECLAIM, FITS, FITS_SOON -> true;
            default -> false;
        };
    }

    /** While nothing has been freed or taken since, an equal pod, such as another of the same Job, gets no more than the one before. */
    private Optional<ReclaimDecision> asForAnEqualPod(PendingPod pod) {
        return rooms.stream().anyMatch(room -> room.hasNominated(pod.name()))
                ? Optional.empty()
                : Optional.ofNullable(failed.get(pod.withoutIdentity()))
                        .filter(equal -> equal.reason() != Reason.ANOTHER_POD_FIRST)
                        .map(equal -> ReclaimDecision.nothing(pod, equal.reason(), equal.message()));
    }

    /** For a pod that does not ask. The scheduler can bind it at any time. */
    private boolean claimIfItFits(PendingPod pod) {
        Conflicts conflicts = new Conflicts(pod, rooms);
        List<NodeRoom> fitting = rooms.stream()
                .filter(room -> NodeRules.mismatch(pod, room.node()).isEmpty() && room.fits(pod)
                        && !conflicts.on(room).exists())
                .toList();
        claim(pod, fitting);
        return !fitting.isEmpty();
    }

    /** Keeps the resources that a pod takes wherever the scheduler binds it. */
    private static void claim(PendingPod pod, List<NodeRoom> fitting) {
        fitting.stream().filter(room -> !room.hasNominated(pod.name()))
                .forEach(room -> room.claim(pod.on(room.node().name())));
    }

    private ReclaimDecision decide(PendingPod pod) {
        if (!pod.unjudged().isEmpty()) {
            return ReclaimDecision.nothing(pod, Reason.CONSTRAINT_NOT_EVALUATED, "the " + wording.pod() + " has "
                    + String.join(", ", pod.unjudged())
                    + ", which reclaim does not evaluate; no kernel is culled for it");
        }
        Outlook outlook = new Outlook(pod, wording);
        Conflicts conflicts = new Conflicts(pod, rooms);
        List<NodeRoom> fitting = new ArrayList<>();
        List<VictimSearch> searches = new ArrayList<>();
        boolean uncertain = false;
        for (NodeRoom room : rooms) {
            Optional<Mismatch> mismatch = NodeRules.mismatch(pod, room.node());
            if (mismatch.isPresent()) {
                outlook.mismatch(mismatch.get());
                continue;
            }
            Conflict conflict = conflicts.on(room);
            if (!conflict.exists() && room.fits(pod)) {
                uncertain |= conflict.unknown();
                fitting.add(room);
            } else {
                search(pod, room, conflict, outlook).ifPresent(searches::add);
            }
        }
        if (uncertain) {
            return ReclaimDecision.nothing(pod, Reason.CONSTRAINT_NOT_EVALUATED, "node "
                    + fitting.getFirst().node().name()
                    + " has enough resources, but pods there have pod anti-affinity with a namespace selector, which "
                    + "reclaim does not evaluate; no kernel is culled");
        }
        if (!fitting.isEmpty()) {
            claim(pod, fitting);
            return outlook.fits(fitting);
        }
        Optional<VictimSet> first = first(pod, searches, outlook);
        boolean exhaustive = searches.stream().noneMatch(VictimSearch::isApproximate);
        return first.map(set -> reclaim(pod, set, exhaustive)).orElseGet(outlook::nothing);
    }

    /** Returns the search for kernels on a node; empty if culling all that may be culled does not make the pod fit there. */
    private Optional<VictimSearch> search(PendingPod pod, NodeRoom room, Conflict conflict, Outlook outlook) {
        if (!room.isLargeEnough(pod)) {
            outlook.tooSmall(room.node());
            return Optional.empty();
        }
        if (!room.node().ready()) {
            outlook.notReady();
            return Optional.empty();
        }
        List<Candidate> kernels = room.kernels().stream().filter(each -> each.exemptionFor(pod).isEmpty()).toList();
        Set<PodName> removable = kernels.stream().map(each -> each.pod().name()).collect(Collectors.toSet());
        if (conflict.elsewhere() || conflict.unknown() || conflict.claimed()
                || !removable.containsAll(conflict.pods())) {
            outlook.conflict();
            return Optional.empty();
        }
        Map<String, Long> missing = room.missing(pod);
        VictimSearch search = new VictimSearch(room, kernels, conflict.pods(), missing, budget);
        if (search.atLeast().isEmpty() || kernels.isEmpty()) {
            outlook.shortage(room, kernels, missing);
            return Optional.empty();
        }
        return Optional.of(search);
    }

    /** Returns the first set of all nodes. */
    private Optional<VictimSet> first(PendingPod pod, List<VictimSearch> searches, Outlook outlook) {
        searches.sort(Comparator.comparing(search -> search.atLeast().orElseThrow()));
        Optional<VictimSet> best = Optional.empty();
        for (VictimSearch search : searches) {
            int least = search.atLeast().orElseThrow();
            if (best.isPresent() && (least > best.get().victims().size()
                    || least == best.get().victims().size()
                            && search.idleAtMost(least).compareTo(best.get().leastIdle()) < 0)) {
                continue;
            }
            Optional<VictimSet> set = search.first(best.map(each -> each.victims().size()).orElse(Integer.MAX_VALUE));
            if (set.isPresent() && (best.isEmpty() || set.get().compareTo(best.get()) < 0)) {
                Optional<PendingPod> taker = taker(pod, set.get());
                if (taker.isEmpty()) {
                    best = set;
                } else {
                    outlook.taker(taker.get(), set.get().room());
                }
            }
        }
        return best;
    }

    /** Returns a pod ahead in the queue that would take what a set frees, so that the pod would not fit. */
    private Optional<PendingPod> taker(PendingPod pod, VictimSet set) {
        if (ahead.isEmpty()) {
            return Optional.empty();
        }
        NodeRoom room = set.room().copy();
        room.remove(set.victims());
        Optional<PendingPod> last = Optional.empty();
        for (PendingPod other : ahead) {
            if (NodeRules.mismatch(other, room.node()).isEmpty() && room.fits(other)) {
                room.place(other.on(room.node().name()));
                last = Optional.of(other);
            }
        }
        return room.missing(pod).isEmpty() ? Optional.empty() : last;
    }

    private ReclaimDecision reclaim(PendingPod pod, VictimSet set, boolean exhaustive) {
        NodeRoom room = set.room();
        String node = room.node().name();
        Map<String, Long> missing = room.missing(pod);
        room.remove(set.victims());
        room.place(pod.on(node));
        String idle = set.victims().stream().map(each -> seconds(each.idle())).collect(Collectors.joining(", "));
        String kernels = set.victims().size() == 1
                ? "a kernel that was idle for " + idle
                : set.victims().size() + " kernels that were idle for " + idle;
        return new ReclaimDecision(pod, Reason.RECLAIM,
                kernels + " must go from " + wording.node() + " " + node
                        + (missing.isEmpty() ? "" : ", where " + Outlook.amounts(missing) + " are missing"),
                Optional.of(node), set.victims().stream().map(Candidate::kernel).toList(), exhaustive);
    }

    private static String seconds(Duration duration) {
        return duration.toSeconds() + " s";
    }
}
