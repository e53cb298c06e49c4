package io.elasticjupyter.local;

import io.fabric8.knative.sources.v1.PingSource;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A PingSource with a timer for the next instant of its schedule. */
final class ArmedPing implements Runnable {

    /** Limits each wait: timers stop while a laptop sleeps, so the clock is checked at least this often. */
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);

    private final PingSource source;
    private final PingSchedule schedule;
    private final Clock clock;
    private final ScheduledExecutorService timers;
    private final Consumer<PingSource> due;
    private volatile Optional<Instant> next;
    private volatile boolean disarmed;

    /**
     * Arms the PingSource.
     *
     * @throws IllegalArgumentException when its schedule is invalid
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

    /** Returns the next instant; empty for never. */
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
