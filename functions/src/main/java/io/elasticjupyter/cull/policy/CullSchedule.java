package io.elasticjupyter.cull.policy;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Optional;

/**
 * Schedules the next cull of a gateway for the first instant at which one of its kernels can be due. The schedule is that of a
 * Knative <a href="https://knative.dev/docs/eventing/sources/ping-source/">PingSource</a>, whose cron has a field for seconds.
 */
public final class CullSchedule {

    /** A cron schedule that names an instant in the past fires a year later, so the PingSource must be written before. */
    private static final Duration LEAD = Duration.ofSeconds(5);

    /** How far the PingSource's clock may be ahead of the function's clock without firing before the kernel is due. */
    private static final Duration CLOCK_SKEW = Duration.ofMillis(500);

    private CullSchedule() {}

    /**
     * Returns the instant of the next cull: when the first kernel is due, but at least {@code cullInterval} after the last
     * scheduled cull. Empty when no kernel can be due.
     *
     * @param decisions about the kernels that remain
     * @param armed the instant for which a cull was last scheduled; if it is not in the future, the current cull is that one
     */
    public static Optional<Instant> next(Collection<? extends Decision> decisions, CullSettings settings,
            Optional<Instant> armed, Instant now) {
        boolean scheduled = armed.filter(instant -> !instant.isAfter(now.plus(CLOCK_SKEW))).isPresent();
        Instant earliest = latest(now.plus(LEAD), scheduled ? now.plus(settings.cullInterval()) : now);
        return decisions.stream()
                .flatMap(decision -> decision.dueTime().stream())
                .min(Instant::compareTo)
                .map(due -> roundUp(latest(due.plus(CLOCK_SKEW), earliest)));
    }

    /** Returns the six-field cron expression, in UTC, for the second of an instant. */
    public static String cron(Instant instant) {
        ZonedDateTime at = instant.atZone(ZoneOffset.UTC);
        return "%d %d %d %d %d *".formatted(at.getSecond(), at.getMinute(), at.getHour(), at.getDayOfMonth(),
                at.getMonthValue());
    }

    private static Instant roundUp(Instant instant) {
        return instant.getNano() == 0 ? instant : instant.truncatedTo(ChronoUnit.SECONDS).plusSeconds(1);
    }

    private static Instant latest(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }
}
