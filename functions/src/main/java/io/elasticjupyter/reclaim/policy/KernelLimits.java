package io.elasticjupyter.reclaim.policy;

import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;

/**
 * The limits of a gateway's kernels, which hold when a kernel starts, without pressure from other pods.
 *
 * @param maxKernels the largest number of kernels
 * @param maxIdleKernels the largest number of kernels that do not execute code
 */
public record KernelLimits(OptionalInt maxKernels, OptionalInt maxIdleKernels) {

    /**
     * Which kernels are culled.
     *
     * @param victims the kernels, the idlest first
     * @param refused how many of the kernels that are about to start cannot, because {@code maxKernels} would be exceeded
     */
    public record Outcome(List<Kernel> victims, int refused) {}

    private static final Comparator<Kernel> IDLEST_FIRST = Comparator.comparing(Kernel::lastActivity)
            .thenComparing(Kernel::pod);

    /** Returns whether a kernel may be culled because of a limit. */
    public static boolean mayBeCulled(Kernel kernel, Instant now) {
        return kernel.exemption(now).isEmpty();
    }

    /**
     * Decides which kernels are culled when others start: the idlest of those that may be culled for a pod that waits, as many as
     * both limits need. A kernel that is busy, starts, is kept, was active within {@code reclaimAfter}, or has an open notebook
     * unless {@code cullConnected} is set, stays. Nothing is culled for a kernel that cannot start even so.
     *
     * @param kernels the kernels that a gateway has, without those that terminate
     * @param starting how many are about to start
     */
    public Outcome decide(Collection<Kernel> kernels, int starting, Instant now) {
        List<Kernel> removable = kernels.stream().filter(each -> each.exemption(now).isEmpty()).sorted(IDLEST_FIRST)
                .toList();
        int places = Math.max(0, maxKernels.orElse(Integer.MAX_VALUE) - kernels.size() + removable.size());
        int admitted = Math.min(starting, places);
        int needed = admitted > 0 ? kernels.size() + admitted - maxKernels.orElse(Integer.MAX_VALUE) : 0;
        int idle = (int) kernels.stream().filter(each -> each.activity() == Kernel.Activity.IDLE).count();
        int surplus = idle - maxIdleKernels.orElse(Integer.MAX_VALUE);
        int victims = Math.max(0, Math.max(needed, surplus));
        return new Outcome(removable.subList(0, Math.min(victims, removable.size())), starting - admitted);
    }
}
