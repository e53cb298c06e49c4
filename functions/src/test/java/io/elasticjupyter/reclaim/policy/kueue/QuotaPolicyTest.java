package io.elasticjupyter.reclaim.policy.kueue;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticjupyter.reclaim.policy.ReclaimDecision;
import io.elasticjupyter.reclaim.policy.ReclaimDecision.Reason;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which kernels are culled for a Workload that waits for quota. */
class QuotaPolicyTest {

    private static final Duration AN_HOUR = Duration.ofHours(1);
    private static final Duration A_DAY = Duration.ofDays(1);
    private static final Duration RECENTLY = Duration.ofSeconds(30);

    private final Queues queues = new Queues();

    @Test
    void theIdlestKernelOfTheQueueGoes() {
        queues.queue("team", 2);
        queues.kernel("used", "team", RECENTLY);
        queues.kernel("idle", "team", AN_HOUR);
        queues.waiting("training", "team", 1);

        ReclaimDecision decision = decideOne();

        assertThat(decision.message())
                .isEqualTo(
                        "a kernel that was idle for 3600 s must go from flavor a, where 1 nvidia.com/gpu are missing");
        assertThat(victims(decision)).containsExactly("idle");
        assertThat(decision.node()).contains("a");
    }

    @Test
    void nothingGoesInVain() {
        queues.queue("team", 2);
        queues.busy("busy", "team");
        queues.kernel("idle", "team", AN_HOUR);
        queues.waiting("training", "team", 2);

        ReclaimDecision decision = decideOne();

        assertThat(decision.reason()).isEqualTo(Reason.NOT_ENOUGH_IDLE);
        assertThat(decision.message()).isEqualTo("1 idle kernel in flavor a holds 1 of the 2 nvidia.com/gpu that are "
                + "missing; other kernels there: 1 busy");
    }

    @Test
    void aKernelOfTheSamePriorityStays() {
        queues.queue("team", 1);
        queues.kernel("idle", "team", AN_HOUR);
        queues.waiting("training", "team", 1, 0);

        assertThat(decideOne().message()).contains("1 with the same or a higher priority");
    }

    @Test
    void anotherWorkloadIsNeverAVictim() {
        queues.queue("team", 2);
        queues.admitted("job", "team", 1);
        queues.kernel("idle", "team", AN_HOUR);
        queues.waiting("training", "team", 2);

        assertThat(decideOne().reason()).isEqualTo(Reason.NOT_ENOUGH_IDLE);
    }

    /** Its room is that of all its pods. */
    @Test
    void aWorkloadThatIsLargerThanTheQuotaGetsNothing() {
        queues.queue("team", 1);
        queues.kernel("idle", "team", AN_HOUR);
        queues.waiting("training", "team", 2);

        ReclaimDecision decision = decideOne();

        assertThat(decision.reason()).isEqualTo(Reason.TOO_LARGE);
        assertThat(decision.message()).isEqualTo(
                "no flavor in which the Workload may run can allocate 2 nvidia.com/gpu (the largest such flavor has 1)");
    }

    @Test
    void quotaThatIsAboutToBeReleasedIsWaitedFor() {
        queues.queue("team", 2);
        queues.ending("gone", "team");
        queues.kernel("idle", "team", AN_HOUR);
        queues.waiting("training", "team", 1);

        assertThat(decideOne().reason()).isEqualTo(Reason.FITS_SOON);
    }

    @Test
    void kernelsOfTwoFlavorsAreNotAddedUp() {
        queues.queue("team", "{a: 1, b: 1}", "{}");
        queues.kernel("one", "team", "a", AN_HOUR);
        queues.kernel("two", "team", "b", AN_HOUR);
        queues.waiting("training", "team", 2);

        assertThat(decideOne().reason()).isEqualTo(Reason.TOO_LARGE);
    }

    @Test
    void theFlavorWithTheIdlestKernelIsChosen() {
        queues.queue("team", "{a: 1, b: 1}", "{}");
        queues.kernel("one", "team", "a", AN_HOUR);
        queues.kernel("two", "team", "b", A_DAY);
        queues.waiting("training", "team", 1);

        assertThat(victims(decideOne())).containsExactly("two");
    }

