package io.elasticjupyter.cull.policy;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Decides which kernels are culled. */
public final class CullPolicy {

    /** How often the launch timeout must have passed before an unlisted kernel has been forgotten or given up by its gateway. */
    private static final int LAUNCH_TIMEOUTS = 2;

    /** When a new kernel is looked for again. Most are listed a few seconds after their pod was created. */
    private static final Duration FIRST_LOOK = Duration.ofSeconds(10);

    private CullPolicy() {}

    /**
     * Decides whether one kernel is culled.
     *
     * @param activity the kernel's activity, by the function's clock
     * @param keepUntil until when the kernel's owner wants to keep it
     * @param now the current time
     */
    public static Decision decide(KernelActivity activity, Optional<Instant> keepUntil, CullSettings settings,
            Instant now) {
        return kept(keepUntil, settings, now).orElseGet(() -> decideByActivity(activity, settings, now));
    }

    /** Returns the decision that depends neither on the activity of a kernel nor on whether its gateway lists it. */
    private static Optional<Decision> kept(Optional<Instant> keepUntil, CullSettings settings, Instant now) {
        return settings.disabled()
                ? Optional.of(new Decision.KeepIndefinitely("culling is disabled"))
                : keepUntil.filter(now::isBefore).map(until -> new Decision.Keep(until, "kept by its owner"));
    }

    private static Decision decideByActivity(KernelActivity activity, CullSettings settings, Instant now) {
        // A kernel in use can become idle right now, and is then due after the whole timeout.
        Instant dueIfIdleNow = now.plus(settings.cullIdleTimeout());
        if (activity.isBusy() && !settings.cullBusy()) {
            return new Decision.Keep(dueIfIdleNow, "busy");
        }
        if (activity.connections() > 0 && !settings.cullConnected()) {
            return new Decision.Keep(dueIfIdleNow, "a notebook is open on it");
        }
        // A gateway whose clock is ahead must not produce a negative idle time.
        Instant lastActivity = activity.lastActivity().isAfter(now) ? now : activity.lastActivity();
        Instant due = lastActivity.plus(settings.cullIdleTimeout());
        Instant launchEnd = lastActivity.plus(settings.launchTimeout());
        if (activity.state() == KernelActivity.State.STARTING && now.isBefore(launchEnd)) {
            // It can become idle at any moment, and is then due like any other kernel.
            Instant dueAfterStart = dueIfIdleNow.isBefore(launchEnd) ? dueIfIdleNow : launchEnd;
            return new Decision.Keep(now.isBefore(due) ? due : dueAfterStart, "starting");
        }
        Duration idle = Duration.between(lastActivity, now);
        return now.isBefore(due)
                ? new Decision.Keep(due, "last active " + idle.toSeconds() + " s ago")
                : new Decision.Cull(idle);
    }

    /**
     * Decides about a kernel that has a pod, but that its gateway does not list. A gateway lists a kernel once it has started, and
     * forgets its kernels when it restarts.
     *
     * @param created when the kernel's pod was created
     * @param launchTimeout how long the gateway waits for the kernel to start, if it is known
     * @param keepUntil until when the kernel's owner wants to keep it
     * @param read an instant before the gateway was read
     * @param now the current time
     */
    public static Decision decideUnlisted(Instant created, Optional<Duration> launchTimeout,
            Optional<Instant> keepUntil, CullSettings settings, Instant read, Instant now) {
        return kept(keepUntil, settings, now)
                .orElseGet(() -> decideByAge(created, launchTimeout, settings, read, now));
    }

    private static Decision decideByAge(Instant created, Optional<Duration> launchTimeout, CullSettings settings,
            Instant read, Instant now) {
        Duration launch = launchTimeout.filter(own -> own.compareTo(settings.launchTimeout()) > 0)
                .orElse(settings.launchTimeout());
        Instant mustBeListed = created.plus(launch.multipliedBy(LAUNCH_TIMEOUTS));
        if (!mustBeListed.isAfter(read)) {
            return new Decision.Reclaim();
        }
        // It can be listed from now on, and is then due one idle timeout later. The status of its gateway counts it only after
        // the next look: the longer it takes to start, the rarer it is looked for.
        Duration age = Duration.between(created, now);
        Instant next = age.compareTo(FIRST_LOOK) < 0 ? created.plus(FIRST_LOOK) : now.plus(age);
        return new Decision.Keep(
                Collections.min(List.of(next, mustBeListed, now.plus(settings.cullIdleTimeout()))),
                "not yet listed by its gateway");
    }
}
