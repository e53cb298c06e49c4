package io.elasticjupyter.cull;

import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.api.v1alpha1.JupyterGatewaySpec;
import io.elasticjupyter.cull.policy.CullSettings;
import io.elasticjupyter.cull.policy.KernelActivity;
import io.elasticjupyter.reclaim.policy.Kernel;
import io.elasticjupyter.reclaim.policy.KernelLimits;
import io.elasticjupyter.reclaim.policy.PodName;
import io.fabric8.kubernetes.api.model.ObjectReference;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The limits {@code maxKernels} and {@code maxIdleKernels} of a gateway, for its culling runs.
 *
 * @param maxKernels the largest number of kernels
 * @param maxIdleKernels the largest number of idle kernels
 * @param cullConnected whether a kernel with an open notebook may be culled
 */
record GatewayLimits(OptionalInt maxKernels, OptionalInt maxIdleKernels, boolean cullConnected) {

    /** How long a kernel must have been idle before it is culled because of a limit. */
    private static final Duration LEAST_IDLE = Kernel.DEFAULT_RECLAIM_AFTER;

    static GatewayLimits of(JupyterGateway gateway, CullSettings settings) {
        Optional<JupyterGatewaySpec> spec = Optional.ofNullable(gateway.getSpec());
        return new GatewayLimits(optional(spec.map(JupyterGatewaySpec::maxKernels)),
                optional(spec.map(JupyterGatewaySpec::maxIdleKernels)), settings.cullConnected());
    }

    private static OptionalInt optional(Optional<Integer> value) {
        return value.map(OptionalInt::of).orElseGet(OptionalInt::empty);
    }

    /** Returns a kernel as the decision sees it. A kernel without an activity is not listed by its gateway. */
    Kernel kernel(IndexedKernel kernel, Optional<KernelActivity> activity, Optional<Instant> keepUntil) {
        return new Kernel(name(kernel.reference()),
                activity.map(ReclaimableKernel::state).orElse(Kernel.Activity.UNKNOWN),
                activity.map(KernelActivity::lastActivity).orElse(kernel.pod().created()),
                activity.map(KernelActivity::connections).orElse(0), cullConnected, keepUntil, LEAST_IDLE);
    }

    static PodName name(ObjectReference kernel) {
        return new PodName(kernel.getNamespace(), kernel.getName());
    }

    /**
     * Decides which kernels are culled because of a limit.
     *
     * @param kernels the kernels that remain otherwise
     * @param waiting how many more wait for a place
     * @return why, as a clause, by kernel
     */
    Map<PodName, String> victims(Collection<Kernel> kernels, int waiting, Instant now) {
        Map<PodName, String> victims = new HashMap<>();
        Set<PodName> surplus = new HashSet<>();
        new KernelLimits(OptionalInt.empty(), maxIdleKernels).decide(kernels, 0, now).victims()
                .forEach(kernel -> surplus.add(kernel.pod()));
        new KernelLimits(maxKernels, maxIdleKernels).decide(kernels, waiting, now).victims()
                .forEach(kernel -> victims.put(kernel.pod(), surplus.contains(kernel.pod())
                        ? "because more kernels of its gateway were idle than maxIdleKernels ("
                                + maxIdleKernels.getAsInt()
                                + ") allows"
                        : "because another kernel waited for its place and its gateway has maxKernels ("
                                + maxKernels.getAsInt() + ")"));
        return victims;
    }

    /**
     * Returns when another kernel may first be culled because of a limit; empty if no limit is exceeded.
     *
     * @param kernels the kernels that remain
     * @param waiting how many more wait for a place
     */
    Optional<Instant> next(List<Kernel> kernels, int waiting, Instant now) {
        boolean full = waiting > 0 && maxKernels.isPresent() && kernels.size() >= maxKernels.getAsInt();
        boolean crowded = maxIdleKernels.isPresent() && kernels.size() > maxIdleKernels.getAsInt();
        return full || crowded
                ? kernels.stream().flatMap(kernel -> mayBeCulledAt(kernel, now).stream()).min(Instant::compareTo)
                : Optional.empty();
    }

    /** A kernel in use can become idle right now. */
    private static Optional<Instant> mayBeCulledAt(Kernel kernel, Instant now) {
        return switch (kernel.activity()) {
            case UNKNOWN -> Optional.empty();
            case BUSY, STARTING -> Optional.of(now.plus(LEAST_IDLE));
            case IDLE -> KernelLimits.mayBeCulled(kernel, now)
                    ? Optional.empty()
                    : Stream.concat(kernel.keepUntil().stream(), Stream.of(kernel.lastActivity().plus(LEAST_IDLE)))
                            .filter(now::isBefore).max(Instant::compareTo).or(() -> Optional.of(now.plus(LEAST_IDLE)));
        };
    }
}