    @ParameterizedTest
    @CsvSource({"zone, a, one", "zone, b, two", "other, x, two"})
    void aFlavorMustHaveTheLabelsThatThePodsSelect(String label, String value, String victim) {
        queues.flavor("a", "{nodeLabels: {zone: a}}");
        queues.flavor("b", "{nodeLabels: {zone: b}}");
        queues.queue("team", "{a: 1, b: 1}", "{}");
        queues.kernel("one", "team", "a", AN_HOUR);
        queues.kernel("two", "team", "b", A_DAY);
        queues.waiting("training", "team", 1, 1000, "{nodeSelector: {%s: %s}}".formatted(label, value));

        assertThat(victims(decideOne())).containsExactly(victim);
    }

    @ParameterizedTest
    @CsvSource({"'{}', '{}', one", "'{tolerations: [{key: gpu, operator: Exists}]}', '{}', two",
            "'{}', 'tolerations: [{key: gpu, operator: Exists}]', two"})
    void aTaintOfAFlavorMustBeTolerated(String pod, String flavor, String victim) {
        queues.flavor("a", "{}");
        queues.flavor("b", "{nodeTaints: [{key: gpu, value: x, effect: NoSchedule}]%s}"
                .formatted(flavor.equals("{}") ? "" : ", " + flavor));
        queues.queue("team", "{a: 1, b: 1}", "{}");
        queues.kernel("one", "team", "a", AN_HOUR);
        queues.kernel("two", "team", "b", A_DAY);
        queues.waiting("training", "team", 1, 1000, pod);

        assertThat(victims(decideOne())).containsExactly(victim);
    }

    @Test
    void aFlavorWithATopologyIsNotEvaluated() {
        queues.flavor("a", "{topologyName: racks}");
        queues.queue("team", 1);
        queues.kernel("one", "team", AN_HOUR);
        queues.waiting("training", "team", 1);

        assertThat(decideOne().message()).isEqualTo("the Workload has a ClusterQueue whose flavors have a topology, "
                + "which reclaim does not evaluate; no kernel is culled for it");
    }

    /** Kueue gives every pod a request that asks for no topology. */
    @ParameterizedTest
    @CsvSource({"podIndexLabel, RECLAIM", "required, CONSTRAINT_NOT_EVALUATED", "preferred, CONSTRAINT_NOT_EVALUATED"})
    void aTopologyRequestIsNotEvaluated(String field, Reason reason) {
        queues.queue("team", 1);
        queues.kernel("one", "team", AN_HOUR);
        queues.waiting("training", "team", 1, 1000, "{}}, topologyRequest: {%s: x".formatted(field));

        assertThat(decideOne().reason()).isEqualTo(reason);
    }

    @Test
    void twoWorkloadsGetDifferentKernels() {
        queues.queue("team", 2);
        queues.kernel("one", "team", AN_HOUR);
        queues.kernel("two", "team", A_DAY);
        queues.waiting("first", "team", 1);
        queues.waiting("second", "team", 1);
        queues.waiting("third", "team", 1);

        List<ReclaimDecision> decisions = queues.decide();

        assertThat(decisions).extracting(ReclaimDecision::reason).containsExactly(Reason.RECLAIM, Reason.RECLAIM,
                Reason.NOT_ENOUGH_IDLE);
        assertThat(decisions).flatExtracting(QuotaPolicyTest::victims).containsExactly("two", "one");
    }

    @Test
    void nothingGoesForAWorkloadBehindAnotherInAStrictQueue() {
        queues.queue("team", "{a: 1}", "{queueingStrategy: StrictFIFO}");
        queues.kernel("one", "team", AN_HOUR);
        queues.unasking("ahead", "team", 2, 2000);
        queues.waiting("training", "team", 1);

        ReclaimDecision decision = decideOne();

        assertThat(decision.reason()).isEqualTo(Reason.ANOTHER_POD_FIRST);
        assertThat(decision.message())
                .isEqualTo("Workload team/ahead is ahead in the queue, whose strategy is StrictFIFO");
    }

    @Test
    void nothingGoesIfAWorkloadAheadWouldTakeIt() {
        queues.queue("team", 1);
        queues.kernel("one", "team", AN_HOUR);
        queues.unasking("ahead", "team", 1, 2000);
        queues.waiting("training", "team", 1);

        assertThat(decideOne().message()).isEqualTo("kernels in flavor a could be culled, but Workload team/ahead, "
                + "which is ahead in the queue, would take what they free");
    }

