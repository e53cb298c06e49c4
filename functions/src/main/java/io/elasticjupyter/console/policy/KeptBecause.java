package io.elasticjupyter.console.policy;

import io.elasticjupyter.api.v1alpha1.KernelActivityStatus;
import io.elasticjupyter.cull.policy.CullSettings;
import io.elasticjupyter.cull.policy.KeepUntil;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Why a kernel is kept, and when it is culled if nobody uses it.
 *
 * @param why the reason, as a sentence
 * @param goesAt when it is culled; empty if no time is known
 */
record KeptBecause(String why, Optional<Instant> goesAt) {

    private static KeptBecause noTime(String why) {
        return new KeptBecause(why, Optional.empty());
    }

    /**
     * Returns the reason for a kernel whose pod runs.
     *
     * @param gateway its gateway, if the caller may read it
     * @param keepUntil the value of the annotation of the pod, or else of the JupyterKernel
     */
    static KeptBecause of(KernelFacts kernel, KernelState state, Optional<GatewayFacts> gateway,
            Optional<String> keepUntil, Instant now) {
        if (gateway.isEmpty()) {
            return new KeptBecause(kernel.gateway().isEmpty()
                    ? "No JupyterGateway controls it, so that it is not culled."
                    : "Its gateway cannot be read.", due(kernel));
        }
        CullSettings settings = gateway.get().settings();
        if (settings.disabled()) {
            return noTime("Culling is disabled: cullIdleTimeout of its gateway is 0 or less.");
        }
        if (gateway.get().isUnreachable()) {
            return noTime("Its gateway does not answer. No kernel is culled whose activity is not known.");
        }
        if (kernel.activity().isEmpty()) {
            return new KeptBecause("Its gateway has not reported its activity yet.", due(kernel));
        }
        Optional<Instant> kept = keepUntil.map(value -> KeepUntil.of(value, lastActivity(kernel, now), settings)
                .until()).filter(now::isBefore);
        if (state == KernelState.BUSY && !settings.cullBusy()) {
            return noTime("It runs code.");
        }
        Instant goes = lastActivity(kernel, now).plus(settings.cullIdleTimeout());
        Instant due = due(kernel).filter(goes::isBefore).orElse(goes);
        if (kept.isPresent()) {
            return new KeptBecause("Its owner keeps it.", Optional.of(due.isAfter(kept.get()) ? due : kept.get()));
        }
        return ofIdle(settings, state, goes, due, now);
    }

    private static KeptBecause ofIdle(CullSettings settings, KernelState state, Instant goes, Instant due,
            Instant now) {
        if (state == KernelState.STARTING) {
            return new KeptBecause("It starts.", Optional.of(due));
        }
        if (due.isAfter(goes) && !settings.cullConnected() && due.isAfter(now)) {
            return new KeptBecause("A notebook was open on it at the last culling run.", Optional.of(due));
        }
        return due.isAfter(now)
                ? new KeptBecause("It has been idle for less than " + text(settings.cullIdleTimeout()) + ".",
                        Optional.of(due))
                : new KeptBecause("It is culled by the next culling run.", Optional.of(due));
    }

    private static String text(Duration duration) {
        return duration.toSeconds() % 60 == 0 && duration.toMinutes() >= 2
                ? duration.toMinutes() + " min"
                : duration.toSeconds() + " s";
    }

    private static Optional<Instant> due(KernelFacts kernel) {
        return kernel.activity().map(KernelActivityStatus::dueTime).flatMap(Times::parse);
    }

    private static Instant lastActivity(KernelFacts kernel, Instant now) {
        return kernel.activity().map(KernelActivityStatus::lastActivity).flatMap(Times::parse)
                .or(() -> Times.parse(kernel.created())).orElse(now);
    }
}
