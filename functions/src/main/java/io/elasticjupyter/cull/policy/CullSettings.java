package io.elasticjupyter.cull.policy;

import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.api.v1alpha1.JupyterGatewaySpec;
import java.time.Duration;
import java.util.Optional;

/**
 * The culling settings of a gateway, under the names that they have in the CRD.
 *
 * @param cullIdleTimeout how long a kernel may be idle; zero or less disables culling
 * @param cullInterval the minimum time between two scheduled culls
 * @param cullBusy whether a busy kernel counts as idle
 * @param cullConnected whether a kernel with an open notebook counts as idle
 * @param cullKeepLimit the longest time from its last activity for which a kernel is kept by {@link KeepUntil}
 * @param launchTimeout how long a kernel may take to start
 */
public record CullSettings(Duration cullIdleTimeout, Duration cullInterval, boolean cullBusy, boolean cullConnected,
        Duration cullKeepLimit, Duration launchTimeout) {

    /** Returns the settings in the gateway's spec, with the CRD's defaults for absent fields. */
    public static CullSettings of(JupyterGateway gateway) {
        Optional<JupyterGatewaySpec> spec = Optional.ofNullable(gateway.getSpec());
        return new CullSettings(
                Duration.ofSeconds(spec.map(JupyterGatewaySpec::cullIdleTimeout)
                        .orElse(Integer.valueOf(JupyterGatewaySpec.DEFAULT_CULL_IDLE_TIMEOUT))),
                Duration.ofSeconds(spec.map(JupyterGatewaySpec::cullInterval)
                        .orElse(Integer.valueOf(JupyterGatewaySpec.DEFAULT_CULL_INTERVAL))),
                spec.map(JupyterGatewaySpec::cullBusy)
                        .orElse(Boolean.valueOf(JupyterGatewaySpec.DEFAULT_CULL_BUSY)),
                spec.map(JupyterGatewaySpec::cullConnected)
                        .orElse(Boolean.valueOf(JupyterGatewaySpec.DEFAULT_CULL_CONNECTED)),
                Duration.ofSeconds(spec.map(JupyterGatewaySpec::cullKeepLimit)
                        .orElse(Integer.valueOf(JupyterGatewaySpec.DEFAULT_CULL_KEEP_LIMIT))),
                Duration.ofSeconds(JupyterGateway.KERNEL_LAUNCH_SECONDS));
    }

    /** Returns whether no kernel is ever culled. */
    public boolean disabled() {
        return !cullIdleTimeout.isPositive();
    }
}
