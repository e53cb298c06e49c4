package io.elasticjupyter.cull.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.cull.policy.KernelActivity.State;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CullPolicyTest {

    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
    private static final CullSettings TEN_MINUTES = settings(600, false, true);

    @Test
    void anIdleKernelIsCulledAtTheSecondItIsDue() {
        assertThat(decide(State.IDLE, 599, 0, TEN_MINUTES))
                .isEqualTo(new Decision.Keep(NOW.plusSeconds(1), "last active 599 s ago"));
        assertThat(decide(State.IDLE, 600, 0, TEN_MINUTES)).isEqualTo(new Decision.Cull(Duration.ofMinutes(10)));
    }

    @Test
    void anOpenNotebookKeepsAKernelOnlyIfCullConnectedIsFalse() {
        assertThat(decide(State.IDLE, 600, 1, TEN_MINUTES)).isInstanceOf(Decision.Cull.class);
        assertThat(decide(State.IDLE, 600, 1, settings(600, false, false)))
                .isEqualTo(new Decision.Keep(NOW.plusSeconds(600), "a notebook is open on it"));
    }

    @Test
    void aBusyKernelIsKeptUnlessCullBusyIsSet() {
        assertThat(decide(State.BUSY, 9_999, 0, TEN_MINUTES))
                .isEqualTo(new Decision.Keep(NOW.plusSeconds(600), "busy"));
        assertThat(decide(State.BUSY, 9_999, 0, settings(600, true, true))).isInstanceOf(Decision.Cull.class);
    }

    @Test
    void aStartingKernelIsKeptForTheLaunchTimeoutAndIsThenIdle() {
        CullSettings oneSecond = settings(1, false, true);

        assertThat(decide(State.STARTING, 179, 0, oneSecond))
                .isEqualTo(new Decision.Keep(NOW.plusSeconds(1), "starting"));
        assertThat(decide(State.STARTING, 180, 1, oneSecond)).isInstanceOf(Decision.Cull.class);
        assertThat(decide(State.STARTING, 0, 0, TEN_MINUTES))
                .isEqualTo(new Decision.Keep(NOW.plusSeconds(600), "starting"));
        assertThat(decide(State.STARTING, 10, 0, settings(30, false, true)))
                .as("it may be idle a moment later")
                .isEqualTo(new Decision.Keep(NOW.plusSeconds(20), "starting"));
        assertThat(decide(State.STARTING, 40, 0, settings(30, false, true)))
                .isEqualTo(new Decision.Keep(NOW.plusSeconds(30), "starting"));
    }

    @Test
    void aKernelThatNobodyHasUsedIsIdleSinceItsPodWasReady() {
        Duration launch = Duration.ofSeconds(180);
        KernelActivity created = new KernelActivity("1", State.STARTING, NOW.minusSeconds(500), 1);
        Instant ready = NOW.minusSeconds(200);

        assertThat(created.asIdleIfUnused(Optional.of(ready), launch, NOW))
                .isEqualTo(new KernelActivity("1", State.IDLE, ready, 1));
        assertThat(created.asIdleIfUnused(Optional.of(ready), Duration.ofSeconds(201), NOW))
                .as("it may still start").isEqualTo(new KernelActivity("1", State.STARTING, ready, 1));
        assertThat(created.asIdleIfUnused(Optional.empty(), launch, NOW)).as("no pod is ready").isEqualTo(created);
        assertThat(new KernelActivity("1", State.STARTING, NOW.minusSeconds(10), 1)
                .asIdleIfUnused(Optional.of(ready), launch, NOW).state()).as("restarted").isEqualTo(State.STARTING);
        KernelActivity busy = new KernelActivity("1", State.BUSY, NOW.minusSeconds(500), 1);
        assertThat(busy.asIdleIfUnused(Optional.of(ready), launch, NOW)).isEqualTo(busy);
    }

    @Test
    void theKeepUntilAnnotationKeepsAKernel() {
        KernelActivity idle = new KernelActivity("1", State.IDLE, NOW.minusSeconds(9_999), 0);

        assertThat(CullPolicy.decide(idle, Optional.of(NOW.plusSeconds(60)), TEN_MINUTES, NOW))
                .isEqualTo(new Decision.Keep(NOW.plusSeconds(60), "kept by its owner"));
        assertThat(CullPolicy.decide(idle, Optional.of(NOW), TEN_MINUTES, NOW)).isInstanceOf(Decision.Cull.class);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            2026-01-01T13:00:00Z | 2026-01-01T13:00:00Z |
            2026-01-08T11:00:00+01:00 | 2026-01-08T10:00:00Z |
            2026-01-08T12:00:01Z | 2026-01-08T12:00:00Z | TooLate
            +999999999-12-31T23:59:59-18:00 | 2026-01-08T12:00:00Z | TooLate
            -999999999-01-01T00:00:00+18:00 | -999999999-01-01T00:00:00+18:00 |
            tomorrow | 2026-01-08T12:00:00Z | NotATime
            2026-02-30T00:00:00Z | 2026-01-08T12:00:00Z | NotATime
            '' | 2026-01-08T12:00:00Z | NotATime
            """)
    void theKeepUntilAnnotationHasALimit(String annotation, String until, String fault) {
        KeepUntil keepUntil = KeepUntil.of(annotation, NOW, TEN_MINUTES);

        assertThat(keepUntil.until()).isEqualTo(OffsetDateTime.parse(until).toInstant());
        assertThat(keepUntil.fault().map(KeepUntil.Fault::reason)).isEqualTo(Optional.ofNullable(fault));
        assertThat(keepUntil.fault().map(KeepUntil.Fault::message).orElse("")).doesNotContain(
                annotation.isEmpty() ? "''" : annotation);
    }

    /** Until then, the status of its gateway does not count it. */
    @ParameterizedTest
    @CsvSource({"-1, 11", "0, 10", "2, 8", "9, 1", "10, 10", "40, 40", "200, 160"})
    void aNewKernelIsLookedForAgainSoon(int age, int secondsFromNow) {
        assertThat(CullPolicy.decideUnlisted(NOW.minusSeconds(age), Optional.empty(), Optional.empty(), TEN_MINUTES,
                NOW, NOW))
                .isEqualTo(new Decision.Keep(NOW.plusSeconds(secondsFromNow), "not yet listed by its gateway"));
    }

    @Test
    void anUnlistedKernelIsReclaimedAfterTwoLaunchTimeouts() {
        Instant created = NOW.minusSeconds(300);

        assertThat(CullPolicy.decideUnlisted(created, Optional.empty(), Optional.empty(), TEN_MINUTES, NOW, NOW))
                .isEqualTo(new Decision.Keep(NOW.plusSeconds(60), "not yet listed by its gateway"));
        assertThat(CullPolicy.decideUnlisted(created, Optional.empty(), Optional.empty(), settings(30, false, true),
                NOW, NOW))
                .as("it can be listed from now on").isEqualTo(
                        new Decision.Keep(NOW.plusSeconds(30), "not yet listed by its gateway"));
        Instant later = NOW.plusSeconds(60);
        assertThat(CullPolicy.decideUnlisted(created, Optional.empty(), Optional.empty(), TEN_MINUTES, later, later))
                .isEqualTo(new Decision.Reclaim());
        assertThat(CullPolicy.decideUnlisted(created, Optional.empty(), Optional.empty(), TEN_MINUTES, NOW, later))
                .as("when it was read, it need not have been listed").isInstanceOf(Decision.Keep.class);
        assertThat(CullPolicy.decideUnlisted(created, Optional.empty(), Optional.of(later.plusSeconds(9)), TEN_MINUTES,
                later, later))
                .isEqualTo(new Decision.Keep(later.plusSeconds(9), "kept by its owner"));
        assertThat(
                CullPolicy.decideUnlisted(created, Optional.of(Duration.ofSeconds(600)), Optional.empty(), TEN_MINUTES,
                        later, later))
                .as("its gateway waits longer").isInstanceOf(Decision.Keep.class);
        assertThat(CullPolicy.decideUnlisted(created, Optional.of(Duration.ofSeconds(1)), Optional.empty(), TEN_MINUTES,
                NOW, NOW)).as("never earlier").isInstanceOf(Decision.Keep.class);
        assertThat(CullPolicy.decideUnlisted(created, Optional.empty(), Optional.empty(), settings(0, false, true),
                later, later))
                .isInstanceOf(Decision.KeepIndefinitely.class);
    }

    @Test
    void aTimeoutOfZeroOrLessDisablesCulling() {
        assertThat(decide(State.IDLE, 9_999, 0, settings(0, true, true)))
                .isEqualTo(new Decision.KeepIndefinitely("culling is disabled"));
        assertThat(decide(State.IDLE, 9_999, 0, settings(-1, true, true)))
                .isInstanceOf(Decision.KeepIndefinitely.class);
    }

    @Test
    void aDifferentClockDoesNotMakeAKernelIdle() {
        assertThat(decide(State.IDLE, -300, 0, TEN_MINUTES))
                .isEqualTo(new Decision.Keep(NOW.plusSeconds(600), "last active 0 s ago"));

        KernelActivity byTheirClock = new KernelActivity("1", State.IDLE, NOW.plusSeconds(300), 0);
        assertThat(byTheirClock.correctedBy(Duration.ofMinutes(15)).lastActivity()).isEqualTo(NOW.minusSeconds(600));
    }

    @Test
    void theSettingsOfAnEmptySpecAreTheDefaultsOfTheCrd() {
        assertThat(CullSettings.of(new JupyterGateway())).isEqualTo(
                new CullSettings(Duration.ofHours(1), Duration.ofSeconds(10), false, true, Duration.ofDays(7),
                        Duration.ofMinutes(3)));
    }

    @Test
    void theNextCullIsRightAfterTheFirstKernelIsDue() {
        assertThat(CullSchedule.next(List.of(due(90), due(61), new Decision.KeepIndefinitely("")), TEN_MINUTES,
                Optional.empty(), NOW)).contains(NOW.plusSeconds(62));
        assertThat(CullSchedule.next(List.of(new Decision.Keep(NOW.plusMillis(61_501), "")), TEN_MINUTES,
                Optional.empty(), NOW)).as("a schedule names whole seconds").contains(NOW.plusSeconds(63));
    }

    @Test
    void theIntervalIsBetweenTwoScheduledCulls() {
        Optional<Instant> justNow = Optional.of(NOW.minusSeconds(2));
        Optional<Instant> later = Optional.of(NOW.plusSeconds(40));

        assertThat(CullSchedule.next(List.of(due(20)), TEN_MINUTES, justNow, NOW)).contains(NOW.plusSeconds(60));
        assertThat(CullSchedule.next(List.of(due(90)), TEN_MINUTES, justNow, NOW)).contains(NOW.plusSeconds(91));
        assertThat(CullSchedule.next(List.of(due(20)), TEN_MINUTES, later, NOW))
                .as("a cull for another reason, such as a kernel that has started").contains(NOW.plusSeconds(21));
    }

    /** The clock of the PingSource may be a little ahead. */
    @Test
    void aCullThatFiresHalfASecondEarlyIsTheScheduledOne() {
        assertThat(CullSchedule.next(List.of(due(20)), TEN_MINUTES, Optional.of(NOW.plusMillis(500)), NOW))
                .contains(NOW.plusSeconds(60));
        assertThat(CullSchedule.next(List.of(due(20)), TEN_MINUTES, Optional.of(NOW.plusMillis(501)), NOW))
                .contains(NOW.plusSeconds(21));
    }

    @Test
    void theNextCullIsNeverNearerThanFiveSeconds() {
        assertThat(CullSchedule.next(List.of(due(-9)), TEN_MINUTES, Optional.empty(), NOW.plusMillis(1)))
                .contains(NOW.plusSeconds(6));
    }

    @Test
    void withoutAKernelThatCanBeDueThereIsNoNextCull() {
        assertThat(CullSchedule.next(List.of(), TEN_MINUTES, Optional.empty(), NOW)).isEmpty();
        assertThat(CullSchedule.next(List.of(new Decision.KeepIndefinitely(""), new Decision.Cull(Duration.ZERO)),
                TEN_MINUTES, Optional.empty(), NOW)).isEmpty();
    }

    @Test
    void theCronNamesOneSecondInUtc() {
        assertThat(CullSchedule.cron(Instant.parse("2026-11-22T00:58:03Z"))).isEqualTo("3 58 0 22 11 *");
    }

    @Test
    void theInstantOfACronIsTheNextOne() {
        Instant at = Instant.parse("2026-11-22T00:58:03Z");

        assertThat(CullSchedule.instant(CullSchedule.cron(at), NOW)).contains(at);
        assertThat(CullSchedule.instant(CullSchedule.cron(at), at)).contains(Instant.parse("2027-11-22T00:58:03Z"));
        assertThat(CullSchedule.instant("0 0 0 29 2 *", Instant.parse("2027-12-01T00:00:00Z")))
                .contains(Instant.parse("2028-02-29T00:00:00Z"));
        for (String other : new String[]{null, "", "*/5 * * * *", "61 0 0 1 1 *", "0 0 0 31 2 *"}) {
            assertThat(CullSchedule.instant(other, NOW)).isEmpty();
        }
    }

    @Test
    void aPingSourceThatWasWrittenTooLateGetsALongerLeadEachTime() {
        assertThat(CullSchedule.isAhead(NOW.plusSeconds(2), NOW)).isTrue();
        assertThat(CullSchedule.isAhead(NOW.plusSeconds(1), NOW)).isFalse();
        assertThat(CullSchedule.retry(NOW, 1)).isEqualTo(NOW.plusSeconds(10));
        assertThat(CullSchedule.retry(NOW.plusMillis(1), 2)).isEqualTo(NOW.plusSeconds(21));
    }

    private static Decision due(int inSeconds) {
        return new Decision.Keep(NOW.plusSeconds(inSeconds), "");
    }

    private static CullSettings settings(int idleSeconds, boolean cullBusy, boolean cullConnected) {
        return new CullSettings(Duration.ofSeconds(idleSeconds), Duration.ofMinutes(1), cullBusy, cullConnected,
                Duration.ofDays(7), Duration.ofMinutes(3));
    }

    private static Decision decide(State state, int secondsAgo, int connections, CullSettings settings) {
        return CullPolicy.decide(new KernelActivity("1", state, NOW.minusSeconds(secondsAgo), connections),
                Optional.empty(),
                settings, NOW);
    }
}
