package io.elasticjupyter.cull.policy;

import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.api.v1alpha1.JupyterGatewaySpec;
import java.time.Duration;
import java.util.Objects;

/**
 * When a gateway's kernels are to go.
 *
 * @param idleTimeout how long a kernel may be idle; zero or less: for ever
 * @param interval the least time from one scheduled look to the next
 * @param busyToo whether a busy kernel counts as idle
 * @param connectedToo whether a kernel with an open notebook counts as idle
 * @param launch how long a kernel may take to start
 */
public record CullSettings(Duration idleTimeout, Duration interval, boolean busyToo, boolean connectedToo,
        Duration launch) {

    /** What the gateway's spec says, with the defaults of the CRD where it is silent. */
    public static CullSettings of(JupyterGateway gateway) {
        JupyterGatewaySpec spec = gateway.getSpec();
        return new CullSettings(
                Duration.ofSeconds(spec == null ? 3600 : Objects.requireNonNullElse(spec.cullIdleTimeout(), 3600)),
                Duration.ofSeconds(spec == null ? 10 : Objects.requireNonNullElse(spec.cullInterval(), 10)),
                spec != null && Objects.requireNonNullElse(spec.cullBusy(), false),
                spec == null || Objects.requireNonNullElse(spec.cullConnected(), true),
                Duration.ofSeconds(JupyterGateway.KERNEL_LAUNCH_SECONDS));
    }

    public boolean disabled() {
        return !idleTimeout.isPositive();
    }
}
