package io.elasticjupyter.cull;

import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.cull.policy.CullSettings;
import io.elasticjupyter.cull.policy.KeepUntil;
import io.elasticjupyter.cull.policy.KernelActivity;
import io.elasticjupyter.reclaim.policy.Kernel;
import io.elasticjupyter.reclaim.policy.PodName;
import io.fabric8.kubernetes.api.model.Quantity;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** A kernel in a pod, and what its gateway reports about it. */
public final class ReclaimableKernel {

    private final JupyterGateway gateway;
    private final IndexedKernel kernel;
    private final Optional<KernelActivity> activity;
    private final boolean ended;

    private ReclaimableKernel(JupyterGateway gateway, IndexedKernel kernel, Optional<KernelActivity> activity,
            boolean ended) {
        this.gateway = gateway;
        this.kernel = kernel;
        this.activity = activity;
        this.ended = ended;
    }

    static ReclaimableKernel of(JupyterGateway gateway, IndexedKernel kernel) {
        return new ReclaimableKernel(gateway, kernel, Optional.empty(), false);
    }

    ReclaimableKernel with(Optional<KernelActivity> now) {
        return new ReclaimableKernel(gateway, kernel, now, false);
    }

    ReclaimableKernel ended() {
        return new ReclaimableKernel(gateway, kernel, Optional.empty(), true);
    }

    JupyterGateway gateway() {
        return gateway;
    }

    /** Returns the kernel's id. */
    public String id() {
        return kernel.id();
    }

    /** Returns the uid of the JupyterKernel. */
    public String uid() {
        return kernel.reference().getUid();
    }

    /** Returns the namespace of the kernel, its pod and its gateway. */
    public String namespace() {
        return kernel.reference().getNamespace();
    }

    /** Returns the name of its pod. */
    public String pod() {
        return kernel.pod().name();
    }

    /** Returns the uid of its pod. */
    public String podUid() {
        return kernel.pod().reference().getUid();
    }

    /** Returns what its pod requests, by resource name. */
    public Map<String, Quantity> requests() {
        return kernel.pod().requests();
    }

    /** Returns the name of its gateway. */
    public String gatewayName() {
        return gateway.getMetadata().getName();
    }

    /** Returns what its gateway reports about it, by the function's clock; empty if the gateway did not answer, or does not list it. */
    public Optional<KernelActivity> activity() {
        return activity;
    }

    /** Returns whether its gateway does not list it any more, so that its pod is about to be deleted. */
    public boolean hasEnded() {
        return ended;
    }

    /** Returns whether a later look has found something that matters for a decision. */
    public boolean differsFrom(ReclaimableKernel later, Instant now) {
        return ended != later.ended || !toPolicy(now).equals(later.toPolicy(now));
    }

    /** Returns whether its gateway excludes its kernels from reclaim. */
    public boolean isExcluded() {
        return settings().disabled();
    }

    /** Returns the kernel as the decision sees it. */
    public Kernel toPolicy(Instant now) {
        Optional<KernelActivity> observed = activity.map(reported -> kernel.observed(reported, now));
        // A gateway that excludes its kernels is not asked.
        Kernel.Activity unknown = isExcluded() ? Kernel.Activity.IDLE : Kernel.Activity.UNKNOWN;
        return new Kernel(new PodName(namespace(), pod()), observed.map(ReclaimableKernel::state).orElse(unknown),
                observed.map(KernelActivity::lastActivity).orElse(now),
                observed.map(KernelActivity::connections).orElse(0), settings().cullConnected(), keepUntil(),
                settings().cullIdleTimeout());
    }

    /** Returns the state of a kernel as the decision sees it. */
    static Kernel.Activity state(KernelActivity activity) {
        return switch (activity.state()) {
            case IDLE -> Kernel.Activity.IDLE;
            case BUSY -> Kernel.Activity.BUSY;
            case STARTING -> Kernel.Activity.STARTING;
        };
    }

    /** Returns the settings by which it is culled for a pod that waits. */
    private CullSettings settings() {
        return CullSettings.forWaitingPods(gateway);
    }

    /** Returns until when its owner keeps it, within the limit of the gateway. */
    private Optional<Instant> keepUntil() {
        return activity.flatMap(known -> kernel.keepUntil()
                .map(value -> KeepUntil.of(value, known.lastActivity(), settings()).until()));
    }
}
