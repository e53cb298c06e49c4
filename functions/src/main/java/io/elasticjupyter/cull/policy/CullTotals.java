package io.elasticjupyter.cull.policy;

import io.elasticjupyter.api.v1alpha1.CullingStatus;
import io.elasticjupyter.api.v1alpha1.TerminatingKernel;
import io.elasticjupyter.api.v1alpha1.WaitingPodTotals;
import io.elasticjupyter.workload.ResourceAmounts;
import io.fabric8.kubernetes.api.model.Quantity;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Counts culled kernels exactly once, although a run can be interrupted between any two of its writes, and two runs can overlap. Each
 * run records a kernel before it deletes it. The run that deletes the kernel removes its record and counts it, in one write; another one
 * removes its own record only. Records of an interrupted run are counted by the next one if the kernel is gone.
 */
public final class CullTotals {

    private static final CullingStatus NONE = new CullingStatus(null, null, 0, null, 0, null, null);

    private static final WaitingPodTotals NO_WAITING_PODS = new WaitingPodTotals(null, 0, null, 0);

    private CullTotals() {}

    /** Returns the kernels that are recorded. */
    public static List<TerminatingKernel> recorded(CullingStatus status) {
        return status == null || status.terminating() == null ? List.of() : status.terminating();
    }

    /** Returns the status with records of kernels that are to be deleted. */
    public static CullingStatus begin(CullingStatus before, Collection<TerminatingKernel> kernels) {
        CullingStatus status = Objects.requireNonNullElse(before, NONE);
        return new CullingStatus(status.nextCull(), status.lastCull(), status.culled(), status.reclaimed(),
                status.idleSeconds(), status.forWaitingPods(),
                Stream.concat(recorded(status).stream(), kernels.stream()).distinct().toList());
    }

    /**
     * The outcome of a run, as the uids of kernels.
     *
     * @param run the id of the run
     * @param runsBefore the ids of the runs that had records when the kernels were read
     * @param deleted the kernels that this run deleted, and those that an earlier run recorded and that are gone
     * @param deletedByOthers the kernels that were gone when this run was about to delete them
     * @param kept the kernels that remain
     */
    public record Outcome(String run, Set<String> runsBefore, Set<String> deleted, Set<String> deletedByOthers,
            Set<String> kept) {

        /** Returns whether a record is this run's, or one that it had read. A newer record is another run's. */
        private boolean knows(TerminatingKernel kernel) {
            return isOwn(kernel) || runsBefore.contains(kernel.run());
        }

        private boolean isOwn(TerminatingKernel kernel) {
            return run.equals(kernel.run());
        }

        private boolean isOver(TerminatingKernel kernel) {
            return knows(kernel) && (deleted.contains(kernel.uid()) || kept.contains(kernel.uid()))
                    || isOwn(kernel) && deletedByOthers.contains(kernel.uid());
        }
    }

    /**
     * Returns the status without the records of kernels whose outcome is known, and with the deleted ones in the totals.
     *
     * @param next when the next cull is scheduled
     */
    public static CullingStatus end(CullingStatus before, Outcome outcome, Optional<Instant> next, Instant now) {
        CullingStatus status = Objects.requireNonNullElse(before, NONE);
        Map<String, TerminatingKernel> counted = new TreeMap<>();
        recorded(status).stream().filter(outcome::knows).filter(kernel -> outcome.deleted().contains(kernel.uid()))
                .forEach(kernel -> counted.put(kernel.uid(), kernel));
        List<TerminatingKernel> undecided = recorded(status).stream().filter(kernel -> !outcome.isOver(kernel))
                .toList();
        Map<Boolean, List<TerminatingKernel>> early = counted.values().stream()
                .collect(Collectors.partitioningBy(kernel -> kernel.waitingPod() != null));
        List<TerminatingKernel> due = early.get(false);
        return new CullingStatus(
                next.map(Instant::toString).orElse(null),
                due.isEmpty() ? status.lastCull() : now.truncatedTo(ChronoUnit.SECONDS).toString(),
                status.culled() + due.size(),
                reclaimed(status.reclaimed(), due),
                status.idleSeconds() + idleSeconds(due),
                forWaitingPods(status.forWaitingPods(), early.get(true), now),
                undecided.isEmpty() ? null : undecided);
    }

    private static WaitingPodTotals forWaitingPods(WaitingPodTotals before, List<TerminatingKernel> kernels,
            Instant now) {
        if (kernels.isEmpty()) {
            return before;
        }
        WaitingPodTotals totals = Objects.requireNonNullElse(before, NO_WAITING_PODS);
        return new WaitingPodTotals(now.truncatedTo(ChronoUnit.SECONDS).toString(),
                totals.culled() + kernels.size(), reclaimed(totals.reclaimed(), kernels),
                totals.idleSeconds() + idleSeconds(kernels));
    }

    private static long idleSeconds(List<TerminatingKernel> kernels) {
        return kernels.stream().mapToLong(TerminatingKernel::idleSeconds).sum();
    }

    private static Map<String, Quantity> reclaimed(Map<String, Quantity> before, List<TerminatingKernel> kernels) {
        Map<String, Quantity> sum = ResourceAmounts.sum(Stream.concat(Stream.ofNullable(before),
                kernels.stream().map(TerminatingKernel::reclaimed).filter(Objects::nonNull)));
        return sum.isEmpty() ? null : sum;
    }
}