    /** What others use of the cohort cannot be used. */
    @ParameterizedTest
    @CsvSource({"0, RECLAIM", "1, NOT_ENOUGH_IDLE", "2, TOO_LARGE"})
    void quotaCanBeBorrowed(int usedByOthers, Reason reason) {
        queues.queue("team", "{a: 1}", "{cohortName: all}");
        queues.queue("other", "{a: 2}", "{cohortName: all}");
        queues.kernel("idle", "team", AN_HOUR);
        queues.busy("busy", "team");
        queues.admitted("job", "other", usedByOthers);
        queues.waiting("training", "team", 2);

        assertThat(decideOne().reason()).isEqualTo(reason);
    }

    @Test
    void nothingIsBorrowedBeyondTheLimits() {
        queues.queue("team", "{a: {nominalQuota: 1, borrowingLimit: 1}}", "{cohortName: all}");
        queues.queue("other", "{a: {nominalQuota: 5, lendingLimit: 1}}", "{cohortName: all}");
        queues.kernel("one", "team", AN_HOUR);
        queues.kernel("two", "team", AN_HOUR);
        queues.waiting("training", "team", 3);
        assertThat(decideOne().reason()).isEqualTo(Reason.TOO_LARGE);

        queues.waiting("smaller", "team", 2);

        assertThat(queues.decide()).extracting(ReclaimDecision::reason).containsExactlyInAnyOrder(
                Reason.TOO_LARGE, Reason.RECLAIM);
    }

    /** Its own quota is guaranteed to it. */
    @Test
    void aKernelOfAnotherQueueStays() {
        queues.queue("team", "{a: 1}", "{cohortName: all}");
        queues.queue("other", "{a: 0}", "{cohortName: all}");
        queues.kernel("one", "other", AN_HOUR);
        queues.waiting("training", "team", 1);

        assertThat(decideOne().victims()).isEmpty();
    }

    /** Of Workloads that borrow nothing, Kueue considers the one with the higher priority first. */
    @ParameterizedTest
    @CsvSource({"2000, ANOTHER_POD_FIRST", "500, RECLAIM"})
    void nothingGoesIfAWorkloadOfAnotherQueueIsFirst(int priority, Reason reason) {
        queues.queue("team", "{a: 1}", "{cohortName: all}");
        queues.queue("other", "{a: 1}", "{cohortName: all}");
        queues.queue("third", "{a: 0}", "{cohortName: all}");
        queues.kernel("idle", "team", AN_HOUR);
        queues.admitted("borrows", "third", 1);
        queues.unasking("rival", "other", 1, priority);
        queues.waiting("training", "team", 1);

        assertThat(decideOne().reason()).isEqualTo(reason);
    }

    @ParameterizedTest
    @CsvSource({"0, RECLAIM", "1, ANOTHER_POD_FIRST"})
    void nothingGoesIfAWorkloadOfAnotherQueueNeedNotBorrow(int quota, Reason reason) {
        queues.queue("team", "{a: 1}", "{cohortName: all}");
        queues.queue("other", "{a: %d}".formatted(quota), "{cohortName: all}");
        queues.kernel("idle", "team", AN_HOUR);
        if (quota > 0) {
            queues.busy("borrows", "team", quota);
        }
        queues.unasking("rival", "other", 1, quota > 0 ? 0 : 2000);
        queues.waiting("training", "team", 1);

        ReclaimDecision decision = decideOne();

        assertThat(decision.reason()).isEqualTo(reason);
        assertThat(decision.message()).matches(quota > 0
                ? "kernels in flavor a could be culled, but Workload other/rival of ClusterQueue other, which Kueue considers "
                        + "first, would get the quota"
                : ".* must go from flavor a, .*");
    }

    private ReclaimDecision decideOne() {
        List<ReclaimDecision> decisions = queues.decide();
        assertThat(decisions).hasSize(1);
        return decisions.getFirst();
    }

    private static List<String> victims(ReclaimDecision decision) {
        return decision.victims().stream().map(each -> each.pod().name()).toList();
    }
}
