package io.elasticjupyter.workload;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticjupyter.reconcile.Readiness;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the pods of Deployments wait for. The texts are those of Kubernetes 1.36. */
class PodReadinessTest {

    @Test
    void theSchedulerSaysWhatIsShort() {
        assertThat(of("""
                phase: Pending
                conditions:
                  - {type: PodScheduled, status: "False", reason: Unschedulable, message: "0/1 nodes are available: 1 Insufficient nvidia.com/gpu."}
                """)).isEqualTo(Readiness.fault("Unschedulable",
                "The pod cannot be scheduled: 0/1 nodes are available: 1 Insufficient nvidia.com/gpu."));
    }

    /** The two reasons alternate with each attempt. The status must not. */
    @Test
    void anImageThatCannotBePulledHasOneReason() {
        Readiness error = of(waiting("ErrImagePull", "failed to resolve image: not found"));
        Readiness backOff = of(waiting("ImagePullBackOff",
                "Back-off pulling image \"x\": ErrImagePull: failed to resolve image: not found"));

        assertThat(error).isEqualTo(backOff).isEqualTo(Readiness.fault("ImagePullBackOff",
                "The container 'notebook' waits: failed to resolve image: not found"));
        assertThat(of(waiting("CreateContainerConfigError", "secret \"x\" not found")).reason())
                .isEqualTo("CreateContainerConfigError");
    }

    @Test
    void aPullIsReportedSinceThePodHadItsVolumesAndNetwork() {
        String containers = """
                containerStatuses:
                  - {name: notebook, image: "lab:1", ready: false, state: {waiting: {reason: ContainerCreating}}}
                """;
        assertThat(of("phase: Pending\n" + containers + """
                conditions: [{type: PodReadyToStartContainers, status: "True", lastTransitionTime: "2026-12-01T08:00:00Z"}]
                """)).isEqualTo(Readiness.waiting("ContainerCreating",
                "The image lab:1 is being pulled, since 2026-12-01T08:00:00Z."));
        assertThat(of("phase: Pending\nstartTime: \"2026-12-01T07:59:00Z\"\n" + containers).message())
                .contains("volumes and the network", "since 2026-12-01T07:59:00Z");
    }

    @Test
    void aCrashHasItsLastLineWhetherTheContainerWaitsOrRunsAgain() {
        String end = "{terminated: {exitCode: 1, reason: Error, message: \"Traceback\\n  File x\\nValueError: no port\\n\"}}";
        Readiness waits = of(container("restartCount: 3, lastState: " + end
                + ", state: {waiting: {reason: CrashLoopBackOff, message: back-off 40s restarting failed container}}"));

        assertThat(waits).isEqualTo(Readiness.fault("CrashLoopBackOff",
                "The container 'notebook' ends at its start, last with exit code 1: ValueError: no port"));
        assertThat(of(container("restartCount: 4, lastState: " + end
                + ", state: {running: {startedAt: \"2026-12-01T08:00:00Z\"}}"))).isEqualTo(waits);
        assertThat(of(container(
                "restartCount: 1, lastState: {terminated: {exitCode: 137, reason: OOMKilled}}, state: {running: {}}"))
                .message()).endsWith("last with exit code 137 (OOMKilled).");
    }

    @Test
    void anInitContainerRunsBeforeTheServer() {
        assertThat(of("""
                phase: Pending
                initContainerStatuses: [{name: fetch, ready: false, state: {running: {startedAt: "2026-12-01T08:00:00Z"}}}]
                containerStatuses: [{name: notebook, image: x, ready: false, state: {waiting: {reason: PodInitializing}}}]
                """)).isEqualTo(Readiness.waiting("PodInitializing",
                "The init container 'fetch' has been running since 2026-12-01T08:00:00Z."));
    }

    @Test
    void aContainerThatRunsIsNotReadyYet() {
        assertThat(of(container("restartCount: 0, state: {running: {startedAt: \"2026-12-01T08:00:00Z\"}}")))
                .isEqualTo(Readiness.waiting("PodsNotReady",
                        "The container 'notebook' has been running since 2026-12-01T08:00:00Z and does not accept requests yet."));
    }

    @Test
    void theNewestPodThatIsNotBeingDeletedCounts() {
        Pod old = pod("phase: Running", "2026-12-01T07:00:00Z");
        Pod failed = pod("{phase: Failed, reason: Evicted, message: The node was low on resource}",
                "2026-12-01T08:00:00Z");
        Pod deleted = pod("phase: Running", "2026-12-01T09:00:00Z");
        deleted.getMetadata().setDeletionTimestamp("2026-12-01T09:01:00Z");

        assertThat(PodReadiness.of(List.of(old, failed, deleted)))
                .contains(Readiness.fault("Evicted", "The node was low on resource"));
        assertThat(PodReadiness.of(List.of(deleted)).orElseThrow().reason()).isEqualTo("Terminating");
        assertThat(PodReadiness.of(List.of())).isEmpty();
    }

    private static String waiting(String reason, String message) {
        return container("restartCount: 0, state: {waiting: {reason: %s, message: '%s'}}".formatted(reason, message));
    }

    private static String container(String state) {
        return "phase: Running\ncontainerStatuses: [{name: notebook, image: x, ready: false, %s}]\n".formatted(state);
    }

    private static Readiness of(String status) {
        return PodReadiness.of(List.of(pod(status, "2026-12-01T07:00:00Z"))).orElseThrow();
    }

    private static Pod pod(String status, String created) {
        return Serialization.unmarshal("""
                apiVersion: v1
                kind: Pod
                metadata: {name: ada-0, creationTimestamp: "%s"}
                status:
                """.formatted(created) + status.indent(2), Pod.class);
    }
}
