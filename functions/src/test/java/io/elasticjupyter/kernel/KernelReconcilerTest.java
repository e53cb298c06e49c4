package io.elasticjupyter.kernel;

import static io.elasticjupyter.fixtures.ResourceFixture.aKernel;
import static io.elasticjupyter.fixtures.ResourceFixture.aKernelTemplate;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elasticjupyter.api.v1alpha1.JupyterKernel;
import io.elasticjupyter.api.v1alpha1.JupyterKernelStatus;
import io.elasticjupyter.api.v1alpha1.JupyterKernelStatus.Phase;
import io.elasticjupyter.api.v1alpha1.JupyterKernelTemplate;
import io.elasticjupyter.reconcile.Readiness;
import io.elasticjupyter.reconcile.ReconcilerFixture;
import io.elasticjupyter.reconcile.TerminalException;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KernelReconcilerTest {

    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

    private static final String REFERENCE = "{templateRef: {name: t}, image: mine, env: [{name: A, value: kernel}]}";

    private final ReconcilerFixture<JupyterKernel, JupyterKernelStatus> kernels = new ReconcilerFixture<>(
            new KernelReconciler(() -> NOW));

    @Test
    void thePodIsTheTemplateWithTheImageAndEnvironmentOfTheKernel() {
        JupyterKernelTemplate template = template("""
                metadata:
                  labels: {team: science, component: other}
                  annotations: {note: kept}
                spec:
                  nodeSelector: {gpu: a100}
                  containers:
                  - {name: kernel, image: theirs, env: [{name: A, value: template}, {name: B, value: template}], resources: {limits: {nvidia.com/gpu: 1}}}
                  - {name: sidecar, image: sidecar}
                """);

        Pod pod = pod(kernel(REFERENCE), template);
        Container first = pod.getSpec().getContainers().getFirst();

        assertThat(pod.getMetadata().getName()).isEqualTo("jovyan-1");
        assertThat(pod.getMetadata().getLabels()).containsEntry("team", "science")
                .containsEntry("app", "enterprise-gateway")
                .containsEntry("component", "kernel").containsEntry("kernel_id", "1");
        assertThat(pod.getMetadata().getAnnotations()).containsEntry("note", "kept");
        assertThat(pod.getSpec().getRestartPolicy()).isEqualTo("Never");
        assertThat(pod.getSpec().getNodeSelector()).containsEntry("gpu", "a100");
        assertThat(first.getImage()).isEqualTo("mine");
        assertThat(first.getEnv().stream().collect(Collectors.toMap(EnvVar::getName, EnvVar::getValue)))
                .isEqualTo(Map.of("A", "kernel", "B", "template"));
        assertThat(first.getResources().getLimits()).containsKey("nvidia.com/gpu");
        assertThat(pod.getSpec().getContainers().get(1).getImage()).isEqualTo("sidecar");
    }

    /** The Services of notebooks and gateways select pods by these labels. */
    @Test
    void theLabelsOfATemplateDoNotMatchTheServiceOfANotebookOrGateway() {
        Pod pod = pod(kernel(REFERENCE), template("""
                metadata:
                  labels: {app.kubernetes.io/name: jupyter-notebook, app.kubernetes.io/instance: ada}
                spec: {containers: [{name: kernel}]}
                """));

        assertThat(pod.getMetadata().getLabels()).containsEntry("app.kubernetes.io/name", "jupyter-kernel")
                .containsEntry("app.kubernetes.io/managed-by", "elastic-jupyter");
    }

    @Test
    void anInlineTemplateIsUsedAsItIs() {
        Pod pod = pod(kernel(
                "{template: {spec: {restartPolicy: OnFailure, containers: [{name: kernel, image: theirs, env: [{name: KERNEL_ID, value: x}]}]}}}"));

        assertThat(pod.getSpec().getContainers().getFirst().getImage()).isEqualTo("theirs");
        assertThat(pod.getSpec().getRestartPolicy()).isEqualTo("OnFailure");
    }

    /** A kernel's state is in its memory. */
    @Test
    void anAutoscalerEvictsAKernelOnlyIfItsTemplatePermitsIt() {
        String safeToEvict = "cluster-autoscaler.kubernetes.io/safe-to-evict";

        assertThat(pod(kernel(REFERENCE), template("{spec: {containers: [{name: kernel}]}}")).getMetadata()
                .getAnnotations()).containsEntry(safeToEvict, "false");
        assertThat(pod(kernel(REFERENCE), template("{metadata: {annotations: {" + safeToEvict
                + ": 'true'}}, spec: {containers: [{name: kernel}]}}")).getMetadata().getAnnotations())
                .containsEntry(safeToEvict, "true");
    }

    /** A user's code runs in the pod. */
    @Test
    void aKernelGetsATokenForTheApiServerOnlyIfItsTemplateNamesAServiceAccount() {
        assertThat(podSpec("{containers: [{name: kernel}]}").getAutomountServiceAccountToken()).isFalse();
        assertThat(podSpec("{serviceAccountName: reader, containers: [{name: kernel}]}")
                .getAutomountServiceAccountToken()).isNull();
        assertThat(podSpec("{automountServiceAccountToken: true, containers: [{name: kernel}]}")
                .getAutomountServiceAccountToken()).isTrue();
        assertThat(podSpec("{containers: [{name: kernel}]}").getEnableServiceLinks()).isFalse();
        assertThat(podSpec("{enableServiceLinks: true, containers: [{name: kernel}]}").getEnableServiceLinks())
                .isTrue();
    }

    private PodSpec podSpec(String template) {
        return pod(kernel("{template: {spec: " + template + "}}")).getSpec();
    }

    @Test
    void theKernelIdIsTheLabelOrTheVariableOrTheUid() {
        JupyterKernel kernel = kernel(
                "{template: {spec: {containers: [{name: kernel, env: [{name: KERNEL_ID, value: x}]}]}}}");
        kernel.getMetadata().setLabels(null);
        assertThat(pod(kernel).getMetadata().getLabels()).containsEntry("kernel_id", "x");

        JupyterKernel nameless = kernel("{template: {spec: {containers: [{name: kernel}]}}}");
        nameless.getMetadata().setLabels(null);
        assertThat(pod(nameless).getMetadata().getLabels()).containsEntry("kernel_id", "u-1");
    }

    @Test
    void anExistingPodDoesNotFollowTheTemplate() {
        assertThat(kernels.isCreatedOnce(Pod.class)).isTrue();
    }

    @Test
    void aMissingTemplateIsNamed() {
        assertThatThrownBy(() -> pod(kernel(REFERENCE))).isInstanceOf(TerminalException.class)
                .hasMessage(
                        "JupyterKernelTemplate 't' in namespace 'team' does not exist: create it, or set another one in spec.templateRef.");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"{}", "{spec: {}}", "{spec: {containers: []}}"})
    void aTemplateWithoutContainerIsNamed(String template) {
        assertThatThrownBy(() -> pod(kernel(REFERENCE), template(template))).isInstanceOf(TerminalException.class)
                .hasMessageContaining("has no container");
        assertThatThrownBy(() -> pod(kernel("{template: " + template + "}"))).isInstanceOf(TerminalException.class)
                .hasMessageContaining("spec.template has no container");
    }

    @Test
    void theTemplateIsReadUntilTheKernelRuns() {
        JupyterKernel kernel = kernel(REFERENCE);
        assertThat(kernels.references(kernel)).singleElement()
                .satisfies(id -> assertThat(id.namespace()).isEqualTo("team"));

        kernel.setStatus(new JupyterKernelStatus(1L, List.of(), Phase.Running, "jovyan-1", null, null, null, null));
        assertThat(kernels.references(kernel)).isEmpty();
    }

    @Test
    void aKernelWhosePodIsDeletedAfterItRanHasEnded() {
        JupyterKernel ran = kernel(REFERENCE);
        ran.setStatus(new JupyterKernelStatus(1L, List.of(), Phase.Running, "jovyan-1", "now", null, null, null));

        assertThat(kernels.hasEnded(ran, Optional.empty())).isTrue();
    }

    @Test
    void theLastStateOfThePodMayShowThatItRan() {
        assertThat(kernels.hasEnded(kernel(REFERENCE), Optional.of(running()))).isTrue();
    }

    @Test
    void aPodThatNeverStartedIsCreatedAgain() {
        JupyterKernel pending = kernel(REFERENCE);
        pending.setStatus(new JupyterKernelStatus(1L, List.of(), Phase.Pending, "jovyan-1", null, null, null, null));

        assertThat(kernels.hasEnded(pending, Optional.empty())).isFalse();
        assertThat(kernels.hasEnded(pending, Optional.of(pod("{phase: Pending}")))).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"179,false", "180,true", "999999,true"})
    void aKernelThatItsGatewayHasGivenUpHasEnded(int age, boolean ended) {
        JupyterKernel kernel = kernel("{templateRef: {name: t}, launchTimeout: 180}");
        kernel.getMetadata().setCreationTimestamp(NOW.minusSeconds(age).toString());
        assertThat(kernels.hasEnded(kernel, Optional.empty())).as("it may have a pod that was not read").isFalse();

        kernel.setStatus(new JupyterKernelStatus(1L, List.of(), Phase.Pending, "jovyan-1", null, null, null, null));
        assertThat(kernels.hasEnded(kernel, Optional.empty())).isEqualTo(ended);
        assertThat(kernels.hasEnded(kernel, Optional.of(pod("{phase: Pending}")))).isEqualTo(ended);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {phase: Pending} | Pending | Starting | WAITING
            {phase: Running} | Running | Ready | READY
            {phase: Unknown} | Running | Ready | READY
            {phase: Succeeded} | Succeeded | Succeeded | WAITING
            {phase: Failed, reason: Evicted, message: no memory} | Failed | Evicted | FAULT
            {phase: Failed, containerStatuses: [{name: k, state: {terminated: {exitCode: 137, reason: OOMKilled}}}]} | Failed | OOMKilled | FAULT
            {phase: Pending, conditions: [{type: PodScheduled, status: 'False', reason: Unschedulable, message: no GPU}]} | Pending | Unschedulable | FAULT
            {phase: Pending, containerStatuses: [{name: k, state: {waiting: {reason: ImagePullBackOff, message: no such image}}}]} | Pending | ImagePullBackOff | FAULT
            {phase: Pending, containerStatuses: [{name: k, state: {waiting: {reason: ContainerCreating}}}]} | Pending | Starting | WAITING
            {phase: Running, containerStatuses: [{name: k, state: {waiting: {reason: CrashLoopBackOff}}}]} | Running | CrashLoopBackOff | FAULT
            """)
    void thePodStatusDeterminesPhaseAndReadiness(String status, Phase phase, String reason, Readiness.State state) {
        JupyterKernel kernel = kernel(REFERENCE);
        JupyterKernelStatus found = kernels.status(kernel, pod(status));

        assertThat(kernels.readiness(kernel, pod(status))).extracting(Readiness::reason, Readiness::state)
                .containsExactly(reason, state);
        assertThat(found.phase()).isEqualTo(phase);
        assertThat(found.conditions()).extracting(Condition::getType).containsExactly("Ready", "Running", "Succeeded",
                "Failed");
        assertThat(found.conditions()).filteredOn(c -> !c.getType().equals("Ready") && c.getStatus().equals("True"))
                .allSatisfy(c -> assertThat(c.getType()).isEqualTo(phase.name()));
    }

    @Test
    void theStatusHasTheTimesOfThePod() {
        JupyterKernelStatus status = kernels.status(kernel(REFERENCE),
                pod("""
                {phase: Failed, startTime: "2026-01-01T00:00:00Z", containerStatuses: [{name: k, state: {terminated: {exitCode: 1, finishedAt: "2026-01-01T00:01:00Z"}}}]}"""));

        assertThat(status.startTime()).isEqualTo("2026-01-01T00:00:00Z");
        assertThat(status.completionTime()).isEqualTo("2026-01-01T00:01:00Z");
    }

    private static Pod running() {
        return pod("{phase: Running}");
    }

    private static Pod pod(String status) {
        return new PodBuilder().withNewMetadata().withName("jovyan-1").withNamespace("team").endMetadata()
                .withStatus(Serialization.unmarshal("---\n" + status, PodStatus.class)).build();
    }

    private static JupyterKernel kernel(String spec) {
        return aKernel("jovyan-1").withLabel("kernel_id", "1").withSpec(spec).build();
    }

    private static JupyterKernelTemplate template(String template) {
        return aKernelTemplate("t").withYaml("template", template).build();
    }

    private Pod pod(JupyterKernel kernel, HasMetadata... others) {
        return kernels.child(kernel, Pod.class, others);
    }
}
