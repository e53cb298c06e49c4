package io.elasticjupyter.application;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.api.v1alpha1.JupyterKernel;
import io.elasticjupyter.api.v1alpha1.JupyterKernelSpec;
import io.elasticjupyter.api.v1alpha1.JupyterKernelStatus.Phase;
import io.elasticjupyter.api.v1alpha1.JupyterKernelTemplate;
import io.embeddedkubernetes.Request;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Kernel specs, templates and kernels: the resources that a user applies and the resulting objects. */
class KernelFunctionsTest extends FunctionsTest {

    private static final String TEMPLATE = """
            apiVersion: kubeflow.tkestack.io/v1alpha1
            kind: JupyterKernelTemplate
            metadata: {name: t, namespace: default}
            spec: {template: {metadata: {labels: {team: science}}, spec: {containers: [{name: kernel, image: theirs}]}}}
            """;

    private static final String KERNEL = """
            apiVersion: kubeflow.tkestack.io/v1alpha1
            kind: JupyterKernel
            metadata: {name: jovyan-1, namespace: default, labels: {kernel_id: "1"}}
            spec: {templateRef: {name: t}, image: mine}
            """;

    private static final String POD = "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"namespace\":\"default\",\"name\":\"jovyan-1\"}";

    private static final String GATEWAY = """
            apiVersion: kubeflow.tkestack.io/v1alpha1
            kind: JupyterGateway
            metadata: {name: g, namespace: default}
            spec: {kernels: [scipy]}
            """;

    private static final String KERNEL_SPEC = """
            apiVersion: kubeflow.tkestack.io/v1alpha1
            kind: JupyterKernelSpec
            metadata: {name: scipy, namespace: default}
            spec: {language: python, image: mine}
            """;

    @BeforeEach
    void emptyTheNamespace() {
        for (var type : List.of(JupyterKernel.class, JupyterKernelTemplate.class, JupyterKernelSpec.class,
                JupyterGateway.class,
                Pod.class, ConfigMap.class, Deployment.class, Event.class)) {
            client.resources(type).inNamespace("default").delete();
        }
    }

    @Test
    void aKernelGetsOnePodFromItsTemplate() throws Exception {
        apply(TEMPLATE, KERNEL);

        assertThat(calls.reconcile("reconcileKernel", JupyterKernel.class, "jovyan-1").path("outcome").asText())
                .isEqualTo("created");

        Pod pod = get(Pod.class, "jovyan-1");
        assertThat(pod.getMetadata().getLabels()).containsEntry("kernel_id", "1").containsEntry("component", "kernel")
                .containsEntry("app", "enterprise-gateway").containsEntry("team", "science");
        assertThat(pod.getSpec().getContainers().getFirst().getImage()).isEqualTo("mine");
        assertThat(pod.getMetadata().getOwnerReferences()).singleElement()
                .satisfies(owner -> assertThat(owner.getKind()).isEqualTo("JupyterKernel"));
        assertThat(kernel().getStatus().phase()).isEqualTo(Phase.Pending);
        assertThat(kernel().getStatus().podName()).isEqualTo("jovyan-1");
    }

    @Test
    void aRunningKernelIsReconciledWithoutItsTemplateAndNothingIsWritten() throws Exception {
        apply(TEMPLATE, KERNEL);
        calls.reconcile("reconcileKernel", JupyterKernel.class, "jovyan-1");
        podIs("Running");
        calls.reconcile("reconcileKernel", JupyterKernel.class, "jovyan-1");
        api.clearRequests();

        assertThat(calls.reconcile("reconcileKernel", JupyterKernel.class, "jovyan-1").path("outcome").asText())
                .isEqualTo("unchanged");
        assertThat(api.requests()).extracting(Request::method).containsExactly("GET", "GET");
    }

    @Test
    void anUpdateOfTheStatusAloneStartsNoRun() throws Exception {
        apply(TEMPLATE, KERNEL);
        calls.reconcile("reconcileKernel", JupyterKernel.class, "jovyan-1");
        podIs("Running");
        api.clearRequests();
        String update = Serialization.asJson(Map.of("kind", "JupyterKernel", "apiVersion",
                "kubeflow.tkestack.io/v1alpha1", "namespace", "default", "name", "jovyan-1"));

        assertThat(FunctionCalls.report(calls.post("reconcileKernel", "dev.knative.apiserver.ref.update", update))
                .path("outcome").asText()).isEqualTo("ignored");

        assertThat(api.requests()).extracting(Request::method).containsExactly("GET");
        assertThat(FunctionCalls.report(calls.post("reconcileKernel", "dev.knative.apiserver.ref.add", update))
                .path("outcome").asText()).isEqualTo("updated");
    }

