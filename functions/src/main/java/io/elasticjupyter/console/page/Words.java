package io.elasticjupyter.console.page;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/** Amounts and times as people read them. */
final class Words {

    private static final double MILLIS = 1000;
    private static final double GIBIBYTE = 1024.0 * 1024 * 1024;

    private Words() {}

    static String cpus(long millis) {
        return number(millis / MILLIS);
    }

    static String memory(long bytes) {
        return number(bytes / GIBIBYTE) + " GiB";
    }

    private static String number(double number) {
        return number == Math.rint(number)
                ? String.valueOf((long) number)
                : String.format(Locale.ROOT, number < 10 ? "%.2f" : "%.1f", number);
    }

    /** Returns a duration in one or two units; the page's script does the same. */
    static String duration(Duration duration) {
        long seconds = Math.max(0, duration.toSeconds());
        if (seconds < 120) {
            return seconds + " s";
        }
        if (seconds < 7200) {
            return seconds / 60 + " min";
        }
        return seconds < 172_800
                ? seconds / 3600 + " h " + seconds % 3600 / 60 + " min"
                : seconds / 86_400 + " days " + seconds % 86_400 / 3600 + " h";
    }

    static String since(Instant then, Instant now) {
        return duration(Duration.between(then, now));
    }

    static String until(Instant then, Instant now) {
        return then.isAfter(now) ? "in " + duration(Duration.between(now, then)) : "now";
    }

    /** Returns a count with its noun. */
    static String count(long number, String one, String many) {
        return number + " " + (number == 1 ? one : many);
    }
}
