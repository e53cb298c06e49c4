package io.elasticjupyter.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.fabric8.knative.sources.v1.PingSourceSpecBuilder;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PingScheduleTest {

    private static final Instant NOW = Instant.parse("2026-11-22T00:57:58.5Z");

    @ParameterizedTest
    @CsvSource({
            "3 58 0 22 11 *, UTC,           2026-11-22T00:58:03Z",
            "58 57 0 22 11 *,UTC,           2027-11-22T00:57:58Z",
            "3 58 1 22 11 *, Europe/Berlin, 2026-11-22T00:58:03Z",
            "*/5 * * * *,    UTC,           2026-11-22T01:00:00Z",
            "*/5 * * * * *,  UTC,           2026-11-22T00:58:00Z",
            "0 9 * * MON,    UTC,           2026-11-23T09:00:00Z",
            "@hourly,        UTC,           2026-11-22T01:00:00Z"})
    void nextInstant(String schedule, String timezone, Instant next) {
        assertThat(next(schedule, timezone)).contains(next);
    }

    @Test
    void withoutATimezoneItIsUtc() {
        assertThat(next("3 58 0 22 11 *", null)).contains(Instant.parse("2026-11-22T00:58:03Z"));
    }

    @Test
    void aDayThatDoesNotExistIsNever() {
        assertThat(next("0 0 0 31 2 *", "UTC")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"@every 5s", "* * *", "61 * * * * *", ""})
    void aScheduleThatKnativeRejectsIsRejected(String schedule) {
        assertThatIllegalArgumentException().isThrownBy(() -> next(schedule, "UTC"));
    }

    @Test
    void anUnknownTimezoneIsRejected() {
        assertThatIllegalArgumentException().isThrownBy(() -> next("* * * * *", "Europe/Atlantis"))
                .withMessageContaining("Europe/Atlantis");
    }

    private static Optional<Instant> next(String schedule, String timezone) {
        return PingSchedule.of(new PingSourceSpecBuilder().withSchedule(schedule).withTimezone(timezone).build())
                .next(NOW);
    }
}