    @Test
    void aChangedTemplateAppliesToTheNextKernel() throws Exception {
        apply(TEMPLATE, KERNEL);
        calls.reconcile("reconcileKernel", JupyterKernel.class, "jovyan-1");
        merge(JupyterKernelTemplate.class, "t",
                "{\"spec\":{\"template\":{\"metadata\":{\"labels\":{\"team\":\"sales\"}}}}}");
        apply(KERNEL.replace("jovyan-1", "jovyan-2"));

        calls.reconcile("reconcileKernel", JupyterKernelTemplate.class, "t");

        assertThat(get(Pod.class, "jovyan-1").getMetadata().getLabels()).containsEntry("team", "science");
        assertThat(get(Pod.class, "jovyan-2").getMetadata().getLabels()).containsEntry("team", "sales");
    }

    @Test
    void aMissingTemplateIsReportedUntilItIsCreated() throws Exception {
        apply(KERNEL);
        assertThat(calls.reconcile("reconcileKernel", JupyterKernel.class, "jovyan-1").path("reason").asText())
                .isEqualTo("TemplateNotFound");
        assertThat(kernel().getStatus().conditions().getFirst().getMessage())
                .contains("JupyterKernelTemplate 't' in namespace 'default' does not exist");
        assertThat(client.v1().events().inNamespace("default").withField("involvedObject.name", "jovyan-1").list()
                .getItems())
                .singleElement().satisfies(event -> assertThat(event.getReason()).isEqualTo("TemplateNotFound"));

        apply(TEMPLATE);
        JsonNode report = calls.reconcile("reconcileKernel", JupyterKernelTemplate.class, "t");

        assertThat(report.at("/dependents/0/name").asText()).isEqualTo("jovyan-1");
        assertThat(get(Pod.class, "jovyan-1")).isNotNull();
    }

    /** The reason is the same, but the user has to do something else. */
    @Test
    void anotherProblemOfTheSameReasonIsReportedOnce() throws Exception {
        apply(KERNEL);
        calls.reconcile("reconcileKernel", JupyterKernel.class, "jovyan-1");
        merge(JupyterKernel.class, "jovyan-1", "{\"spec\":{\"templateRef\":{\"name\":\"other\"}}}");

        calls.reconcile("reconcileKernel", JupyterKernel.class, "jovyan-1");
        calls.reconcile("reconcileKernel", JupyterKernel.class, "jovyan-1");

        assertThat(client.v1().events().inNamespace("default").withField("involvedObject.name", "jovyan-1").list()
                .getItems()).extracting(Event::getMessage).satisfiesExactlyInAnyOrder(
                        message -> assertThat(message).contains("JupyterKernelTemplate 't'"),
                        message -> assertThat(message).contains("JupyterKernelTemplate 'other'"));
    }

    @Test
    void aTemplateWithoutReadPermissionIsReported() throws Exception {
        apply(KERNEL);
        api.failNext(request -> request.path().contains("/jupyterkerneltemplates/"), 403);

        JsonNode report = calls.reconcile("reconcileKernel", JupyterKernel.class, "jovyan-1");

        assertThat(report.path("outcome").asText()).isEqualTo("rejected");
        assertThat(report.path("reason").asText()).isEqualTo("Forbidden");
        assertThat(report.path("message").asText())
                .startsWith("The functions have no right to read JupyterKernelTemplate '")
                .endsWith("in namespace 'default': reference another one, or grant them the right.");
    }

    @Test
    void theStatusFollowsThePod() throws Exception {
        apply(TEMPLATE, KERNEL);
        calls.reconcile("reconcileKernel", JupyterKernel.class, "jovyan-1");
        podIs("Running");

        calls.reconcile("reconcileKernel", Pod.class, "jovyan-1");

        assertThat(kernel().getStatus().phase()).isEqualTo(Phase.Running);
        assertThat(kernel().getStatus().startTime()).isEqualTo("2026-01-01T00:00:00Z");
        assertThat(kernel().getStatus().conditions()).filteredOn(c -> c.getStatus().equals("True"))
                .extracting(Condition::getType)
                .containsExactlyInAnyOrder("Ready", "Running");
    }

