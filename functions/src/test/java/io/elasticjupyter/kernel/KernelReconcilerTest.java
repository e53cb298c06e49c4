package io.elasticjupyter.kernel;

import static io.elasticjupyter.fixtures.ResourceFixture.aKernel;
import static io.elasticjupyter.fixtures.ResourceFixture.aKernelTemplate;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.elasticjupyter.api.v1alpha1.JupyterKernel;
import io.elasticjupyter.api.v1alpha1.JupyterKernelStatus;
import io.elasticjupyter.api.v1alpha1.JupyterKernelStatus.Phase;
import io.elasticjupyter.api.v1alpha1.JupyterKernelTemplate;
import io.elasticjupyter.kubernetes.OwnerReferences;
import io.elasticjupyter.reconcile.ConditionsBuilder;
import io.elasticjupyter.reconcile.Observed;
import io.elasticjupyter.reconcile.Readiness;
import io.elasticjupyter.reconcile.ReconcilerFixture;
import io.elasticjupyter.reconcile.TerminalException;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.Quantity;
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

    @Test
    void thePodHasTheLabelsOfItsUserAndNotebook() {
        String of = "{template: {metadata: {labels: {elastic-jupyter.io/user: template}}, spec: {containers: [{name: k}]}}, user: %s, notebook: {namespace: lab, name: desk}}";

        assertThat(pod(kernel(of.formatted("ada"))).getMetadata().getLabels())
                .containsEntry("elastic-jupyter.io/user", "ada")
                .containsEntry("elastic-jupyter.io/notebook", "desk")
                .containsEntry("elastic-jupyter.io/notebook-namespace", "lab");
        assertThat(pod(kernel(of.formatted("ada@example.com"))).getMetadata().getLabels())
                .as("a user whose name cannot be the value of a label")
                .containsEntry("elastic-jupyter.io/user", "template");
    }

    @Test
    void theStatusHasTheNodeAndTheGpusOfThePod() {
        Pod pod = new PodBuilder(pod("phase: Running")).withNewSpec().withNodeName("node-a").addNewContainer()
                .withNewResources().addToRequests("nvidia.com/gpu", new Quantity("2")).endResources().endContainer()
                .endSpec().build();

        assertThat(kernels.status(kernel(REFERENCE), pod)).satisfies(status -> {
            assertThat(status.nodeName()).isEqualTo("node-a");
            assertThat(status.gpus()).isEqualTo(2);
        });
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

    /** A gateway of another kernel with the same name has no say. */
    @ParameterizedTest
    @CsvSource({"u-g, {queueName: notebooks}, notebooks", "u-g, {}, own", "other, {queueName: notebooks}, own"})
    void theGatewayChoosesTheQueueOfKueue(String uid, String spec, String queue) {
        JupyterGateway gateway = Serialization.unmarshal("""
                apiVersion: kubeflow.tkestack.io/v1alpha1
                kind: JupyterGateway
                metadata: {name: g, namespace: team, uid: %s}
                spec: %s
                """.formatted(uid, spec), JupyterGateway.class);
        JupyterKernel kernel = kernel(REFERENCE);
        kernel.getMetadata().setOwnerReferences(List.of(new OwnerReferenceBuilder()
                .withApiVersion("kubeflow.tkestack.io/v1alpha1").withKind("JupyterGateway").withName("g").withUid("u-g")
                .withController(true).build()));

        Pod pod = pod(kernel, template("""
                metadata: {labels: {kueue.x-k8s.io/queue-name: own}}
                spec: {containers: [{name: kernel}]}
                """), gateway);

        assertThat(pod.getMetadata().getLabels()).containsEntry("kueue.x-k8s.io/queue-name", queue);
    }

    @Test
    void theGatewayImageOfTheGoOperatorFindsTheKernelByItsName() {
        assertThat(
                pod(kernel(REFERENCE), template("{metadata: {labels: {kernel: x}}, spec: {containers: [{name: k}]}}"))
                        .getMetadata().getLabels())
                .containsEntry("kernel", "jovyan-1");
        String tooLong = "k".repeat(64);
        assertThat(pod(aKernel(tooLong).withSpec("{template: {spec: {containers: [{name: kernel}]}}}").build())
                .getMetadata().getLabels()).doesNotContainKey("kernel");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "{template: {metadata: {app: 5}, spec: {containers: [{name: k}]}}}|spec.template.metadata.app",
            "{templateRef: {name: t}}|JupyterKernelTemplate 't' in namespace 'team', spec.template.metadata.lables"})
    void aFieldOfMetadataThatCannotBeALabelIsNamed(String spec, String field) {
        JupyterKernelTemplate template = template("{metadata: {lables: {a: b}}, spec: {containers: [{name: k}]}}");

        assertThatThrownBy(() -> pod(kernel(spec), template)).isInstanceOf(TerminalException.class)
                .hasMessageStartingWith(field + " is no field of an object's metadata");
    }

    @Test
    void theLayoutOfTheGoOperatorIsReported() {
        JupyterKernel kernel = kernel("{template: {metadata: {team: science}, spec: {containers: [{name: k}]}}}");

        assertThat(pod(kernel).getMetadata().getLabels()).containsEntry("team", "science");
        assertThat(kernels.status(kernel, pod("{phase: Running}")).conditions())
                .filteredOn(c -> c.getType().equals("MisplacedTemplateFields")).singleElement()
                .satisfies(c -> assertThat(c.getMessage()).contains("metadata.team in spec.template."));
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
    void theTemplateIsReadUntilTheKernelHasAPod() {
        JupyterKernel kernel = kernel(REFERENCE);
        assertThat(kernels.references(kernel)).singleElement()
                .satisfies(id -> assertThat(id.namespace()).isEqualTo("team"));
        assertThat(kernels.references(withStatus(kernel, null, "False", "TemplateNotFound", "no t"))).isNotEmpty();

        assertThat(kernels.references(withStatus(kernel, Phase.Pending, "False", "Starting", "starting"))).isEmpty();
    }

    @Test
    void aKernelWhosePodIsYetToBeCreatedHasNotEnded() {
        assertThat(kernels.end(kernel(REFERENCE))).isEmpty();
        assertThat(kernels.end(withStatus(kernel(REFERENCE), null, "False", "TemplateNotFound", "no t"))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            Pending   | Starting              | x | before it was seen running.            | WAITING
            Pending   | Terminating           | x | before it was seen running.            | WAITING
            Pending   | Unschedulable         | no GPU | before it was seen running. Its last state was Unschedulable: no GPU | FAULT
            Running   | Ready                 | x | while it was running.                  | WAITING
            Running   | Terminating           | x | while it was running.                  | WAITING
            Running   | PreemptionByScheduler | bigger | while it was running. Its last state was PreemptionByScheduler: bigger | FAULT
            Succeeded | Succeeded             | x | after the kernel had exited.           | WAITING
            Failed    | OOMKilled             | exit code 137 | after the kernel had failed. Its last state was OOMKilled: exit code 137 | FAULT
            """)
    void aKernelWhosePodIsDeletedHasEnded(Phase phase, String reason, String message, String when,
            Readiness.State state) {
        JupyterKernel kernel = withStatus(kernel(REFERENCE), phase, reason.equals("Ready") ? "True" : "False", reason,
                message);

        assertThat(kernels.end(kernel)).contains(new Readiness(state, "PodDeleted",
                "The kernel has ended: its pod 'jovyan-1' was deleted " + when));
    }

    @ParameterizedTest
    @CsvSource({"179,false", "180,true", "999999,true"})
    void aKernelWithoutPodThatItsGatewayHasGivenUpHasEnded(int age, boolean ended) {
        JupyterKernel kernel = kernel("{templateRef: {name: t}, launchTimeout: 180}");
        kernel.getMetadata().setCreationTimestamp(NOW.minusSeconds(age).toString());
        assertThat(kernels.end(kernel)).as("it may have a pod that was not read").isEmpty();

        assertThat(kernels.end(withStatus(kernel, null, "False", "TemplateNotFound", "no t"))).isEqualTo(ended
                ? Optional.of(Readiness.fault("LaunchTimeout",
                        "The kernel had no pod 180 s after it was created, and its gateway no longer waits for it."
                                + " Its last state was TemplateNotFound: no t"))
                : Optional.empty());
    }

    /** Another pod of that name says nothing about the kernel. */
    @Test
    void thePodOfAnotherOwnerIsNotReported() {
        Pod other = pod("{phase: Running}");
        other.getMetadata().setOwnerReferences(List.of());
        JupyterKernel kernel = kernel(REFERENCE);

        JupyterKernelStatus status = kernels.reconciler().status(kernel, Observed.of(other),
                new ConditionsBuilder(kernel, NOW).ready(Readiness.fault("NameTaken", "taken")));

        assertThat(status.podName()).isNull();
        assertThat(status.phase()).isEqualTo(Phase.Pending);
        assertThat(status.conditions()).extracting(Condition::getType).containsExactly("Ready");
    }

    /** The pod of a lost node still runs, as far as the API server knows. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {phase: Running} | Terminating
            {phase: Pending} | Terminating
            {phase: Running, conditions: [{type: DisruptionTarget, status: 'True', reason: DeletionByTaintManager, message: 'Taint manager: deleting due to NoExecute taint'}]} | DeletionByTaintManager
            {phase: Failed, reason: Evicted, message: no memory} | Evicted
            {phase: Succeeded} | Succeeded
            """)
    void theStatusReportsThatAPodIsBeingDeletedAndWhy(String status, String reason) {
        Pod pod = pod(status);
        pod.getMetadata().setDeletionTimestamp(NOW.toString());

        assertThat(kernels.readiness(kernel(REFERENCE), pod).reason()).isEqualTo(reason);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {phase: Pending} | Pending | Starting | WAITING
            {phase: Running} | Running | Ready | READY
            {phase: Unknown} | Running | Ready | READY
            {phase: Succeeded} | Succeeded | Succeeded | WAITING
            {phase: Failed, reason: Evicted, message: no memory} | Failed | Evicted | FAULT
            {phase: Failed, containerStatuses: [{name: k, state: {terminated: {exitCode: 137, reason: OOMKilled}}}]} | Failed | OOMKilled | FAULT
            {phase: Failed, conditions: [{type: DisruptionTarget, status: 'True', reason: DeletionByPodGC, message: node gone}], containerStatuses: [{name: k, state: {terminated: {exitCode: 137, reason: Error}}}]} | Failed | DeletionByPodGC | FAULT
            {phase: Running, conditions: [{type: DisruptionTarget, status: 'True', reason: PreemptionByScheduler, message: bigger}]} | Running | PreemptionByScheduler | FAULT
            {phase: Running, conditions: [{type: DisruptionTarget, status: 'False', reason: PreemptionByScheduler, message: bigger}]} | Running | Ready | READY
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

    /** Returns the kernel with the status that a run writes; without a pod if the phase is null. */
    private static JupyterKernel withStatus(JupyterKernel kernel, Phase phase, String ready, String reason,
            String message) {
        kernel.setStatus(new JupyterKernelStatus(1L,
                List.of(new ConditionBuilder().withType("Ready").withStatus(ready).withReason(reason)
                        .withMessage(message).build()),
                phase == null ? Phase.Pending : phase, phase == null ? null : "jovyan-1", null, null, null, null, null,
                null));
        return kernel;
    }

    private static Pod pod(String status) {
        return new PodBuilder().withNewMetadata().withName("jovyan-1").withNamespace("team")
                .withOwnerReferences(OwnerReferences.controller(kernel(REFERENCE))).endMetadata()
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
