package io.elasticjupyter.cull.policy;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Who is idle. */
public final class CullPolicy {

    private CullPolicy() {}

    /**
     * Decides about one kernel.
     *
     * @param activity what its gateway says of it, by our clock
     * @param keepUntil what its owner asked for, if anything
     * @param now the time
     */
    public static Decision decide(KernelActivity activity, Optional<Instant> keepUntil, CullSettings settings,
            Instant now) {
        if (settings.disabled()) {
            return new Decision.KeepForGood("culling is disabled");
        }
        if (keepUntil.filter(now::isBefore).isPresent()) {
            return new Decision.Keep(keepUntil.get(), "its owner keeps it");
        }
        // A kernel in use is as active as one that was used this moment.
        Instant idleAgain = now.plus(settings.idleTimeout());
        if (activity.state() == KernelActivity.State.BUSY && !settings.busyToo()) {
            return new Decision.Keep(idleAgain, "it is busy");
        }
        if (activity.connections() > 0 && !settings.connectedToo()) {
            return new Decision.Keep(idleAgain, "a notebook is open on it");
        }
        // A clock that is ahead must not make a kernel idle for less than nothing.
        Instant lastActivity = activity.lastActivity().isAfter(now) ? now : activity.lastActivity();
        Instant due = lastActivity.plus(settings.idleTimeout());
        Instant started = lastActivity.plus(settings.launch());
        if (activity.state() == KernelActivity.State.STARTING && now.isBefore(started)) {
            // It may be idle a moment later, and is then due like any other.
            Instant again = idleAgain.isBefore(started) ? idleAgain : started;
            return new Decision.Keep(now.isBefore(due) ? due : again, "it is starting");
        }
        return now.isBefore(due)
                ? new Decision.Keep(due, "it was used " + Duration.between(lastActivity, now).toSeconds() + " s ago")
                : new Decision.Cull(Duration.between(lastActivity, now));
    }
}
