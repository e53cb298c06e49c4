package io.elasticjupyter.local;

import io.fabric8.knative.sources.v1.PingSource;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** One PingSource that waits for its next instant, and then for the one after it. */
final class ArmedPing implements Runnable {

    /** A laptop sleeps, and its timers with it: the clock is looked at this often. */
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);

    private final PingSource source;
    private final PingSchedule schedule;
    private final Clock clock;
    private final ScheduledExecutorService timers;
    private final Consumer<PingSource> due;
    private volatile Optional<Instant> next;
    private volatile boolean disarmed;

    /**
     * Arms it.
     *
     * @throws IllegalArgumentException when its schedule is none
     */
    ArmedPing(PingSource source, Clock clock, ScheduledExecutorService timers, Consumer<PingSource> due) {
        this.source = source;
        this.schedule = PingSchedule.of(source.getSpec());
        this.clock = clock;
        this.timers = timers;
        this.due = due;
        this.next = schedule.next(clock.instant());
        await();
    }

    /** When it is due; empty for never. */
    Optional<Instant> next() {
        return next;
    }

    boolean sendsAs(PingSource other) {
        return source.getSpec().equals(other.getSpec());
    }

    void disarm() {
        disarmed = true;
    }

    @Override
    public void run() {
        if (disarmed) {
            return;
        }
        Instant now = clock.instant();
        if (next.filter(now::isBefore).isEmpty()) {
            next = schedule.next(now);
            due.accept(source);
        }
        await();
    }

    private void await() {
        next.map(instant -> Duration.between(clock.instant(), instant))
                .map(left -> left.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : left)
                .ifPresent(pause -> timers.schedule(this, pause.toNanos(), TimeUnit.NANOSECONDS));
    }
}
