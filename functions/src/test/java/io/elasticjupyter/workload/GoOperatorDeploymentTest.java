package io.elasticjupyter.workload;

import static io.elasticjupyter.fixtures.ResourceFixture.aGateway;
import static io.elasticjupyter.fixtures.ResourceFixture.aKernel;
import static io.elasticjupyter.fixtures.ResourceFixture.aNotebook;
import static org.assertj.core.api.Assertions.assertThat;

import io.elasticjupyter.gateway.GatewayReconciler;
import io.elasticjupyter.kernel.KernelReconciler;
import io.elasticjupyter.kubernetes.OwnerReferences;
import io.elasticjupyter.notebook.NotebookReconciler;
import io.elasticjupyter.reconcile.ConditionsBuilder;
import io.elasticjupyter.reconcile.Observed;
import io.elasticjupyter.reconcile.Readiness;
import io.elasticjupyter.reconcile.Reconciler;
import io.elasticjupyter.api.v1alpha1.JupyterKernel;
import io.elasticjupyter.api.v1alpha1.JupyterKernelStatus;
import io.elasticjupyter.api.v1alpha1.JupyterKernelStatus.Phase;
import io.elasticjupyter.api.v1alpha1.JupyterNotebook;
import io.elasticjupyter.api.v1alpha1.JupyterResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The reconcilers' decision about resources that the Go operator has reconciled before. */
class GoOperatorDeploymentTest {

    private final NotebookReconciler notebooks = new NotebookReconciler();
    private final GatewayReconciler gateways = new GatewayReconciler("elastic-jupyter");
    private final KernelReconciler kernels = new KernelReconciler(Instant::now);

    @Test
    void aNotebookOrGatewayIsHeldUntilItsDeploymentIsLabelled() {
        JupyterNotebook notebook = aNotebook("n").build();
        assertThat(hold(notebooks, notebook, deployment(notebook, "notebook"))).hasValueSatisfying(readiness -> {
            assertThat(readiness.state()).isEqualTo(Readiness.State.FAULT);
            assertThat(readiness.reason()).isEqualTo("TakeOverPending");
            assertThat(readiness.message()).startsWith("Deployment 'n' was created by the Go operator")
                    .contains("files outside of volumes")
                    .endsWith("run: kubectl label deploy -n team n app.kubernetes.io/managed-by=elastic-jupyter");
        });
        var gateway = aGateway("g").build();
        assertThat(hold(gateways, gateway, deployment(gateway, "gateway"))).map(Readiness::message)
                .hasValueSatisfying(message -> assertThat(message).contains("ends its kernels",
                        "kubectl label sa,svc,rolebinding,deploy -n team g app.kubernetes.io/managed-by=elastic-jupyter"));

        Deployment labelled = deployment(notebook, "notebook");
        labelled.getMetadata().setLabels(Map.of("app.kubernetes.io/managed-by", "elastic-jupyter"));
        assertThat(hold(notebooks, notebook, labelled)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"Helm", "''", "true"})
    void anotherValueOfTheLabelIsNoAgreement(String value) {
        JupyterNotebook notebook = aNotebook("n").build();
        Deployment labelled = deployment(notebook, "notebook");
        labelled.getMetadata().setLabels(Map.of("app.kubernetes.io/managed-by", value));

        assertThat(hold(notebooks, notebook, labelled)).isPresent();
    }

    @Test
    void aDeploymentOfAnotherOwnerOrWithAnotherSelectorIsNotOfTheGoOperator() {
        JupyterNotebook notebook = aNotebook("n").build();
        JupyterNotebook predecessor = aNotebook("n").build();
        predecessor.getMetadata().setUid("u-0");

        assertThat(hold(notebooks, notebook)).isEmpty();
        assertThat(hold(notebooks, notebook, deployment(predecessor, "notebook"))).isEmpty();
        assertThat(hold(notebooks, notebook, deployment(notebook, "gateway"))).isEmpty();
    }

    @Test
    void aKernelIsHeldAsLongAsItsDeploymentExists() {
        JupyterKernel kernel = aKernel("k").withSpec("{template: {spec: {containers: [{name: kernel}]}}}").build();
        Deployment deployment = deployment(kernel, "kernel");
        assertThat(hold(kernels, kernel, deployment)).map(Readiness::reason).hasValue("PodsNotReady");
        assertThat(kernels.status(kernel, Observed.of(deployment),
                new ConditionsBuilder(kernel, Instant.EPOCH)
                        .ready(Readiness.ready("")))
                .phase())
                .isEqualTo(Phase.Running);
        assertThat(hold(kernels, kernel)).isEmpty();
    }

    @Test
    void aDeploymentIsReadOnlyForKernelsThatMayHaveOne() {
        JupyterKernel inline = aKernel("k").withSpec("{template: {spec: {containers: [{name: kernel}]}}}").build();
        assertThat(readsDeployment(inline)).isTrue();
        inline.setStatus(
                new JupyterKernelStatus(1L, List.of(), Phase.Running, null, null, null, null, null, null, null));
        assertThat(readsDeployment(inline)).isTrue();
        inline.setStatus(
                new JupyterKernelStatus(1L, List.of(), Phase.Running, "k", null, null, null, null, null, null));
        assertThat(readsDeployment(inline)).isFalse();
        assertThat(readsDeployment(aKernel("k").withTemplateRef("t").build())).isFalse();
    }

    private boolean readsDeployment(JupyterKernel kernel) {
        return kernels.references().stream().flatMap(each -> each.of().apply(kernel).stream())
                .anyMatch(id -> id.type() == Deployment.class);
    }

    private static <R extends JupyterResource<?, ?>> Optional<Readiness> hold(Reconciler<R, ?> reconciler, R resource,
            HasMetadata... observed) {
        return reconciler.hold(resource, Observed.of(observed));
    }

    private static Deployment deployment(HasMetadata owner, String label) {
        return new DeploymentBuilder()
                .withNewMetadata().withName(owner.getMetadata().getName()).withNamespace("team")
                .withOwnerReferences(OwnerReferences.controller(owner)).endMetadata()
                .withNewSpec().withNewSelector()
                .withMatchLabels(Map.of("namespace", "team", label, owner.getMetadata().getName())).endSelector()
                .endSpec().build();
    }
}
