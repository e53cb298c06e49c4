package io.elasticjupyter.reclaim.policy;

import static io.elasticjupyter.reclaim.policy.Cluster.NOW;
import static io.elasticjupyter.reclaim.policy.Cluster.connected;
import static io.elasticjupyter.reclaim.policy.Cluster.keptUntil;
import static io.elasticjupyter.reclaim.policy.Cluster.reclaimAfter;
import static io.elasticjupyter.reclaim.policy.Cluster.victims;
import static org.assertj.core.api.Assertions.assertThat;

import io.elasticjupyter.reclaim.policy.Kernel.Activity;
import io.elasticjupyter.reclaim.policy.ReclaimDecision.Reason;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReclaimPolicyTest {

    private static final String GPU = "nvidia.com/gpu 1";
    private static final UnaryOperator<PodBuilder> SAME = UnaryOperator.identity();

    @Test
    void theIdlestKernelIsCulled() {
        ReclaimDecision decision = new Cluster().node("a", "nvidia.com/gpu 3").idle("one", "a", GPU, 100)
                .idle("two", "a", GPU, 300).idle("three", "a", GPU, 200).waits("train", GPU).decision();

        assertThat(victims(decision)).containsExactly("two");
        assertThat(decision.node()).contains("a");
        assertThat(decision.reason()).isEqualTo(Reason.RECLAIM);
        assertThat(decision.message()).isEqualTo(
                "a kernel that was idle for 300 s must go from node a, where 1 nvidia.com/gpu are missing");
        assertThat(decision.exhaustive()).isTrue();
    }

    @Test
    void fewerKernelsAreBetterThanIdlerOnes() {
        Cluster cluster = new Cluster().node("a", "nvidia.com/gpu 4").idle("one", "a", GPU, 900)
                .idle("two", "a", GPU, 800)
                .idle("big", "a", "nvidia.com/gpu 2", 70).waits("train", "nvidia.com/gpu 2");

        assertThat(victims(cluster.decision())).containsExactly("big");
    }

    @Test
    void ofSetsOfTheSameSizeTheOneWhoseLeastIdleKernelIsIdlestIsCulled() {
        Cluster cluster = new Cluster()
                .node("a", "nvidia.com/gpu 2").idle("a1", "a", GPU, 9_000).idle("a2", "a", GPU, 100)
                .node("b", "nvidia.com/gpu 2").idle("b1", "b", GPU, 300).idle("b2", "b", GPU, 200)
                .waits("train", "nvidia.com/gpu 2");

        assertThat(victims(cluster.decision())).containsExactly("b1", "b2");
    }

    @Test
    void ofEquallyIdleSetsTheOneThatFreesTheLeastWithoutNeedIsCulled() {
        Cluster cluster = new Cluster().node("a", "nvidia.com/gpu 4, cpu 8").idle("a", "a", "nvidia.com/gpu 3", 100)
                .idle("b", "a", "nvidia.com/gpu 1, cpu 2", 100)
                .node("b", "nvidia.com/gpu 4, cpu 8").pod("other", "b", "nvidia.com/gpu 3")
                .idle("c", "b", "nvidia.com/gpu 1, cpu 1", 100).waits("train", GPU);

        assertThat(victims(cluster.decision())).containsExactly("c");
    }

    @Test
    void ofEqualSetsTheFirstByNameIsCulled() {
        Cluster cluster = new Cluster().node("a", "nvidia.com/gpu 2").idle("y", "a", GPU, 100).idle("z", "a", GPU, 100)
                .node("b", "nvidia.com/gpu 1").idle("x", "b", GPU, 100).waits("train", GPU);

        assertThat(victims(cluster.decision())).containsExactly("x");
    }

    @Test
    void nothingIsCulledIfThePodFitsSomewhere() {
        ReclaimDecision decision = new Cluster().node("a", "nvidia.com/gpu 1").idle("one", "a", GPU, 100)
                .node("b", "nvidia.com/gpu 1").waits("train", GPU).decision();

        assertThat(decision.reason()).isEqualTo(Reason.FITS);
        assertThat(decision.message()).isEqualTo("the pod fits on node b without culling a kernel");
        assertThat(decision.victims()).isEmpty();
    }

    @Test
    void theMessageIsAboutANodeWithKernelsThatHoldWhatIsMissing() {
        ReclaimDecision decision = new Cluster().node("a", "cpu 2, nvidia.com/gpu 1").pod("other", "a", GPU)
                .kernel("plain", "a", "cpu 1", Activity.BUSY, 900)
                .node("b", "nvidia.com/gpu 1").kernel("gpu", "b", GPU, Activity.BUSY, 900)
                .waits("train", GPU).decision();

        assertThat(decision.message()).isEqualTo(
                "no kernel on node b can be culled; missing there: 1 nvidia.com/gpu; other kernels there: 1 busy");
    }

    @Test
    void nothingIsCulledIfThePodFitsOnNoNodeEvenSo() {
        ReclaimDecision decision = new Cluster().node("a", "nvidia.com/gpu 8").pod("other", "a", "nvidia.com/gpu 4")
                .idle("one", "a", GPU, 100).idle("two", "a", GPU, 100).kernel("three", "a", GPU, Activity.BUSY, 900)
                .kernel("four", "a", GPU, SAME, Activity.IDLE, 900, keptUntil(NOW.plusSeconds(1)))
                .waits("train", "nvidia.com/gpu 4").decision();

        assertThat(decision.reason()).isEqualTo(Reason.NOT_ENOUGH_IDLE);
        assertThat(decision.message()).isEqualTo("2 idle kernels on node a hold 2 of the 4 nvidia.com/gpu that are "
                + "missing; other kernels there: 1 busy, 1 kept by their owners");
        assertThat(decision.victims()).isEmpty();
    }

    @Test
    void aBusyStartingOrUnknownKernelIsNeverCulled() {
        for (Activity activity : List.of(Activity.BUSY, Activity.STARTING, Activity.UNKNOWN)) {
            ReclaimDecision decision = new Cluster().node("a", "nvidia.com/gpu 1")
                    .kernel("one", "a", GPU, activity, 99_999)
                    .waits("train", GPU).decision();

            assertThat(decision.victims()).as(activity.name()).isEmpty();
            assertThat(decision.message())
                    .startsWith("no kernel on node a can be culled; missing there: 1 nvidia.com/gpu; ");
        }
    }

    @Test
    void aKernelIsCulledOnceItIsIdleForReclaimAfter() {
        assertThat(victims(oneKernel(60, SAME, reclaimAfter(60)))).containsExactly("one");
        assertThat(victims(oneKernel(59, SAME, reclaimAfter(60)))).isEmpty();
        assertThat(victims(oneKernel(-5, SAME, reclaimAfter(1)))).as("a clock that is ahead").isEmpty();
        assertThat(victims(oneKernel(99_999, SAME, reclaimAfter(0)))).as("never").isEmpty();
        assertThat(victims(oneKernel(99_999, SAME, reclaimAfter(-1)))).as("never").isEmpty();
    }

    @Test
    void aKeptKernelIsNotCulledBeforeThatTime() {
        assertThat(victims(oneKernel(900, SAME, keptUntil(NOW.plusSeconds(1))))).isEmpty();
        assertThat(victims(oneKernel(900, SAME, keptUntil(NOW)))).containsExactly("one");
    }

    @Test
    void aKernelWithAnOpenNotebookIsCulledOnlyIfItsGatewaySetsCullConnected() {
        assertThat(victims(oneKernel(900, SAME, connected(true)))).containsExactly("one");
        assertThat(victims(oneKernel(900, SAME, connected(false)))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {99, 100, 101})
    void onlyAKernelOfLowerPriorityIsCulled(int priority) {
        ReclaimDecision decision = oneKernel(900, pod -> pod.editSpec().withPriority(priority).endSpec(),
                UnaryOperator.identity());

        assertThat(victims(decision)).hasSize(priority < 100 ? 1 : 0);
    }

    private static ReclaimDecision oneKernel(int seconds, UnaryOperator<PodBuilder> pod, UnaryOperator<Kernel> kernel) {
        return new Cluster().node("a", "nvidia.com/gpu 1").kernel("one", "a", GPU, pod, Activity.IDLE, seconds, kernel)
                .waits("train", GPU).decision();
    }

    @Test
    void aPodThatIsNoKernelIsNeverCulled() {
        assertThat(new Cluster().node("a", "nvidia.com/gpu 1").pod("one", "a", GPU).waits("train", GPU).decision()
                .victims()).isEmpty();
    }

    @Test
    void allResourcesCount() {
        Cluster cluster = new Cluster().node("a", "cpu 4, memory 8Gi, example.com/fpga 1, pods 3")
                .idle("cpu", "a", "cpu 2", 400).idle("memory", "a", "memory 6Gi, cpu 2", 300)
                .idle("fpga", "a", "example.com/fpga 1", 200)
                .waits("train", "cpu 4, memory 8Gi, example.com/fpga 1");

        assertThat(victims(cluster.decision())).containsExactly("cpu", "memory", "fpga");
        assertThat(victims(new Cluster().node("a", "cpu 4, pods 1").idle("one", "a", "", 100).waits("train", "cpu 1")
                .decision())).as("the number of pods").containsExactly("one");
    }

    @Test
    void aResourceThatThePodDoesNotRequestMayBeOvercommitted() {
        assertThat(victims(new Cluster().node("a", "cpu 1, nvidia.com/gpu 1").pod("static", "a", "cpu 3")
                .idle("one", "a", GPU, 100).waits("train", "nvidia.com/gpu 1, cpu 0").decision()))
                .containsExactly("one");
    }

    @Test
    void theRoomOfTerminatingPodsIsExpectedForAMinute() {
        UnaryOperator<PodBuilder> ending = pod -> pod.editMetadata()
                .withDeletionTimestamp(NOW.minusSeconds(59).toString()).endMetadata();
        UnaryOperator<PodBuilder> stuck = pod -> pod.editMetadata()
                .withDeletionTimestamp(NOW.minusSeconds(60).toString()).endMetadata();
        Cluster cluster = new Cluster().node("a", "nvidia.com/gpu 2").idle("one", "a", GPU, 100);

        ReclaimDecision decision = cluster.pod("ending", "a", GPU, ending).waits("train", GPU).decision();
        assertThat(decision.reason()).isEqualTo(Reason.FITS_SOON);
        assertThat(decision.message())
                .isEqualTo("the pod fits on node a once the pods that terminate there have ended");
        assertThat(victims(new Cluster().node("a", "nvidia.com/gpu 2").idle("one", "a", GPU, 100)
                .pod("ending", "a", GPU, ending).waits("train", "nvidia.com/gpu 2").decision())).containsExactly("one");
        assertThat(victims(new Cluster().node("a", "nvidia.com/gpu 2").idle("one", "a", GPU, 100)
                .pod("stuck", "a", GPU, stuck).waits("train", GPU).decision())).containsExactly("one");
        assertThat(new Cluster().node("a", "nvidia.com/gpu 1")
                .kernel("one", "a", GPU, stuck, Activity.IDLE, 900, UnaryOperator.identity()).waits("train", GPU)
                .decision().victims()).as("a kernel that terminates already").isEmpty();
    }

    @Test
    void aNominatedPodKeepsItsRoomFromPodsOfNoHigherPriority() {
        UnaryOperator<PodBuilder> nominated = pod -> pod.withNewStatus().withNominatedNodeName("a").endStatus();
        Cluster cluster = new Cluster().node("a", "nvidia.com/gpu 2").idle("one", "a", GPU, 100);

        assertThat(victims(cluster.waits("other", GPU, 100, false, nominated).waits("train", GPU).decision()))
                .containsExactly("one");
        assertThat(new Cluster().node("a", "nvidia.com/gpu 2").idle("one", "a", GPU, 100)
                .waits("train", GPU, 100, nominated).decision().reason()).as("its own nomination")
                .isEqualTo(Reason.FITS);
        assertThat(new Cluster().node("a", "nvidia.com/gpu 2").idle("one", "a", GPU, 100)
                .pod("other", null, GPU, nominated).waits("train", GPU).decision().reason()).as("a lower priority")
                .isEqualTo(Reason.FITS);
    }

    @Test
    void noKernelIsCountedForTwoPods() {
        List<ReclaimDecision> decisions = new Cluster().node("a", "nvidia.com/gpu 2").idle("one", "a", GPU, 100)
                .idle("two", "a", GPU, 200).waits("low", GPU, 50, SAME).waits("high", GPU, 100, SAME)
                .waits("young", GPU, 100, SAME).decide();

        assertThat(decisions).extracting(each -> each.pod().name().name()).containsExactly("high", "young", "low");
        assertThat(decisions).extracting(Cluster::victims).containsExactly(List.of("two"), List.of("one"), List.of());
    }

    @Test
    void whatIsFreedInAdditionIsForTheNextPod() {
        List<ReclaimDecision> decisions = new Cluster().node("a", "nvidia.com/gpu 2")
                .idle("one", "a", "nvidia.com/gpu 2", 100).waits("first", GPU).waits("second", GPU).decide();

        assertThat(decisions).extracting(ReclaimDecision::reason).containsExactly(Reason.RECLAIM, Reason.FITS);
    }

    @Test
    void aPodThatFitsKeepsItsRoomOnEachNodeWhereItFits() {
        List<ReclaimDecision> decisions = new Cluster().node("a", "nvidia.com/gpu 2").idle("one", "a", GPU, 100)
                .node("b", "nvidia.com/gpu 1").waits("fits", GPU).waits("large", "nvidia.com/gpu 2").decide();

        assertThat(decisions).extracting(ReclaimDecision::reason).containsExactly(Reason.FITS, Reason.NOT_ENOUGH_IDLE);
    }

    @Test
    void nothingIsCulledIfAPodAheadWouldTakeIt() {
        Cluster cluster = new Cluster().node("a", "nvidia.com/gpu 2, cpu 2").idle("one", "a", GPU, 100)
                .pod("other", "a", GPU);

        ReclaimDecision decision = cluster.waits("ahead", GPU, 200, false, SAME).waits("train", GPU).decision();
        assertThat(decision.reason()).isEqualTo(Reason.ANOTHER_POD_FIRST);
        assertThat(decision.message()).isEqualTo("kernels on node a could be culled, but pod default/ahead, which is "
                + "ahead in the scheduler's queue, would take what they free");
        assertThat(victims(new Cluster().node("a", "nvidia.com/gpu 1").idle("one", "a", GPU, 100)
                .waits("behind", GPU, 50, false, SAME).waits("train", GPU).decision())).containsExactly("one");
        assertThat(victims(new Cluster().node("a", "nvidia.com/gpu 2, cpu 2")
                .idle("one", "a", "nvidia.com/gpu 1, cpu 2", 100)
                .pod("other", "a", GPU).waits("ahead", "cpu 1", 200, false, SAME).waits("train", GPU).decision()))
                .as("both fit").containsExactly("one");
    }

    @Test
    void nothingIsCulledOnANodeThatIsNotReady() {
        ReclaimDecision decision = new Cluster()
                .node("a", "nvidia.com/gpu 1", node -> node.editStatus().addNewCondition()
                        .withType("Ready").withStatus("Unknown").endCondition().endStatus())
                .idle("one", "a", GPU, 100)
                .waits("train", GPU).decision();

        assertThat(decision.reason()).isEqualTo(Reason.NO_NODE_MATCHES);
        assertThat(decision.message()).isEqualTo("the pod may not run on any node: 1 is not ready");
    }

    @Test
    void aPodThatNoNodeCanHoldGetsNothing() {
        ReclaimDecision decision = new Cluster().node("a", "nvidia.com/gpu 8, cpu 2")
                .idle("one", "a", "nvidia.com/gpu 8", 100)
                .waits("train", "nvidia.com/gpu 16, cpu 2500m").decision();

        assertThat(decision.reason()).isEqualTo(Reason.TOO_LARGE);
        assertThat(decision.message())
                .isEqualTo("no node on which the pod may run can allocate 2.5 cpu (the largest such "
                        + "node has 2), 16 nvidia.com/gpu (the largest such node has 8)");
        assertThat(new Cluster().waits("train", GPU).decision().message()).isEqualTo("the cluster has no nodes");
    }

    @Test
    void aPodWithAConstraintThatIsNotEvaluatedGetsNothing() {
        ReclaimDecision decision = new Cluster().node("a", "nvidia.com/gpu 1").idle("one", "a", GPU, 100)
                .waits("train", GPU, 100, pod -> pod.editSpec().addNewTopologySpreadConstraint()
                        .withWhenUnsatisfiable("DoNotSchedule").endTopologySpreadConstraint().addNewResourceClaim()
                        .withName("gpu").endResourceClaim().endSpec())
                .decision();

        assertThat(decision.reason()).isEqualTo(Reason.CONSTRAINT_NOT_EVALUATED);
        assertThat(decision.message())
                .isEqualTo("the pod has required topology spread, resource claims, which reclaim does "
                        + "not evaluate; no kernel is culled for it");
    }

    @Test
    void theExampleOfThePageIsDecidedAsThePageSays() throws IOException {
        String page = Files.readString(Path.of(System.getProperty("repository.root"), "docs/reclaim.md"));
        Cluster cluster = new Cluster();
        List.of("a", "b", "c").forEach(
                node -> cluster.node(node,
                        "nvidia.com/gpu " + Pattern.compile("\\| \\w+ \\| " + node + " \\|").matcher(page)
                                .results().count()));
        Set<String> culled = new TreeSet<>();
        List<MatchResult> kernels = Pattern
                .compile("\\| (\\w+) \\| ([abc]) \\| (\\d) \\| (\\d+) \\| (busy)? ?\\| (yes|no) \\|")
                .matcher(page).results().toList();
        for (MatchResult each : kernels) {
            cluster.kernel(each.group(1), each.group(2), "nvidia.com/gpu " + each.group(3),
                    each.group(5) == null ? Activity.IDLE : Activity.BUSY, Integer.parseInt(each.group(4)));
            if (each.group(6).equals("yes")) {
                culled.add(each.group(1));
            }
        }
        ReclaimDecision decision = cluster.waits("train", "nvidia.com/gpu 2").decision();

        assertThat(kernels).hasSize(6);
        assertThat(victims(decision)).containsExactlyInAnyOrderElementsOf(culled);
        assertThat(page).contains(decision.message());
        for (Reason reason : Reason.values()) {
            assertThat(page).contains("| `" + reason.word() + "` |");
        }
    }
}
