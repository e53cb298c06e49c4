package io.elasticjupyter.console.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.api.v1alpha1.JupyterKernel;
import io.elasticjupyter.api.v1alpha1.JupyterNotebook;
import io.elasticjupyter.console.policy.ConsoleView.Choice;
import io.elasticjupyter.console.policy.ConsoleView.KernelRow;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the console shows of a cluster. */
class ConsolePolicyTest {

    private static final Instant NOW = Instant.parse("2026-12-01T12:00:00Z");

    private static final String GATEWAY = """
            {metadata: {name: gpu, namespace: team}, spec: {cullIdleTimeout: 3600%s},
             status: {conditions: [{type: Ready, status: "True", reason: Ready, message: "The gateway accepts requests."}%s],
                      kernels: {total: 3, busy: 1, idle: 2, gpus: 3, idleGpus: 2},
                      culling: {nextCull: "2026-12-01T12:30:00Z", culled: 4, idleSeconds: 14400,
                                reclaimed: {cpu: "2", memory: 4Gi, nvidia.com/gpu: "4"},
                                forWaitingPods: {culled: 1, idleSeconds: 60, reclaimed: {nvidia.com/gpu: "2"}}}}}
            """;

    private static final String OF_GATEWAY = "ownerReferences: [{apiVersion: kubeflow.tkestack.io/v1alpha1,"
            + " kind: JupyterGateway, name: gpu, uid: g, controller: true}]";

    private List<KernelFacts> kernels = List.of();
    private List<PodFacts> pods = List.of();
    private List<GatewayFacts> gateways = List.of(gateway("", ""));

    /** The prefix tells YAML from JSON. */
    private static <T> T yaml(String text, Class<T> type) {
        return Serialization.unmarshal("---\n" + text, type);
    }

    private static GatewayFacts gateway(String spec, String conditions) {
        return GatewayFacts.of(yaml(GATEWAY.formatted(spec, conditions), JupyterGateway.class));
    }

    private static KernelFacts kernel(String name, String owner, String annotations, String status) {
        return KernelFacts.of(yaml("""
                {metadata: {name: %s, namespace: team, creationTimestamp: "2026-12-01T09:00:00Z", annotations: {%s}, %s},
                 spec: {user: %s, notebook: {name: nb, namespace: team}}, status: {%s}}
                """.formatted(name, annotations, OF_GATEWAY, owner, status), JupyterKernel.class));
    }

    private static String running(String state, String lastActivity, String due) {
        return "phase: Running, nodeName: node-a, gpus: 1, activity: {executionState: %s, lastActivity: '%s'%s, dueTime: '%s'}"
                .formatted(state, lastActivity, state.equals("busy") ? "" : ", idleSince: '" + lastActivity + "'", due);
    }

    private static PodFacts pod(String name, String labels, String status, String requests) {
        return PodFacts.of(yaml("""
                {metadata: {name: %s, namespace: team, creationTimestamp: "2026-12-01T11:00:00Z", labels: {%s}},
                 spec: {%s, containers: [{name: c, resources: {requests: {%s}}}]}, status: {%s}}
                """.formatted(name, labels, status.contains("Running") ? "nodeName: node-a" : "priority: 0", requests,
                status), Pod.class));
    }

    private ConsoleView view(ConsoleFilter filter) {
        return ConsolePolicy.view(new ClusterFacts(NOW, Optional.empty(), Optional.of(kernels), Optional.of(pods),
                Optional.of(gateways), Optional.of(List.of()), Optional.of(List.of())), filter);
    }

    private KernelRow row(KernelFacts kernel) {
        kernels = List.of(kernel);
        return view(ConsoleFilter.ALL).kernels().getFirst();
    }

    @Test
    void anIdleKernelGoesWhenItIsDue() {
        KernelRow row = row(kernel("k", "ada", "", running("idle", "2026-12-01T11:30:00Z", "2026-12-01T12:30:00Z")));

        assertThat(row).isEqualTo(new KernelRow("team", "k", "ada", "nb", "team", "gpu", "node-a", "idle", 1, null,
                null, "2026-12-01T09:00:00Z", "2026-12-01T11:30:00Z", "2026-12-01T12:30:00Z", null,
                "It has been idle for less than 60 min.", true));
    }

    @Test
    void aBusyKernelHasNoTimeAtWhichItGoes() {
        KernelRow row = row(kernel("k", "ada", "", running("busy", "2026-12-01T11:59:00Z", "2026-12-01T12:59:00Z")));

        assertThat(row.why()).isEqualTo("It runs code.");
        assertThat(row.goesAt()).isNull();
        assertThat(row.idleSince()).isNull();
    }

