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

    /** Longer than the largest value of a field, and short enough to be added to any time. */
    private static final Duration FOR_EVER = Duration.ofDays(36_500);

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

    /**
     * Returns the settings for a kernel whose resources another pod waits for: it is culled once it has been idle for
     * {@code reclaimAfter}, and never while it is busy or starts.
     */
    public static CullSettings forWaitingPods(JupyterGateway gateway) {
        CullSettings settings = of(gateway);
        Integer seconds = Optional.ofNullable(gateway.getSpec()).map(JupyterGatewaySpec::reclaimAfter)
                .orElse(Integer.valueOf(JupyterGatewaySpec.DEFAULT_RECLAIM_AFTER));
        return new CullSettings(Duration.ofSeconds(seconds), settings.cullInterval(), false, settings.cullConnected(),
                settings.cullKeepLimit(), FOR_EVER);
    }

    /** Returns the settings for a kernel that may take another time to start. */
    public CullSettings withLaunchTimeout(Duration own) {
        return new CullSettings(cullIdleTimeout, cullInterval, cullBusy, cullConnected, cullKeepLimit, own);
    }

    /** Returns whether no kernel is ever culled. */
    public boolean disabled() {
        return !cullIdleTimeout.isPositive();
    }
}