    /** Whatever the last event that was handled before: none, or one about a state of the pod. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {phase: Pending}                                       | Normal  | was deleted before it was seen running.
            {phase: Running}                                       | Normal  | was deleted while it was running.
            {phase: Failed, reason: Evicted, message: no memory}   | Warning | was deleted after the kernel had failed. Its last state was Evicted: no memory
            {phase: Running, conditions: [{type: DisruptionTarget, status: 'True', reason: DeletionByTaintManager, message: node lost}]} | Warning | was deleted while it was running. Its last state was DeletionByTaintManager: node lost
            """)
    void aKernelWhosePodIsDeletedIsDeletedAndSaysWhy(String podStatus, String type, String end) throws Exception {
        apply(TEMPLATE, KERNEL);
        calls.reconcile("reconcileKernel", JupyterKernel.class, "jovyan-1");
        podIs(Serialization.unmarshal("---\n" + podStatus, PodStatus.class));
        calls.reconcile("reconcileKernel", Pod.class, "jovyan-1");
        client.pods().inNamespace("default").withName("jovyan-1").delete();

        JsonNode report = FunctionCalls.report(calls.post("reconcileKernel", "dev.knative.apiserver.ref.delete", POD));

        assertThat(report.path("outcome").asText()).isEqualTo("finished");
        assertThat(report.path("reason").asText()).isEqualTo("PodDeleted");
        assertThat(report.path("message").asText()).isEqualTo("The kernel has ended: its pod 'jovyan-1' " + end);
        assertThat(kernel()).isNull();
        assertThat(client.v1().events().inNamespace("default").list().getItems())
                .filteredOn(event -> event.getReason().equals("PodDeleted")).singleElement().satisfies(event -> {
                    assertThat(event.getType()).isEqualTo(type);
                    assertThat(event.getMessage()).isEqualTo(report.path("message").asText());
                    assertThat(event.getInvolvedObject().getName()).isEqualTo("jovyan-1");
                });
    }

    /** The gateway may shut down a kernel before a function has seen that it runs, and would not delete a second pod. */
    @Test
    void aPodThatWasDeletedIsNotCreatedAgain() throws Exception {
        apply(TEMPLATE, KERNEL);
        calls.reconcile("reconcileKernel", JupyterKernel.class, "jovyan-1");
        podIs("Running");
        client.pods().inNamespace("default").withName("jovyan-1").delete();

        calls.reconcile("reconcileKernel", Pod.class, "jovyan-1");

        assertThat(kernel()).isNull();
        assertThat(get(Pod.class, "jovyan-1")).isNull();
    }

    /** The status of a kernel is written after its pod, and is read before it. */
    @Test
    void aKernelWhoseStatusWasNotWrittenAfterItsPodWasCreatedHasNotEnded() throws Exception {
        apply(TEMPLATE, KERNEL);
        api.failNext(request -> request.path().endsWith("/status"), 500);
        assertThat(calls.post("reconcileKernel", "dev.knative.apiserver.ref.add", POD).statusCode()).isEqualTo(503);
        String pod = get(Pod.class, "jovyan-1").getMetadata().getUid();

        assertThat(calls.reconcile("reconcileKernel", Pod.class, "jovyan-1").path("outcome").asText())
                .isIn("updated", "created", "unchanged");

        assertThat(get(Pod.class, "jovyan-1").getMetadata().getUid()).isEqualTo(pod);
        assertThat(kernel().getStatus().podName()).isEqualTo("jovyan-1");
    }

    /** Events about the pod of the previous kernel of that name, which may be late. */
    @Test
    void theEndOfAnEarlierKernelOfThatNameDoesNotEndTheKernel() throws Exception {
        apply(TEMPLATE, KERNEL);
        calls.reconcile("reconcileKernel", JupyterKernel.class, "jovyan-1");
        podIs("Running");
        calls.reconcile("reconcileKernel", Pod.class, "jovyan-1");
        client.resource(kernel()).delete();
        client.pods().inNamespace("default").withName("jovyan-1").delete();
        apply(KERNEL);

        for (String outcome : List.of("created", "unchanged")) {
            assertThat(FunctionCalls.report(calls.post("reconcileKernel", "dev.knative.apiserver.ref.delete", POD))
                    .path("outcome").asText()).isEqualTo(outcome);
        }
        assertThat(kernel()).isNotNull();
    }

    @Test
    void anotherOwnersPodOfThatNameIsNotTheKernels() throws Exception {
        apply(TEMPLATE, KERNEL);
        calls.reconcile("reconcileKernel", JupyterKernel.class, "jovyan-1");
        client.pods().inNamespace("default").withName("jovyan-1").delete();
        client.resource(new PodBuilder().withNewMetadata().withName("jovyan-1").withNamespace("default").endMetadata()
                .withNewSpec().addNewContainer().withName("c").withImage("i").endContainer().endSpec().build())
                .create();

        assertThat(calls.reconcile("reconcileKernel", Pod.class, "jovyan-1").path("outcome").asText())
                .isEqualTo("finished");
        assertThat(get(Pod.class, "jovyan-1")).isNotNull();
    }

