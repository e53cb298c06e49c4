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
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

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

    @Test
    void aKernelWhosePodIsDeletedAfterItRanIsDeleted() throws Exception {
        apply(TEMPLATE, KERNEL);
        calls.reconcile("reconcileKernel", JupyterKernel.class, "jovyan-1");
        podIs("Running");
        calls.reconcile("reconcileKernel", Pod.class, "jovyan-1");
        client.pods().inNamespace("default").withName("jovyan-1").delete();

        assertThat(calls.reconcile("reconcileKernel", Pod.class, "jovyan-1").path("outcome").asText())
                .isEqualTo("finished");
        assertThat(kernel()).isNull();
    }

    @Test
    void theLastStateOfThePodShowsThatItRan() throws Exception {
        apply(TEMPLATE, KERNEL);
        calls.reconcile("reconcileKernel", JupyterKernel.class, "jovyan-1");
        Pod last = podIs("Running");
        client.pods().inNamespace("default").withName("jovyan-1").delete();

        assertThat(FunctionCalls
                .report(calls.post("reconcileKernel", "dev.knative.apiserver.resource.delete",
                        Serialization.asJson(last)))
                .path("outcome").asText()).isEqualTo("finished");
        assertThat(kernel()).isNull();
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

        assertThat(calls.post("reconcileKernel", "dev.knative.apiserver.ref.update",
                "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"namespace\":\"default\",\"name\":\"jovyan-1\"}")
                .statusCode()).isEqualTo(503);
        assertThat(kernel()).isNotNull();
    }

    @Test
    void theLastStateOfAnEarlierKernelsPodDoesNotDeleteTheKernel() throws Exception {
        apply(TEMPLATE, KERNEL);
        calls.reconcile("reconcileKernel", JupyterKernel.class, "jovyan-1");
        Pod last = podIs("Running");
        client.resource(kernel()).delete();
        client.pods().inNamespace("default").withName("jovyan-1").delete();
        apply(KERNEL);

        assertThat(FunctionCalls
                .report(calls.post("reconcileKernel", "dev.knative.apiserver.resource.delete",
                        Serialization.asJson(last)))
                .path("outcome").asText()).isEqualTo("created");
        assertThat(kernel()).isNotNull();
    }

    /** The status could not be written when the pod was created again. */
    @Test
    void aKernelWithoutAStatusWhosePodExistsHasNotEnded() throws Exception {
        apply(TEMPLATE, KERNEL);
        api.failNext(request -> request.path().endsWith("/jupyterkernels/jovyan-1/status"), 500);
        calls.post("reconcileKernel", "dev.knative.apiserver.resource.add", Serialization.asJson(kernel()));
        Pod pod = podIs("Running");

        assertThat(FunctionCalls
                .report(calls.post("reconcileKernel", "dev.knative.apiserver.resource.delete",
                        Serialization.asJson(pod)))
                .path("outcome").asText()).isEqualTo("updated");
        assertThat(kernel().getStatus().phase()).isEqualTo(Phase.Running);
    }

    @Test
    void aPodThatNeverStartedIsCreatedAgain() throws Exception {
        apply(TEMPLATE, KERNEL);
        calls.reconcile("reconcileKernel", JupyterKernel.class, "jovyan-1");
        String first = get(Pod.class, "jovyan-1").getMetadata().getUid();
        client.pods().inNamespace("default").withName("jovyan-1").delete();

        calls.reconcile("reconcileKernel", Pod.class, "jovyan-1");

        assertThat(get(Pod.class, "jovyan-1").getMetadata().getUid()).isNotEqualTo(first);
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

    private Pod podIs(String phase) {
        return client.pods().inNamespace("default").withName("jovyan-1")
                .editStatus(pod -> new PodBuilder(pod).editOrNewStatus()
                        .withPhase(phase).withStartTime("2026-01-01T00:00:00Z").endStatus().build());
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
