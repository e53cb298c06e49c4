package io.elasticjupyter.cull.policy;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Schedules the next cull of a gateway for the first instant at which one of its kernels can be due. The schedule is that of a
 * Knative <a href="https://knative.dev/docs/eventing/sources/ping-source/">PingSource</a>, whose cron has a field for seconds.
 */
public final class CullSchedule {

    private static final Pattern CRON = Pattern
            .compile("(\\d{1,2}) (\\d{1,2}) (\\d{1,2}) (\\d{1,2}) (\\d{1,2}) \\*");

    /** A cron schedule that names an instant in the past fires a year later, so the PingSource must be written before. */
    private static final Duration LEAD = Duration.ofSeconds(5);

    /** How far the PingSource's clock may be ahead of the function's clock without firing before the kernel is due. */
    private static final Duration CLOCK_SKEW = Duration.ofMillis(500);

    /** How long before its instant a PingSource must have been written. */
    private static final Duration LEAST_LEAD = Duration.ofSeconds(1);

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

    /** Returns whether a PingSource that is written now fires at an instant. */
    public static boolean isAhead(Instant instant, Instant now) {
        return instant.isAfter(now.plus(LEAST_LEAD));
    }

    /**
     * Returns the instant of a cull whose PingSource was written too late, because the API server was slow. The lead is doubled with
     * each attempt.
     */
    public static Instant retry(Instant now, int attempt) {
        return roundUp(now.plus(LEAD.multipliedBy(1L << attempt)));
    }

    /** Returns the instant that a schedule of {@link #cron} names, which has no year; empty if the schedule is another one. */
    public static Optional<Instant> instant(String cron, Instant now) {
        Matcher fields = CRON.matcher(Objects.requireNonNullElse(cron, ""));
        if (!fields.matches()) {
            return Optional.empty();
        }
        int[] at = IntStream.rangeClosed(1, fields.groupCount()).map(i -> Integer.parseInt(fields.group(i))).toArray();
        int year = now.atZone(ZoneOffset.UTC).getYear();
        return IntStream.of(year, year + 1).boxed().flatMap(each -> {
            try {
                return Stream.of(LocalDateTime.of(each, at[4], at[3], at[2], at[1], at[0]).toInstant(ZoneOffset.UTC));
            } catch (DateTimeException e) {
                return Stream.empty();
            }
        }).filter(instant -> instant.isAfter(now)).findFirst();
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