    @Test
    void anEventAboutAPodWithoutAKernelIsIgnored() throws Exception {
        assertThat(calls.reconcile("reconcileKernel", Pod.class, "jovyan-1").path("outcome").asText())
                .isEqualTo("ignored");
    }

    @Test
    void aKernelThatChangedMeanwhileIsReadAgainBeforeItIsDeleted() throws Exception {
        apply(TEMPLATE, KERNEL);
        calls.reconcile("reconcileKernel", JupyterKernel.class, "jovyan-1");
        podIs("Running");
        calls.reconcile("reconcileKernel", Pod.class, "jovyan-1");
        client.pods().inNamespace("default").withName("jovyan-1").delete();
        AtomicBoolean changed = new AtomicBoolean();
        api.failNext(request -> {
            if (request.method().equals("DELETE") && changed.compareAndSet(false, true)) {
                merge(JupyterKernel.class, "jovyan-1", "{\"metadata\":{\"labels\":{\"new\":\"one\"}}}");
            }
            return false;
        }, 500);

        assertThat(calls.post("reconcileKernel", "dev.knative.apiserver.ref.update", POD)
                .statusCode()).isEqualTo(503);
        assertThat(kernel()).isNotNull();
    }

    @Test
    void aKernelWithoutAStatusWhosePodExistsHasNotEnded() throws Exception {
        apply(TEMPLATE, KERNEL);
        api.failNext(request -> request.path().endsWith("/jupyterkernels/jovyan-1/status"), 500);
        calls.post("reconcileKernel", "dev.knative.apiserver.ref.add", POD);
        podIs("Running");

        assertThat(calls.reconcile("reconcileKernel", Pod.class, "jovyan-1").path("outcome").asText())
                .isEqualTo("updated");
        assertThat(kernel().getStatus().phase()).isEqualTo(Phase.Running);
    }

    @Test
    void aKernelSpecGetsAConfigMapAndResolvesTheGatewaysReference() throws Exception {
        apply(GATEWAY);
        calls.reconcile("reconcileGateway", JupyterGateway.class, "g");
        assertThat(resolved().getStatus()).isEqualTo("False");
        long generation = get(Deployment.class, "g").getMetadata().getGeneration();

        apply(KERNEL_SPEC);
        JsonNode report = calls.reconcile("reconcileKernelSpec", JupyterKernelSpec.class, "scipy");

        assertThat(report.at("/children/0/name").asText()).isEqualTo("scipy-kernelspec");
        JsonNode gateways = calls.reconcile("reconcileGateway", JupyterKernelSpec.class, "scipy");
        assertThat(gateways.at("/dependents/0/kind").asText()).isEqualTo("JupyterGateway");
        assertThat(resolved().getStatus()).isEqualTo("True");
        assertThat(get(Deployment.class, "g").getMetadata().getGeneration()).as("the gateway's pod is not restarted")
                .isEqualTo(generation);
    }

    @Test
    void aDeletedKernelSpecIsReportedByTheGateway() throws Exception {
        apply(KERNEL_SPEC, GATEWAY);
        calls.reconcile("reconcileGateway", JupyterGateway.class, "g");
        assertThat(resolved().getStatus()).isEqualTo("True");

        client.resource(get(JupyterKernelSpec.class, "scipy")).delete();
        calls.reconcile("reconcileGateway", JupyterKernelSpec.class, "scipy");

        assertThat(resolved().getMessage()).startsWith("Missing: scipy.");
    }

    private Condition resolved() {
        return get(JupyterGateway.class, "g").getStatus().conditions().stream()
                .filter(c -> c.getType().equals("KernelSpecsResolved")).findFirst().orElseThrow();
    }

    private void podIs(String phase) {
        podIs(new PodStatusBuilder().withPhase(phase).withStartTime("2026-01-01T00:00:00Z").build());
    }

    private void podIs(PodStatus status) {
        client.pods().inNamespace("default").withName("jovyan-1")
                .editStatus(pod -> new PodBuilder(pod).withStatus(status).build());
    }

    private JupyterKernel kernel() {
        return get(JupyterKernel.class, "jovyan-1");
    }

    private <T extends HasMetadata> T get(Class<T> type, String name) {
        return client.resources(type).inNamespace("default").withName(name).get();
    }

    private void merge(Class<? extends HasMetadata> type, String name, String patch) {
        client.resources(type).inNamespace("default").withName(name).patch(PatchContext.of(PatchType.JSON_MERGE),
                patch);
    }

    private void apply(String... yaml) {
        for (String each : yaml) {
            client.resource(each).create();
        }
    }
}
