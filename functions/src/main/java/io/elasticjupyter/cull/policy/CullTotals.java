package io.elasticjupyter.cull.policy;

import io.elasticjupyter.api.v1alpha1.CullingStatus;
import io.elasticjupyter.api.v1alpha1.TerminatingKernel;
import io.fabric8.kubernetes.api.model.Quantity;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Counts culled kernels exactly once, although a run can be interrupted between any two of its writes, and two runs can overlap: a
 * kernel is recorded before it is deleted, and whoever removes the record adds it to the totals, in one write.
 */
public final class CullTotals {

    private static final CullingStatus NONE = new CullingStatus(null, null, 0, null, 0, null);

    private CullTotals() {}

    /** Returns the kernels that are recorded. */
    public static List<TerminatingKernel> recorded(CullingStatus status) {
        return status == null || status.terminating() == null ? List.of() : status.terminating();
    }

    /** Returns the status with records of kernels that are to be deleted. */
    public static CullingStatus begin(CullingStatus before, Collection<TerminatingKernel> kernels) {
        CullingStatus status = Objects.requireNonNullElse(before, NONE);
        List<TerminatingKernel> records = new ArrayList<>(recorded(status));
        kernels.forEach(kernel -> {
            records.removeIf(each -> each.uid().equals(kernel.uid()));
            records.add(kernel);
        });
        return new CullingStatus(status.nextCull(), status.lastCull(), status.culled(), status.reclaimed(),
                status.idleSeconds(), records);
    }

    /**
     * Returns the status without the records of kernels whose outcome is known.
     *
     * @param deleted the uids of the kernels that were deleted, which are counted
     * @param kept the uids of the kernels that were not, after all
     * @param next when the next cull is scheduled
     */
    public static CullingStatus end(CullingStatus before, Set<String> deleted, Set<String> kept, Optional<Instant> next,
            Instant now) {
        CullingStatus status = Objects.requireNonNullElse(before, NONE);
        List<TerminatingKernel> counted = recorded(status).stream().filter(kernel -> deleted.contains(kernel.uid()))
                .toList();
        List<TerminatingKernel> undecided = recorded(status).stream()
                .filter(kernel -> !deleted.contains(kernel.uid()) && !kept.contains(kernel.uid())).toList();
        Map<String, Quantity> reclaimed = new TreeMap<>(Objects.requireNonNullElse(status.reclaimed(), Map.of()));
        counted.forEach(kernel -> Objects.requireNonNullElse(kernel.reclaimed(), Map.<String, Quantity>of())
                .forEach((resource, quantity) -> reclaimed.merge(resource, quantity, Quantity::add)));
        return new CullingStatus(
                next.map(Instant::toString).orElse(null),
                counted.isEmpty() ? status.lastCull() : now.truncatedTo(ChronoUnit.SECONDS).toString(),
                status.culled() + counted.size(),
                reclaimed.isEmpty() ? null : reclaimed,
                status.idleSeconds() + counted.stream().mapToLong(TerminatingKernel::idleSeconds).sum(),
                undecided.isEmpty() ? null : undecided);
    }
}
