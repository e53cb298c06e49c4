package io.elasticjupyter.local;

import io.fabric8.knative.sources.v1.PingSourceSpec;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Optional;
import org.springframework.scheduling.support.CronExpression;

/**
 * The schedule of a PingSource. When a cron expression restricts both the day of the month and the day of the week, Knative
 * accepts days that match either; here they must match both.
 *
 * @param cron the expression, with seconds
 * @param zone that its fields are meant in
 */
record PingSchedule(CronExpression cron, ZoneId zone) {

    /**
     * Parses the five fields of cron, or six with the seconds first, or a macro such as {@code @hourly}.
     *
     * @throws IllegalArgumentException for a schedule that Knative's webhook would reject
     */
    static PingSchedule of(PingSourceSpec spec) {
        String schedule = Optional.ofNullable(spec.getSchedule()).map(String::strip)
                .orElseThrow(() -> new IllegalArgumentException("spec.schedule is missing"));
        return new PingSchedule(
                CronExpression.parse(schedule.split("\\s+").length == 5 ? "0 " + schedule : schedule),
                Optional.ofNullable(spec.getTimezone()).filter(zone -> !zone.isBlank()).map(PingSchedule::zone)
                        .orElse(ZoneOffset.UTC));
    }

    private static ZoneId zone(String name) {
        try {
            return ZoneId.of(name);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("spec.timezone '" + name + "' is unknown", e);
        }
    }

    /** Returns the first instant after another; empty when the schedule never matches, as with February 31. */
    Optional<Instant> next(Instant after) {
        return Optional.ofNullable(cron.next(after.atZone(zone))).map(ZonedDateTime::toInstant);
    }
}