    @Test
    void anOwnerKeepsAKernel() {
        KernelRow row = row(kernel("k", "ada", "elastic-jupyter.io/keep-until: '2026-12-01T18:00:00Z'",
                running("idle", "2026-12-01T10:00:00Z", "2026-12-01T11:00:00Z")));

        assertThat(row.why()).isEqualTo("Its owner keeps it.");
        assertThat(row.keepUntil()).isEqualTo("2026-12-01T18:00:00Z");
        assertThat(row.goesAt()).isEqualTo("2026-12-01T18:00:00Z");
    }

    /** As the cull function does: an annotation beyond the limit keeps the kernel until the limit. */
    @Test
    void anOwnerKeepsAKernelWithinTheLimitOfTheGateway() {
        gateways = List.of(gateway(", cullKeepLimit: 7200", ""));

        assertThat(row(kernel("k", "ada", "elastic-jupyter.io/keep-until: '2027-12-01T18:00:00Z'",
                running("idle", "2026-12-01T11:00:00Z", "2026-12-01T12:00:00Z"))).keepUntil())
                .isEqualTo("2026-12-01T13:00:00Z");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            ", cullIdleTimeout: 0 | | Culling is disabled",
            "| , {type: ActivityKnown, status: 'False', reason: GatewayUnreachable, message: It does not answer.} | does not answer",
            ", cullConnected: false | | A notebook was open"})
    void theSettingsAndTheStateOfTheGatewayKeepAKernel(String spec, String conditions, String why) {
        gateways = List.of(gateway(spec == null ? "" : spec.replace(", cullIdleTimeout: 0", ", cullBusy: false"),
                conditions == null ? "" : conditions));
        if (spec != null && spec.contains("cullIdleTimeout")) {
            gateways = List.of(GatewayFacts.of(yaml(
                    "{metadata: {name: gpu, namespace: team}, spec: {cullIdleTimeout: 0}}", JupyterGateway.class)));
        }

        assertThat(row(kernel("k", "ada", "", running("idle", "2026-12-01T10:30:00Z", "2026-12-01T12:30:00Z"))).why())
                .contains(why);
    }

    @Test
    void aKernelThatIsDueGoesWithTheNextRun() {
        KernelRow row = row(kernel("k", "ada", "", running("idle", "2026-12-01T10:00:00Z", "2026-12-01T11:00:00Z")));

        assertThat(row.why()).isEqualTo("It is culled by the next culling run.");
        assertThat(row.goesAt()).isEqualTo("2026-12-01T11:00:00Z");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"phase: Pending | waiting", "phase: Pending, nodeName: a | starting",
            "phase: Running | unknown", "phase: Failed | ended", "phase: Succeeded | ended", "podName: k | starting",
            "conditions: [{type: Ready, status: 'False', reason: GatewayFull, message: full}] | waiting"})
    void theStateOfAKernelWithoutActivity(String status, String state) {
        assertThat(row(kernel("k", "ada", "", status)).state()).isEqualTo(state);
    }

    @Test
    void theSumsAreOverTheKernelsThatHoldResources() {
        kernels = List.of(kernel("busy", "ada", "", running("busy", "2026-12-01T12:00:00Z", "2026-12-01T13:00:00Z")),
                kernel("idle", "lin", "", running("idle", "2026-12-01T11:30:00Z", "2026-12-01T12:30:00Z")),
                kernel("waits", "lin", "", "phase: Pending, gpus: 1"),
                kernel("ended", "lin", "", "phase: Failed, nodeName: a, gpus: 1"));
        String label = "component: kernel, kernel_id: x";
        pods = List.of(pod("busy", label, "phase: Running", "cpu: 500m, memory: 1Gi, nvidia.com/gpu: 1"),
                pod("idle", label, "phase: Running", "cpu: '2', memory: 2Gi, nvidia.com/gpu: 1"),
                pod("waits", label, "phase: Pending", "nvidia.com/gpu: 1"),
                pod("training", "app: x", "phase: Pending, conditions: [{type: PodScheduled, status: 'False',"
                        + " message: 0/2 nodes are available.}]", "nvidia.com/gpu: 4"));
        pods = Stream.concat(pods.stream(), Stream.empty()).map(pod -> pod.isKernel()
                ? new PodFacts(pod.namespace(), pod.name(), pod.created(), true, true, pod.node(), pod.phase(), false,
                        pod.requests(), pod.notScheduled(), pod.keepUntil())
                : pod).toList();

        ConsoleView view = view(ConsoleFilter.ALL);

        assertThat(view.totals()).isEqualTo(new ConsoleView.Totals(3, 1, 1, new ConsoleView.Amounts(2, 1, 1, 5),
                new ConsoleView.Amounts(2500, 500, 2000, 0),
                new ConsoleView.Amounts(3L << 30, 1L << 30, 2L << 30, 0)));
        assertThat(view.waiting()).extracting(ConsoleView.WaitingRow::name, ConsoleView.WaitingRow::kernel,
                ConsoleView.WaitingRow::why).containsExactlyInAnyOrder(
                        tuple("waits",
                                true, null),
                        tuple("training", false,
                                "0/2 nodes are available."));
        assertThat(view.kernels()).extracting(KernelRow::name).startsWith("idle");
        assertThat(view(new ConsoleFilter(Optional.empty(), Optional.of("lin"), Optional.empty())).totals().gpus())
                .isEqualTo(new ConsoleView.Amounts(1, 0, 1, 1));
    }

    @Test
    void aPodOfEnterpriseGatewayItselfIsAKernelOfUnknownState() {
        pods = List.of(pod("own", "component: kernel, kernel_id: x", "phase: Running", "nvidia.com/gpu: 1"));

        assertThat(view(ConsoleFilter.ALL).kernels()).singleElement().satisfies(row -> {
            assertThat(row.state()).isEqualTo("unknown");
            assertThat(row.gpus()).isEqualTo(1);
            assertThat(row.why()).contains("without a JupyterKernel");
        });
    }

    @Test
    void aFilterOffersTheValuesThatTheOthersLeave() {
        kernels = List.of(kernel("a", "ada", "", running("busy", "2026-12-01T12:00:00Z", "2026-12-01T13:00:00Z")),
                kernel("b", "lin", "", running("idle", "2026-12-01T11:30:00Z", "2026-12-01T12:30:00Z")));

        ConsoleView view = view(new ConsoleFilter(Optional.empty(), Optional.of("lin"), Optional.empty()));

        assertThat(view.kernels()).extracting(KernelRow::name).containsExactly("b");
        assertThat(view.choices().owners()).containsExactly(new Choice("ada", 1), new Choice("lin", 1));
        assertThat(view.choices().states()).containsExactly(new Choice("idle", 1));
        assertThat(view(new ConsoleFilter(Optional.of("other"), Optional.empty(), Optional.empty())).gateways())
                .isEmpty();
    }

    @Test
    void whatWasGivenBackIsWhatTheStatusOfTheGatewaysCounts() {
        assertThat(view(ConsoleFilter.ALL).givenBack()).containsExactly(new ConsoleView.GivenBackRow("team", 4, 1, 6,
                2000, 4L << 30, 14_460));
        assertThat(view(ConsoleFilter.ALL).gateways()).containsExactly(new ConsoleView.GatewayRow("team", "gpu", true,
                "The gateway accepts requests.", 3, 1, 3600, "2026-12-01T12:30:00Z"));
    }

    @Test
    void aNotebookHasItsConditionInWords() {
        NotebookFacts notebook = NotebookFacts.of(yaml("""
                {metadata: {name: nb, namespace: team},
                 spec: {replicas: 0, gateway: {name: gpu}, auth: {token: secret}},
                 status: {conditions: [{type: Ready, status: "False", reason: Stopped, message: It is stopped.},
                                       {type: Delivered, status: "False", reason: DeliveryFailed, message: Lost.}]}}
                """, JupyterNotebook.class));
        ConsoleView view = ConsolePolicy.view(new ClusterFacts(NOW, Optional.of(List.of("team")), Optional.empty(),
                Optional.empty(), Optional.empty(), Optional.of(List.of(notebook)), Optional.empty()),
                ConsoleFilter.ALL);

        assertThat(view.notebooks()).containsExactly(new ConsoleView.NotebookRow("team", "nb", "gpu", "team", false,
                true, "It is stopped. Lost."));
        assertThat(view.notReadable()).containsExactly("events", "jupytergateways", "jupyterkernels", "pods");
        assertThat(view.toString()).doesNotContain("secret");
    }

    @Test
    void theNewestEventsComeFirst() {
        List<EventFacts> events = Stream.of("2026-12-01T11:00:00Z", "2026-12-01T11:30:00Z", "not a time")
                .map(time -> EventFacts.of(yaml("""
                        {metadata: {name: e, namespace: team}, involvedObject: {kind: JupyterKernel, name: k},
                         type: Normal, reason: Culled, message: Deleted after being idle for 3600 s., lastTimestamp: "%s"}
                        """.formatted(time), Event.class)))
                .toList();
        ConsoleView view = ConsolePolicy.view(new ClusterFacts(NOW, Optional.empty(), Optional.empty(),
                Optional.empty(), Optional.empty(), Optional.empty(), Optional.of(events)), ConsoleFilter.ALL);

        assertThat(view.events()).extracting(ConsoleView.EventRow::time).containsExactly("2026-12-01T11:30:00Z",
                "2026-12-01T11:00:00Z", "1970-01-01T00:00:00Z");
    }
}
