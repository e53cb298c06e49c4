package io.elasticjupyter.cull;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Collection;
import java.util.Optional;

/**
 * When to look next: at the first instant at which a kernel can be due, written as the schedule of a Knative
 * <a href="https://knative.dev/docs/eventing/sources/ping-source/">PingSource</a>, whose cron has a field for seconds.
 */
final class CullSchedule {

    /** A schedule that names an instant already past fires a year later, so there must be time to write it. */
    static final Duration LEAD = Duration.ofSeconds(5);

    private CullSchedule() {}

    /** The next look; empty when no kernel can ever be due. */
    static Optional<Instant> next(Collection<? extends Decision> decisions, CullSettings settings, Instant now) {
        return decisions.stream()
                .flatMap(decision -> decision instanceof Decision.Keep keep
                        ? Optional.of(keep.due()).stream()
                        : Optional.<Instant>empty().stream())
                .min(Instant::compareTo)
                .map(due -> roundUp(latest(due, now.plus(LEAD)), settings.interval()));
    }

    /** The six-field cron, in UTC, that names one second. */
    static String cron(Instant instant) {
        ZonedDateTime at = instant.atZone(ZoneOffset.UTC);
        return "%d %d %d %d %d *".formatted(at.getSecond(), at.getMinute(), at.getHour(), at.getDayOfMonth(),
                at.getMonthValue());
    }

    private static Instant roundUp(Instant instant, Duration interval) {
        long step = interval.toSeconds();
        long seconds = instant.getEpochSecond() + (instant.getNano() > 0 ? 1 : 0);
        return Instant.ofEpochSecond(Math.ceilDiv(seconds, step) * step);
    }

    private static Instant latest(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }
}
