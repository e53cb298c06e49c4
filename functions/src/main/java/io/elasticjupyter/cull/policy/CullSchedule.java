package io.elasticjupyter.cull.policy;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Optional;

/**
 * When to look next: at the first instant at which a kernel can be due, written as the schedule of a Knative
 * <a href="https://knative.dev/docs/eventing/sources/ping-source/">PingSource</a>, whose cron has a field for seconds.
 */
public final class CullSchedule {

    /** A schedule that names an instant already past fires a year later, so there must be time to write it. */
    public static final Duration LEAD = Duration.ofSeconds(5);

    /** How far the PingSource's clock may be ahead of the function's without a look that comes before the kernel is due. */
    private static final Duration CLOCK_SKEW = Duration.ofMillis(500);

    private CullSchedule() {}

    /**
     * Returns when to look next: when the first kernel is due, but at least {@code cullInterval} after the last scheduled look.
     * Empty when no kernel can ever be due.
     *
     * @param armed the instant for which a look was last scheduled; if it is not in the future, the current look is the scheduled one
     */
    public static Optional<Instant> next(Collection<? extends Decision> decisions, CullSettings settings,
            Optional<Instant> armed, Instant now) {
        boolean scheduled = armed.filter(instant -> !instant.isAfter(now.plus(CLOCK_SKEW))).isPresent();
        Instant earliest = latest(now.plus(LEAD), scheduled ? now.plus(settings.interval()) : now);
        return decisions.stream()
                .flatMap(decision -> decision instanceof Decision.Keep keep
                        ? Optional.of(keep.due()).stream()
                        : Optional.<Instant>empty().stream())
                .min(Instant::compareTo)
                .map(due -> wholeSecond(latest(due.plus(CLOCK_SKEW), earliest)));
    }

    /** The six-field cron, in UTC, that names one second. */
    public static String cron(Instant instant) {
        ZonedDateTime at = instant.atZone(ZoneOffset.UTC);
        return "%d %d %d %d %d *".formatted(at.getSecond(), at.getMinute(), at.getHour(), at.getDayOfMonth(),
                at.getMonthValue());
    }

    private static Instant wholeSecond(Instant instant) {
        return instant.getNano() == 0 ? instant : instant.truncatedTo(ChronoUnit.SECONDS).plusSeconds(1);
    }

    private static Instant latest(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }
}
